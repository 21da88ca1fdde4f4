package audit

import (
	"sync"
	"time"
	"unsafe"

	"github.com/daxis-io/arco-audit/internal/journal"
	"github.com/daxis-io/arco-audit/internal/owner"
	"github.com/daxis-io/arco-audit/internal/wire"
	"github.com/daxis-io/arco-audit/redact"
)

// encoder is the scratch space of one Emit. What it has pointers to is kept small: while the collector marks,
// each pointer that is stored in it costs.
type encoder struct {
	env         header
	layout      wire.Layout
	block       []byte // what is below its length belongs to records
	buf         []byte // the event, above that
	redactions  []wire.Redaction
	kinds       []redact.Kind // of redactions
	system      bool
	outcome     Outcome
	critical    bool
	kind        journal.Kind // with room, what that is for
	room        int          // that an intent holds, in bytes; 0 for most events
	addr        [64]byte     // these hold what nearly every event has, others get memory of their own
	resource    [512]byte
	details     [1024]byte
	destination [256]byte
}

// header is what is used of an envelope after it was encoded.
type header struct {
	Action string
	Tenant owner.ID
	Millis int64
	deny   deny
}

// deny is what decides whether a deny is written; unset for other outcomes.
type deny struct {
	Request, Tenant  string
	Resource, Origin []byte
}

var encoders = sync.Pool{New: func() any { return new(encoder) }}

// keep makes the encoded event the record's: nothing writes to it any more.
func (x *encoder) keep() string {
	if len(x.block)+len(x.buf) <= cap(x.block) && &x.buf[0] == &x.block[:len(x.block)+1][len(x.block)] {
		x.block = x.block[:len(x.block)+len(x.buf)]
	}
	return unsafe.String(&x.buf[0], len(x.buf))
}

func (x *encoder) release() {
	x.env, x.buf = header{}, nil // drops the caller's strings
	x.kind, x.room = 0, 0
	encoders.Put(x)
}

// encode encodes e as it was decided under s.
func (x *encoder) encode(t *Trail, e *Event, s *scope, id [16]byte, now time.Time) {
	env := wire.Envelope{ID: id}
	x.fill(&env, t, e, s, now)
	x.write(&env)
}

// fill makes the envelope of e as it was decided under s, all but its id. It refers to memory of the encoder.
func (x *encoder) fill(env *wire.Envelope, t *Trail, e *Event, s *scope, now time.Time) {
	env.Millis = now.UnixMilli()
	x.redactions, x.kinds = x.redactions[:0], x.kinds[:0]
	x.classify(env, t, e)
	x.critical = t.isCritical(e.action, e.kind, x.outcome)
	x.who(env, t, s)
	x.origin(env, t, s)
	x.what(env, t, e, s)
	if len(x.redactions) > 0 {
		env.Redactions = x.redactions
	}
	x.env = header{Action: env.Action, Tenant: s.Tenant.id, Millis: env.Millis}
	if x.outcome == OutcomeDeny {
		x.env.deny = deny{Request: env.RequestID, Tenant: env.Tenant, Resource: env.Resource, Origin: env.OriginAddr}
	}
}

// write turns the envelope into bytes.
func (x *encoder) write(env *wire.Envelope) {
	if cap(x.block)-len(x.block) < encodeRoom {
		x.block = newBlock(cap(x.block))
	}
	x.buf, x.layout = wire.Append(x.block[len(x.block):len(x.block):cap(x.block)], env)
}

// classify fills what the action says.
func (x *encoder) classify(env *wire.Envelope, t *Trail, e *Event) {
	info := e.action.info()
	env.Reason = e.reason
	x.outcome, x.system = info.outcome, info.outcome == OutcomeSystem && e.kind == nil
	if e.kind == nil {
		env.Action, env.Static = info.name, t.statics[e.action]
		return
	}
	env.Action, x.outcome = e.kind.allow, OutcomeAllow
	if e.denied {
		env.Action, x.outcome = e.kind.deny, OutcomeDeny
	}
	env.Static = t.kindStatic(kindOutcome{e.kind, x.outcome})
}

// isCritical reports what Emit promises for an event.
func (t *Trail) isCritical(a Action, k *kindInfo, o Outcome) bool {
	if k != nil {
		return k.criticality == Critical && o == OutcomeAllow
	}
	return a.Criticality() == Critical || t.raised[a]
}

// who fills the fields that come from the request.
func (x *encoder) who(env *wire.Envelope, t *Trail, s *scope) {
	tenant := s.Tenant.t.s
	env.Actor = s.Actor.name
	if s.Actor.m.any() {
		env.Actor = x.marked(t, "actor", text{s.Actor.name, s.Actor.m}, tenant)
	}
	env.ActorKeyID, env.AuthType = s.Actor.keyID, authTypes[s.Actor.auth]
	env.RequestID = x.text(t, "requestId", &s.ID.t, tenant)
	if env.RequestID == "" {
		env.RequestID = "unknown"
	}
	env.Tenant = x.text(t, "tenantId", &s.Tenant.t, tenant)
	env.Workspace = x.text(t, "workspaceId", &s.Workspace.t, tenant)
	env.Trace = s.Trace.t
}

// what fills the fields that come from the event.
func (x *encoder) what(env *wire.Envelope, t *Trail, e *Event, s *scope) {
	tenant := s.Tenant.t.s
	env.Resource = x.about(t, "resource", e, x.resource[:0], tenant)
	x.list("decisionReason", e.reasonMarks)
	if e.system != nil {
		x.list("details.error", e.system.errorMarks)
	}
	var more extras
	if s.claimed != nil {
		more.claimed = x.text(t, "details.claimedActor", &text{s.claimed.name, s.claimed.m}, tenant)
	}
	more.intent = s.intent
	of := e
	if e.system != nil && e.system.intent != nil {
		of = e.system.intent
		more.resource = x.about(t, "details.resource", of, nil, tenant)
	}
	if of.change.op == changeRename {
		more.destination = x.destinationOf(t, &of.change.to, tenant)
	}
	more.plan = x.text(t, "details.planId", &e.grant.plan.t, tenant)
	env.Details = e.appendDetails(x.details[:0], &more)
}

// marks say what was withheld from the names of the resource.
func (e *Event) marks() (m marks) {
	m.merge(e.op.t.m)
	m.merge(e.change.table.ns.m)
	m.merge(e.resource.name.m)
	return m
}

// named returns a name as it is written, and lists what was withheld from it.
func (x *encoder) named(t *Trail, field string, m marks, name []byte, tenant string) []byte {
	if !m.any() {
		return name
	}
	x.list(field, m)
	if m.mail() {
		return append(name[:0], t.pseudonymise(string(name), tenant)...)
	}
	return name
}

// text returns a text as it is written, and lists what was withheld from it.
func (x *encoder) text(t *Trail, field string, v *text, tenant string) string {
	if !v.m.any() {
		return v.s
	}
	return x.marked(t, field, *v, tenant)
}

func (x *encoder) marked(t *Trail, field string, v text, tenant string) string {
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
