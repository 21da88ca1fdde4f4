package audit

import "github.com/daxis-io/arco-audit/internal/owner"

// Tenant names the tenant that a decision concerns; the zero Tenant is none.
type Tenant struct {
	t  text
	id owner.ID // of t, made once for all events
}

// NewTenant returns the tenant named s, which matches [a-z0-9_-]{1,64}; "" is no tenant. What does not fit
// the grammar becomes "[REJECTED:grammar]", and the event says so.
func NewTenant(s string) Tenant {
	t := word(s, 64, &slugBytes, false)
	return Tenant{t, owner.Of(t.s)}
}

// IsZero reports whether there is no tenant.
func (t Tenant) IsZero() bool { return t.t.s == "" }

// Workspace names a workspace of a tenant; the zero Workspace is none.
type Workspace struct{ t text }

// NewWorkspace returns the workspace named s, which matches [a-z0-9_-]{1,64}; "" is no workspace. What does
// not fit the grammar becomes "[REJECTED:grammar]", and the event says so.
func NewWorkspace(s string) Workspace { return Workspace{word(s, 64, &slugBytes, false)} }

// RequestID names one request; the zero RequestID is written as "unknown".
type RequestID struct{ t text }

// NewRequestID returns the request id s: visible ASCII, at most 128 bytes. A longer one is cut, what is not
// visible ASCII becomes "[REJECTED:grammar]", a secret is masked; the event says so.
func NewRequestID(s string) RequestID { return RequestID{word(s, 128, &visibleBytes, true)} }

// IsZero reports whether there is no request id.
func (r RequestID) IsZero() bool { return r.t.s == "" }

// String returns the id as it will be written, e-mail addresses aside. It is safe to send back to a client.
func (r RequestID) String() string { return withoutMail(r.t) }

// PlanID is a query engine's scan plan id, recorded for observability only; the zero PlanID is none.
type PlanID struct{ t text }

// NewPlanID returns the plan id s, cut at a UTF-8 boundary so that it has at most 256 bytes.
func NewPlanID(s string) PlanID { return PlanID{clean(s, 256, asText)} }
