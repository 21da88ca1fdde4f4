package wire

import "sync"

// Static holds the members of an envelope that are the same for all events of one action of one trail,
// encoded once. It is immutable.
type Static struct {
	buf     []byte // what the others are parts of
	head    []byte // from the start to after the action
	data    []byte // from data to after its action
	outcome []byte // data.outcome and data.policyVersion
	middle  []byte // from after id to subject, with a sequence of zeros
	tail    []byte // trail and type

	sequence int // where the digits of the sequence stand in middle
}

// NewStatic encodes the static members of e: Action, Outcome, PolicyVersion, Trail, Severity, Source, Category.
func NewStatic(e *Envelope) *Static {
	s := &Static{buf: make([]byte, 0, 1024)}
	s.fill(e)
	return s
}

// statics are scratch for envelopes that have none of their own.
var statics = sync.Pool{New: func() any { return new(Static) }}

func (s *Static) fill(e *Envelope) {
	b := s.buf[:0]
	b = append(b, `{"action":`...)
	b = AppendString(b, e.Action)
	head := len(b)
	b = append(b, `,"data":{"action":`...)
	b = AppendString(b, e.Action)
	b = append(b, `,"actor":`...)
	data := len(b)
	b = append(b, `,"outcome":`...)
	b = AppendString(b, e.Outcome)
	b = append(b, `,"policyVersion":`...)
	b = AppendString(b, e.PolicyVersion)
	outcome := len(b)
	b = append(b, `","outcome":`...)
	b = AppendString(b, e.Outcome)
	b = append(b, `,"partitionkey":`...)
	b = AppendString(b, e.Trail)
	b = append(b, `,"sequence":"`...)
	s.sequence = len(b) - outcome
	b = append(b, `00000000000000000000","severitytext":`...)
	b = AppendString(b, e.Severity)
	b = append(b, `,"source":`...)
	b = AppendString(b, e.Source)
	b = append(b, `,"specversion":"1.0","subject":`...)
	middle := len(b)
	b = append(b, `,"trail":`...)
	b = AppendString(b, e.Trail)
	b = append(b, `,"type":"`+TypePrefix...)
	b = appendText(b, e.Category)
	b = append(b, '.')
	b = appendText(b, e.Outcome)
	b = append(b, `.v1"`...)
	s.buf, s.head, s.data, s.outcome = b, b[:head], b[head:data], b[data:outcome]
	s.middle, s.tail = b[outcome:middle], b[middle:]
}
