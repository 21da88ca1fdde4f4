package audit

import (
	"errors"
	"unsafe"

	"github.com/daxis-io/arco-audit/internal/journal"
	"github.com/daxis-io/arco-audit/internal/wire"
)

// tagOf packs what a Record knows beside its JSON, so that a route that is caught up decodes nothing:
//
//	A: milliseconds (48 bits), action (8), outcome (8)
//	B: number of the kind (16), length and offset of the tenant (16 each), offset of the id (16)
//
// The zero tag says that the JSON must be read.
func tagOf(x *encoder, e *Event, kinds *kindTable) journal.Tag {
	var kind uint16
	if e.kind != nil {
		if kind = kinds.number(e.kind); kind == 0 {
			return journal.Tag{}
		}
	}
	if x.env.Millis <= 0 || x.env.Millis > maxMillis {
		return journal.Tag{}
	}
	return journal.Tag{
		A: uint64(x.env.Millis)<<16 | uint64(e.action)<<8 | uint64(x.outcome),
		B: uint64(kind)<<48 | uint64(x.layout.Tenant)<<32 | uint64(x.layout.TenantAt)<<16 | uint64(x.layout.ID),
	}
}

// recordOf makes the record of a frame. The record's JSON is the frame's payload, which nobody writes to any more.
func (k *kindTable) recordOf(f journal.Frame, trail *TrailID) (Record, error) {
	json := unsafe.String(unsafe.SliceData(f.Payload), len(f.Payload))
	if f.Tag == (journal.Tag{}) {
		return k.decode(json, f.Sequence, trail)
	}
	who, where := f.Tag.A, f.Tag.B
	return Record{
		json: json, trail: trail, sequence: Sequence(f.Sequence), millis: int64(who >> 16),
		action: Action(who >> 8), outcome: Outcome(who),
		idAt: uint16(where), tenantAt: uint16(where >> 16), tenant: uint16(where >> 32), kind: k.numbered(uint16(where >> 48)),
	}, nil
}

var errNoEvent = errors.New("audit: a stored record is no audit event")

// decode reads an event as a reader of any age does: another version may have written it.
func (k *kindTable) decode(json string, seq uint64, trail *TrailID) (Record, error) {
	p, err := wire.DecodeLenient(json)
	if err != nil {
		return Record{}, err
	}
	at, ok := p.Time()
	id := offset(json, p.Text[wire.MemberID])
	if _, err := parseUUID(p.Text[wire.MemberID]); err != nil || !ok || id < 0 {
		return Record{}, errNoEvent
	}
	_, outcome, _ := p.Type()
	r := Record{json: json, trail: trail, sequence: Sequence(seq), millis: at.UnixMilli(), idAt: uint16(id), outcome: parseOutcome(outcome)}
	if tenant := p.Text[wire.MemberTenant]; tenant != "" {
		if at := offset(json, tenant); at >= 0 {
			r.tenantAt, r.tenant = uint16(at), uint16(len(tenant))
		}
	}
	name := p.Text[wire.MemberAction]
	if r.action, err = ParseAction(name); err != nil {
		r.kind = k.named(name)
	}
	return r, nil
}

// offset returns where in the event a text of it stands; -1 for one that was written with escapes, and so is a copy.
func offset(event, part string) int {
	at := int(uintptr(unsafe.Pointer(unsafe.StringData(part))) - uintptr(unsafe.Pointer(unsafe.StringData(event))))
	if at < 0 || at+len(part) > len(event) || at > wire.MaxBytes-1 {
		return -1
	}
	return at
}

func parseOutcome(name string) Outcome {
	for o := OutcomeAllow; o <= OutcomeSystem; o++ {
		if o.String() == name {
			return o
		}
	}
	return 0
}
