package audit

// Category is the family of an action; the event type carries its name.
type Category uint8

// The categories. CategoryOther stands for a service's own.
const (
	CategoryOther Category = iota
	CategoryAuth
	CategoryURLMint
	CategoryCredVend
	CategoryIcebergCommit
	CategoryCatalog
	CategoryControlStore
	CategoryTrail
)

var categoryNames = []string{"other", "auth", "url_mint", "cred_vend", "iceberg_commit", "catalog", "control_store", "trail"}

// String returns the wire name, such as "cred_vend".
func (c Category) String() string { return code(categoryNames, uint8(c)) }

// Outcome is what was decided.
type Outcome uint8

// The outcomes. OutcomeSystem is for events about the trail itself; OutcomeError for a decision that failed.
const (
	OutcomeAllow Outcome = iota + 1
	OutcomeDeny
	OutcomeError
	OutcomeSystem
)

var outcomeNames = []string{unspecified, "allow", "deny", "error", "system"}

// String returns the wire name, such as "deny".
func (o Outcome) String() string { return code(outcomeNames, uint8(o)) }

// Criticality is what a nil error from Emit means for an action.
type Criticality uint8

const (
	// Routine events are accepted when queued.
	Routine Criticality = iota
	// Critical events are accepted when they survive the loss of everything that was not declared durable.
	Critical
)

// String returns "routine" or "critical".
func (c Criticality) String() string { return code([]string{"routine", "critical"}, uint8(c)) }

// unspecified is written for the zero value of an enum, and for numbers outside it.
const unspecified = "unspecified"

// code is the name of the i-th value of an enum.
func code(names []string, i uint8) string {
	if int(i) >= len(names) {
		return unspecified
	}
	return names[i]
}
