package wire

// Version is the eventVersion of the record and the suffix of the event type.
const Version = 1

// TypePrefix begins the type attribute of every event: prefix, category, outcome, version.
const TypePrefix = "io.arco.audit."

// DataSchema names the schema of data.
const DataSchema = "urn:io.arco:audit:record:v1"

// DataContentType is the media type of data.
const DataContentType = "application/json"

// MaxBytes bounds one encoded event.
const MaxBytes = 64 << 10

// Envelope is one event before it is encoded, or after it was decoded. Strings hold plain text, not
// JSON; an empty one is an absent member. The encoder never looks at a clock and never fails.
type Envelope struct {
	// Static, when set, stands for Source, Trail, PolicyVersion, Action, Category, Outcome and Severity in
	// Append. The decoder leaves it nil.
	Static *Static

	ID     [16]byte // UUID; id and data.eventId
	Millis int64    // Unix time in milliseconds; time and data.timestamp

	Source        string // "//service/environment/instance"
	Trail         string // UUID text; trail and partitionkey
	Sequence      uint64
	PolicyVersion string

	Action   string // wire name
	Category string
	Outcome  string
	Severity string
	Reason   string

	Resource []byte // data.resource and subject

	Actor      string
	ActorKeyID string
	AuthType   string // CloudEvents authcontext authtype
	Tenant     string
	Workspace  string
	RequestID  string
	Trace      Trace

	OriginAddr  []byte
	OriginAgent string

	// Details is a JSON object in canonical form (see Object), or empty.
	Details    []byte
	Redactions []Redaction
}

// Redaction names a field of the event from which something was withheld, and what.
type Redaction struct {
	Field string
	Kind  string
}

// Trace is a W3C trace context; the zero value is none.
type Trace struct {
	ID    [16]byte
	Span  [8]byte
	Flags byte
}

// IsZero reports whether there is no trace.
func (t Trace) IsZero() bool { return t.ID == [16]byte{} || t.Span == [8]byte{} }
