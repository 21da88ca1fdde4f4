package audit

import "time"

// Record is an accepted event, encoded. It is immutable and may be kept; its JSON shares memory with at most
// 64 KiB of its neighbours', with Config.Dir 512 KiB.
type Record struct {
	json     string
	trail    *TrailID
	kind     *kindInfo // of a service's own action
	sequence Sequence
	millis   int64
	stamp    int64  // milliseconds since 1970; 0 for millis
	idAt     uint16 // offset of the id in json
	tenantAt uint16
	tenant   uint16 // length of the tenant in json
	action   Action
	outcome  Outcome
}

// ID returns the event's id, which destinations de-duplicate by.
func (r Record) ID() ID {
	if r.json == "" {
		return ID{}
	}
	id, _ := ParseID(r.json[r.idAt : r.idAt+36]) // Emit wrote it
	return id
}

// Action returns the action; ActionOther for a service's own kind.
func (r Record) Action() Action { return r.action }

// ActionName returns the action's wire name, such as "CRED_VEND_DENY".
func (r Record) ActionName() string {
	switch {
	case r.kind == nil:
		return r.action.String()
	case r.outcome == OutcomeDeny:
		return r.kind.deny
	}
	return r.kind.allow
}

// Outcome returns what was decided.
func (r Record) Outcome() Outcome { return r.outcome }

// Time returns when the event was emitted, in whole milliseconds, UTC.
func (r Record) Time() time.Time { return time.UnixMilli(r.millis).UTC() }

// Stamp returns the time under which the destination gets the event: Time, unless it was decided for the sink's route
// that it is another. See Restamper.
func (r Record) Stamp() time.Time {
	if r.stamp == 0 {
		return r.Time()
	}
	return time.UnixMilli(r.stamp).UTC()
}

// Trail returns the trail that the event is part of.
func (r Record) Trail() TrailID {
	if r.trail == nil {
		return TrailID{}
	}
	return *r.trail
}

// Sequence returns the event's position in its trail.
func (r Record) Sequence() Sequence { return r.sequence }

// Tenant returns the tenant, "" when there is none.
func (r Record) Tenant() string { return r.json[r.tenantAt : r.tenantAt+r.tenant] }

// JSON returns the event as one CloudEvents JSON object in canonical form, the bytes that are hashed.
func (r Record) JSON() string { return r.json }
