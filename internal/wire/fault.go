package wire

import "strconv"

// Fault says what is wrong with an encoded event, and where. It never holds text of the event.
type Fault struct {
	Member  string // path of a member of version 1, or of the object that a member of no known name is in
	Offset  int    // in bytes; -1 when the fault is that something does not stand there
	Problem string // what is wrong and what to do about it
}

// Error returns the text of the fault with this package's prefix.
func (f *Fault) Error() string { return "wire: " + f.Text() }

// Text returns the fault without a prefix.
func (f *Fault) Text() string {
	if f.Offset < 0 {
		return f.Member + ": " + f.Problem
	}
	return f.Member + ", byte " + strconv.Itoa(f.Offset) + ": " + f.Problem
}

// Problems that are reported from more than one place.
const (
	isMissing    = "is missing: the sender must write it"
	isDuplicate  = "stands twice: the sender must write it once"
	isEmpty      = "is empty: leave the member out"
	isUnordered  = "is out of order: sort the members by UTF-16 code units"
	isUnknown    = "has a member that version 1 does not have: use a reader of the version that wrote it"
	isTooDeep    = "is nested too deeply: the sender must write flat values"
	isFarDown    = "has an object whose path is longer than 128 bytes: the sender must use shorter names"
	notText      = "is no string: write the value as a JSON string"
	notObject    = "is no object: write a JSON object"
	notJSON      = "is no JSON (RFC 8259): the event is cut or damaged, fetch it again"
	notCanonical = "is not in canonical form (RFC 8785): keep the bytes as they were emitted"
	notUTF8      = "is not UTF-8: the event is damaged, fetch it again"
)
