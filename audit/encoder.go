package audit

import (
	"net/netip"
	"sync"
	"time"
	"unsafe"

	"github.com/daxis-io/arco-audit/internal/wire"
	"github.com/daxis-io/arco-audit/redact"
)

// encoder is the scratch space of one Emit.
type encoder struct {
	env         wire.Envelope
	layout      wire.Layout
	block       []byte // what is below its length belongs to records
	buf         []byte // the event, above that
	resource    []byte
	details     []byte
	destination []byte
	addr        []byte
	redactions  []wire.Redaction
	kinds       []redact.Kind // of redactions
	system      bool
	outcome     Outcome
	critical    bool
}

var encoders = sync.Pool{New: func() any {
	return &encoder{resource: make([]byte, 0, 256), details: make([]byte, 0, 512)}
}}

// Events are encoded into blocks. An encoder starts with the least one and doubles: a record pins its block, and
// where events are rare each has a new encoder, since pools forget theirs. encodeRoom is the least room for an
// event: most fit, and one that does not moves to memory of its own.
const (
	encodeLeast = 4 << 10
	encodeBlock = 64 << 10
	encodeRoom  = 2 << 10
)

// keep makes the encoded event the record's: nothing writes to it any more.
func (x *encoder) keep() string {
	if len(x.block)+len(x.buf) <= cap(x.block) && &x.buf[0] == &x.block[:len(x.block)+1][len(x.block)] {
		x.block = x.block[:len(x.block)+len(x.buf)]
	}
	return unsafe.String(&x.buf[0], len(x.buf))
}

func (x *encoder) release() {
	x.env, x.buf = wire.Envelope{}, nil // drops the caller's strings
	encoders.Put(x)
}

// encode encodes e as it was decided under s.
func (x *encoder) encode(t *Trail, e *Event, s *scope, id [16]byte, now time.Time) {
	env := &x.env
	env.ID, env.Millis = id, now.UnixMilli()
	x.redactions, x.kinds = x.redactions[:0], x.kinds[:0]
	x.classify(t, e)
	x.critical = t.isCritical(e.action, e.kind, x.outcome)
	x.who(t, s)
	x.origin(t, s)
	x.what(t, e, s)
	if len(x.redactions) > 0 {
		env.Redactions = x.redactions
	}
	if cap(x.block)-len(x.block) < encodeRoom {
		x.block = make([]byte, 0, min(max(2*cap(x.block), encodeLeast), encodeBlock))
	}
	x.buf, x.layout = wire.Append(x.block[len(x.block):len(x.block):cap(x.block)], env)
}

// classify fills what the action says.
func (x *encoder) classify(t *Trail, e *Event) {
	info := e.action.info()
	x.env.Reason = e.reason
	x.outcome, x.system = info.outcome, info.outcome == OutcomeSystem && e.kind == nil
	if e.kind == nil {
		x.env.Action, x.env.Static = info.name, t.statics[e.action]
		return
	}
	x.env.Action, x.outcome = e.kind.allow, OutcomeAllow
	if e.denied {
		x.env.Action, x.outcome = e.kind.deny, OutcomeDeny
	}
	x.env.Static = t.kindStatic(kindOutcome{e.kind, x.outcome})
}

// isCritical reports what Emit promises for an event.
func (t *Trail) isCritical(a Action, k *kindInfo, o Outcome) bool {
	if k != nil {
		return k.criticality == Critical && o == OutcomeAllow
	}
	return a.Criticality() == Critical || t.raised[a]
}

// who fills the fields that come from the request.
func (x *encoder) who(t *Trail, s *scope) {
	env := &x.env
	tenant := s.Tenant.t.s
	env.Actor = x.text(t, "actor", text{s.Actor.name, s.Actor.m}, tenant)
	env.ActorKeyID, env.AuthType = s.Actor.keyID, authTypes[s.Actor.auth]
	env.RequestID = x.text(t, "requestId", s.ID.t, tenant)
	if env.RequestID == "" {
		env.RequestID = "unknown"
	}
	env.Tenant = x.text(t, "tenantId", s.Tenant.t, tenant)
	env.Workspace = x.text(t, "workspaceId", s.Workspace.t, tenant)
	env.Trace = s.Trace.t
}

func (x *encoder) origin(t *Trail, s *scope) {
	x.env.OriginAgent = x.text(t, "origin.agent", s.Agent.t, s.Tenant.t.s)
	x.addr = x.addr[:0]
	addr := s.Origin.Unmap().WithZone("")
	if !addr.IsValid() {
		return
	}
	switch t.originMode {
	case OriginPrefix:
		bits := 24
		if addr.Is6() {
			bits = 48
		}
		prefix, _ := addr.Prefix(bits)
		x.addr = prefix.AppendTo(x.addr)
	case OriginFull:
		x.addr = addr.AppendTo(x.addr)
	case OriginKeyed:
		x.addr = append(x.addr, keyedAddr(t, s.Tenant, addr)...)
	}
	x.env.OriginAddr = x.addr
}

func keyedAddr(t *Trail, tenant Tenant, addr netip.Addr) string {
	return "keyed:" + t.keys.Pseudonym(tenant.t.s, addr.String())
}

// what fills the fields that come from the event.
func (x *encoder) what(t *Trail, e *Event, s *scope) {
	tenant := s.Tenant.t.s
	var m marks
	m.merge(e.op.t.m)
	m.merge(e.change.table.ns.m)
	m.merge(e.resource.name.m)
	x.resource = e.appendResource(x.resource[:0])
	if m.mail() {
		x.resource = append(x.resource[:0], t.pseudonymise(string(x.resource), tenant)...)
	}
	x.list("resource", m)
	x.list("decisionReason", e.reasonMarks)
	if e.system != nil {
		x.list("details.error", e.system.errorMarks)
	}
	x.env.Resource = x.resource
	claimed := ""
	if s.claimed != nil {
		claimed = x.text(t, "details.claimedActor", text{s.claimed.name, s.claimed.m}, tenant)
	}
	x.destination = x.destination[:0]
	if e.change.op == changeRename {
		x.destination = e.change.to.appendName(x.destination)
		x.list("details.destination", e.change.to.ns.m)
		if e.change.to.ns.m.mail() {
			x.destination = append(x.destination[:0], t.pseudonymise(string(x.destination), tenant)...)
		}
	}
	plan := x.text(t, "details.planId", e.grant.plan.t, tenant)
	x.details = e.appendDetails(x.details[:0], extras{claimed: claimed, plan: plan, destination: x.destination})
	x.env.Details = x.details
}

// text returns a text as it is written, and lists what was withheld from it.
func (x *encoder) text(t *Trail, field string, v text, tenant string) string {
	if !v.m.any() {
		return v.s
	}
	x.list(field, v.m)
	if v.m.mail() {
		return t.pseudonymise(v.s, tenant)
	}
	return v.s
}

func (x *encoder) list(field string, m marks) {
	if !m.any() {
		return
	}
	for _, k := range m {
		if k != 0 {
			x.redactions = append(x.redactions, wire.Redaction{Field: field, Kind: k.String()})
			x.kinds = append(x.kinds, k)
		}
	}
}

// violation returns the secrets that were withheld as Strict reports them, or nil.
func (x *encoder) violation() error {
	var v redact.Violation
	for i, k := range x.kinds {
		switch k {
		case redact.KindGrammar, redact.KindTruncated, redact.KindControl, redact.KindEmail:
		default:
			v.Findings = append(v.Findings, redact.FieldFinding{Field: x.redactions[i].Field, Kind: k})
		}
	}
	if len(v.Findings) == 0 {
		return nil
	}
	return &v
}
