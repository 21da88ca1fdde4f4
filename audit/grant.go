package audit

import "time"

// Delegation is how storage access is delegated to a client (X-Iceberg-Access-Delegation).
type Delegation uint8

// The delegation modes of the Iceberg REST specification.
const (
	DelegationNone Delegation = iota + 1
	DelegationVended
	DelegationRemoteSigning
)

var delegations = []string{unspecified, "none", "vended-credentials", "remote-signing"}

// String returns the mode as the header spells it, such as "vended-credentials".
func (d Delegation) String() string { return code(delegations, uint8(d)) }

// Access is what a credential lets its holder do.
type Access uint8

// The kinds of access.
const (
	AccessRead Access = iota + 1
	AccessReadWrite
)

var accesses = []string{unspecified, "read", "read_write"}

// String returns the wire name, such as "read".
func (a Access) String() string { return code(accesses, uint8(a)) }

// Provider is the kind of store that a credential is for.
type Provider uint8

// The providers.
const (
	ProviderGCS Provider = iota + 1
	ProviderS3
	ProviderADLS
	ProviderLocal
)

var providers = []string{unspecified, "gcs", "s3", "adls", "local"}

// String returns the wire name, such as "gcs".
func (p Provider) String() string { return code(providers, uint8(p)) }

// Grant describes vended credentials: how, for what, where, for how long. It has no door for the
// credential itself.
type Grant struct {
	delegation Delegation
	access     Access
	provider   Provider
	ttl        time.Duration
	plan       PlanID
}

// NewGrant returns a grant. ttl is recorded in whole seconds, rounded down.
func NewGrant(d Delegation, a Access, p Provider, ttl time.Duration) Grant {
	return Grant{delegation: d, access: a, provider: p, ttl: ttl}
}

// WithPlan returns the grant with the scan plan it was asked for with.
func (g Grant) WithPlan(id PlanID) Grant {
	g.plan = id
	return g
}

// VendRequest describes credentials that were asked for.
type VendRequest struct {
	delegation Delegation
	access     Access
	plan       PlanID
}

// NewVendRequest returns a request for credentials.
func NewVendRequest(d Delegation, a Access) VendRequest {
	return VendRequest{delegation: d, access: a}
}

// WithPlan returns the request with its scan plan.
func (r VendRequest) WithPlan(id PlanID) VendRequest {
	r.plan = id
	return r
}
