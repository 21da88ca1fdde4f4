package audit

// Actor is who made a request. It comes from Trail.User, Service, TenantActor or Anonymous; the zero Actor is
// unset, and Emit refuses an event with it.
type Actor struct {
	name  string
	keyID string
	m     marks
	auth  authType
}

// authType is the authtype of the CloudEvents authcontext extension.
type authType uint8

const (
	authUnknown authType = iota
	authUser
	authService
	authSystem
	authNone
)

var authTypes = [...]string{"unknown", "app_user", "service_account", "system", "unauthenticated"}

// Service returns the actor "service:name": another service. name has 1 to 128 bytes of [A-Za-z0-9_.@/-].
func Service(name string) Actor {
	t := word(name, 128, &nameBytes, false)
	if name == "" {
		t = grammar()
	}
	return Actor{name: "service:" + t.s, auth: authService, m: t.m}
}

// TenantActor returns the actor "tenant:id": a caller of whom only the tenant is known.
func TenantActor(t Tenant) Actor {
	if t.IsZero() {
		t.t = grammar()
	}
	return Actor{name: "tenant:" + t.t.s, auth: authUnknown, m: t.t.m}
}

// Anonymous returns the actor of a request that was not authenticated.
func Anonymous() Actor { return Actor{name: "anonymous", auth: authNone} }

// User returns the actor "user:" and the pseudonym of subject within tenant under the trail's current key,
// as redact.Keys.Pseudonym computes it. The subject itself is not kept.
func (t *Trail) User(tenant Tenant, subject string) Actor {
	return Actor{name: "user:" + t.keys.Pseudonym(tenant.t.s, subject), keyID: t.keys.ID(), auth: authUser}
}

// IsZero reports whether the actor is unset.
func (a Actor) IsZero() bool { return a.name == "" }
