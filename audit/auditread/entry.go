package auditread

import (
	"time"

	"github.com/daxis-io/arco-audit/audit"
)

// Entry is one event as it was read. Its texts share memory with JSON. An absent member is "" or zero.
type Entry struct {
	ID         audit.ID
	Action     audit.Action  // audit.ActionOther for a name that this version does not know
	ActionName string        // such as "CRED_VEND_DENY", also when it is not known
	Category   string        // such as "cred_vend"
	Outcome    audit.Outcome // 0 for a name that this version does not know
	// OutcomeName is "allow", "deny", "error", "system", or a name from the future.
	OutcomeName string
	Time        time.Time // UTC, whole milliseconds as emitted
	Trail       audit.TrailID
	Sequence    audit.Sequence
	Source      string // "//service/environment/instance"
	Tenant      string
	Workspace   string
	Actor       string
	ActorKeyID  string
	RequestID   string
	TraceID     string // 32 hexadecimal digits
	Resource    string
	Reason      string // such as "access_denied"
	// PolicyVersion is that of the service that decided.
	PolicyVersion string
	OriginAddr    string
	OriginAgent   string
	Severity      string // LogSeverity of Cloud Logging: "INFO", "NOTICE", "WARNING", "ERROR"
	// Details are what the action adds. Members of an object in it have its name before theirs:
	// "summary.added-records". Values that are no text are JSON.
	Details    Details
	Redactions []Redaction
	// Version is the version of the record, 1 today; 0 when the sender gave none.
	Version int
	// JSON is the event as it was given to Decode.
	JSON string
}

// Redaction names a field of the event from which something was withheld, and the kind of what it was.
type Redaction struct {
	Field string // such as "resource" or "details.planId"
	Kind  string
}
