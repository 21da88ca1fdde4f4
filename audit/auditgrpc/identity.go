package auditgrpc

import "github.com/daxis-io/arco-audit/audit"

// Identity is who a caller proved to be.
type Identity struct {
	Actor     audit.Actor // Trail.User, audit.Service, audit.TenantActor, or audit.Anonymous
	Tenant    audit.Tenant
	Workspace audit.Workspace
	Method    audit.AuthMethod // how it was proved; ignored for a refusal
}

// Deny returns the error with which Verify refuses a caller. Other errors may wrap it; of the whole chain only
// reason is recorded.
func Deny(reason audit.AuthReason) error { return denial{reason} }

type denial struct{ reason audit.AuthReason }

// Error names the reason's code.
func (d denial) Error() string { return "auditgrpc: denied: " + d.reason.String() }
