package auditread

import (
	"errors"

	"github.com/daxis-io/arco-audit/audit"
	"github.com/daxis-io/arco-audit/internal/wire"
)

// Decode reads one event in CloudEvents JSON. It takes members in any order, members, actions, outcomes and
// versions that it does not know, and null for absent. It returns an error for what is no JSON, for an event
// without id, source, type, time, action, trail, sequence or data, and for members that contradict each
// other. The error names the member and the remedy, never the value.
func Decode(json string) (Entry, error) {
	p, err := wire.DecodeLenient(json)
	if err != nil {
		return Entry{}, named(err)
	}
	e := Entry{JSON: json}
	if err := e.read(&p); err != nil {
		return Entry{}, named(err)
	}
	return e, nil
}

// read fills the entry.
func (e *Entry) read(p *wire.Parts) error {
	if err := e.identify(p); err != nil {
		return err
	}
	e.describe(p)
	return e.detail(p)
}

// named puts this package's name before what the wire format complains of.
func named(err error) error {
	if f, ok := errors.AsType[*wire.Fault](err); ok {
		return errors.New("auditread: " + f.Text())
	}
	return errors.New("auditread: " + err.Error())
}

// identify reads what is not text.
func (e *Entry) identify(p *wire.Parts) error {
	var err error
	if e.ID, err = audit.ParseID(p.Text[wire.MemberID]); err != nil {
		return wrong(wire.MemberID, "is no UUID: the sender must write 36 characters")
	}
	if e.Trail, err = audit.ParseTrailID(p.Text[wire.MemberTrail]); err != nil {
		return wrong(wire.MemberTrail, "is no UUID: the sender must write 36 characters")
	}
	var ok bool
	if e.Time, ok = p.Time(); !ok {
		return wrong(wire.MemberTime, "is no RFC 3339 time: the sender must write one")
	}
	sequence, ok := p.Sequence()
	if !ok {
		return wrong(wire.MemberSequence, "is no number of 64 bits: the sender must write decimal digits")
	}
	e.Sequence = audit.Sequence(sequence)
	if e.Version, ok = p.Version(); !ok {
		return wrong(wire.MemberEventVersion, "is no version: the sender must write a whole number")
	}
	return nil
}

func wrong(m wire.Member, problem string) error {
	return &wire.Fault{Member: m.String(), Offset: -1, Problem: problem}
}

// describe copies the texts.
func (e *Entry) describe(p *wire.Parts) {
	t := &p.Text
	e.ActionName = t[wire.MemberAction]
	e.Action = action(e.ActionName)
	e.Category, e.OutcomeName, _ = p.Type()
	e.Outcome = outcome(e.OutcomeName)
	e.Source, e.Severity = t[wire.MemberSource], t[wire.MemberSeverityText]
	e.Tenant = either(t[wire.MemberTenant], t[wire.MemberTenantID])
	e.Workspace = either(t[wire.MemberWorkspace], t[wire.MemberWorkspaceID])
	e.Actor = either(t[wire.MemberActor], t[wire.MemberAuthID])
	e.Resource = either(t[wire.MemberResource], t[wire.MemberSubject])
	e.ActorKeyID, e.RequestID = t[wire.MemberActorKeyID], t[wire.MemberRequestID]
	e.Reason, e.PolicyVersion = t[wire.MemberDecisionReason], t[wire.MemberPolicyVersion]
	e.OriginAddr, e.OriginAgent = t[wire.MemberOriginAddr], t[wire.MemberOriginAgent]
	e.TraceID = t[wire.MemberTraceID]
	if parent := t[wire.MemberTraceParent]; e.TraceID == "" && len(parent) >= 55 {
		e.TraceID = parent[3:35]
	}
}

func either(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// action is the action with this name, without the error that audit.ParseAction makes of an unknown one.
func action(name string) audit.Action {
	for a := audit.Action(1); a < audit.ActionOther; a++ {
		if a.String() == name {
			return a
		}
	}
	return audit.ActionOther
}

func outcome(name string) audit.Outcome {
	for o := audit.OutcomeAllow; o <= audit.OutcomeSystem; o++ {
		if o.String() == name {
			return o
		}
	}
	return 0
}

// detail reads what there can be any number of.
func (e *Entry) detail(p *wire.Parts) error {
	if n := p.CountRedactions(); n > 0 {
		e.Redactions = make([]Redaction, 0, n)
		p.Redactions(func(r wire.Redaction) { e.Redactions = append(e.Redactions, Redaction(r)) })
	}
	if n := p.CountDetails(); n > 0 {
		if e.Details = details(p, n); e.Details.repeats() {
			return wrong(wire.MemberDetails, "has a member twice: the sender must write it once")
		}
	}
	return nil
}
