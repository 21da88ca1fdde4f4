package wire

import (
	"cmp"
	"sync"

	"github.com/daxis-io/arco-audit/internal/sequence"
)

// Decode reads an event that is, byte for byte, what Append wrote; it accepts nothing else. It takes time in
// proportion to the length, which is at most MaxBytes. The envelope shares no memory with event. An error is
// a *Fault.
func Decode[T ~string | ~[]byte](event T) (Envelope, error) {
	var e Envelope
	if len(event) > MaxBytes {
		return e, &Fault{noMember.String(), -1, "is longer than 64 KiB: no event of version 1 is"}
	}
	s := string(event)
	if f := e.decode(s); f != nil {
		return Envelope{}, f
	}
	if f := e.reproduces(s); f != nil {
		return Envelope{}, f
	}
	return e, nil
}

func (e *Envelope) decode(s string) *Fault {
	var p Parts
	c := scanner{s: s, strict: true}
	if !c.parse(&p) {
		return c.fault
	}
	f := cmp.Or(p.missing(required), p.contradiction(), p.wantPairs(), p.wantConstants(), p.wantGrammar(), e.numbers(&p))
	if f == nil {
		e.texts(&p)
	}
	return f
}

// wantPairs checks that members that say the same stand both or not at all. An actor that was not
// authenticated has no authid.
func (p *Parts) wantPairs() *Fault {
	for _, pair := range pairs {
		if pair[0] != MemberAuthID && p.seen.has(pair[0]) != p.seen.has(pair[1]) {
			return p.without(pair[0], pair[1])
		}
	}
	if p.seen.has(MemberTraceParent) != p.seen.has(MemberTraceID) {
		return p.without(MemberTraceParent, MemberTraceID)
	}
	if p.seen.has(MemberAuthID) == (p.Text[MemberAuthType] == authTypeNone) {
		return &Fault{MemberAuthID.String(), -1, "does not fit authtype: it stands unless authtype is " + authTypeNone}
	}
	return nil
}

// without is the fault that only one of two members stands.
func (p *Parts) without(a, b Member) *Fault {
	if p.seen.has(a) {
		a = b
	}
	return &Fault{a.String(), -1, isMissing}
}

// authTypeNone is the authtype of an actor that was not authenticated.
const authTypeNone = "unauthenticated"

// wantConstants checks the members that say the same in every event.
func (p *Parts) wantConstants() *Fault {
	for _, want := range [...]struct {
		m    Member
		text string
	}{
		{MemberSpecVersion, "1.0"}, {MemberDataContentType, DataContentType}, {MemberDataSchema, DataSchema}, {MemberEventVersion, "1"},
	} {
		if p.Text[want.m] != want.text {
			return &Fault{want.m.String(), -1, "is not " + want.text + ": use a reader of the version that wrote the event"}
		}
	}
	return nil
}

// wantGrammar checks the members that are written without escapes.
func (p *Parts) wantGrammar() *Fault {
	for _, m := range [...]Member{MemberAction, MemberOutcome, MemberAuthType, MemberSeverityText} {
		if !isCode(p.Text[m], m == MemberAction || m == MemberSeverityText) {
			return &Fault{m.String(), -1, "is no code: use letters of one case, digits and '_'"}
		}
	}
	if category, _, _ := p.Type(); !isCode(category, false) {
		return &Fault{MemberType.String(), -1, "has a category that is no code: use a to z, digits and '_'"}
	}
	if !isUUID(p.Text[MemberTrail]) {
		return &Fault{MemberTrail.String(), -1, notUUID}
	}
	return nil
}

// isCode reports whether s has letters of one case, digits and "_" only.
func isCode(s string, upper bool) bool {
	first, last := byte('a'), byte('z')
	if upper {
		first, last = 'A', 'Z'
	}
	for i := range len(s) {
		if b := s[i]; (b < first || b > last) && b != '_' && (b < '0' || b > '9') {
			return false
		}
	}
	return true
}

// numbers fills what is not text.
func (e *Envelope) numbers(p *Parts) *Fault {
	var ok bool
	if e.ID, ok = parseUUID(p.Text[MemberID]); !ok {
		return &Fault{MemberID.String(), -1, notUUID}
	}
	if e.Millis, ok = parseTime(p.Text[MemberTime]); !ok {
		return &Fault{MemberTime.String(), -1, "is not YYYY-MM-DDThh:mm:ss.sssZ of a day from 1970 on: write UTC with three decimals"}
	}
	if e.Sequence, ok = p.Sequence(); !ok || len(p.Text[MemberSequence]) != sequence.Digits {
		return &Fault{MemberSequence.String(), -1, "is no number of 64 bits in 20 digits: pad it with zeros"}
	}
	if s := p.Text[MemberTraceParent]; s != "" {
		if e.Trace, ok = parseTrace(s); !ok {
			return &Fault{MemberTraceParent.String(), -1, "is no trace context of version 00: leave it out"}
		}
	}
	return nil
}

// texts fills what is text. The three fields that are bytes share one allocation.
func (e *Envelope) texts(p *Parts) {
	t := &p.Text
	e.Source, e.Trail, e.PolicyVersion = t[MemberSource], t[MemberTrail], t[MemberPolicyVersion]
	e.Action, e.Outcome, e.Severity, e.Reason = t[MemberAction], t[MemberOutcome], t[MemberSeverityText], t[MemberDecisionReason]
	e.Category, _, _ = p.Type()
	e.Actor, e.ActorKeyID, e.AuthType = t[MemberActor], t[MemberActorKeyID], t[MemberAuthType]
	e.Tenant, e.Workspace, e.RequestID = t[MemberTenant], t[MemberWorkspace], t[MemberRequestID]
	e.OriginAgent = t[MemberOriginAgent]
	if n := p.CountRedactions(); n > 0 {
		e.Redactions = make([]Redaction, 0, n)
		p.Redactions(func(r Redaction) { e.Redactions = append(e.Redactions, r) })
	}
	buf := make([]byte, 0, len(t[MemberResource])+len(t[MemberOriginAddr])+len(t[MemberDetails]))
	cut := func(s string) []byte {
		if s == "" {
			return nil
		}
		at := len(buf)
		buf = append(buf, s...)
		return buf[at:len(buf):len(buf)]
	}
	e.Resource, e.OriginAddr, e.Details = cut(t[MemberResource]), cut(t[MemberOriginAddr]), cut(t[MemberDetails])
}

var proofs = sync.Pool{New: func() any { b := make([]byte, 0, 2048); return &b }}

// reproduces is what strict means: Append makes the same bytes of what was read.
func (e *Envelope) reproduces(s string) *Fault {
	b := proofs.Get().(*[]byte)
	defer proofs.Put(b)
	*b, _ = Append((*b)[:0], e)
	if string(*b) == s {
		return nil
	}
	at := 0
	for at < len(s) && at < len(*b) && s[at] == (*b)[at] {
		at++
	}
	return &Fault{noMember.String(), at, notCanonical}
}
