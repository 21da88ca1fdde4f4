package api

import (
	"context"
	"net/http"

	"github.com/daxis-io/arco-audit/audit"
	"github.com/daxis-io/arco-audit/audit/audithttp"
)

// caller is who makes a request, and whether he may make it.
type caller struct {
	claims Claims
	method audit.AuthMethod
	reason audit.AuthReason // of a refusal; 0 for none
}

type callerKey struct{}

// callerOf returns what authenticate found out. The gate puts it into every request under /api.
func callerOf(ctx context.Context) caller {
	c, _ := ctx.Value(callerKey{}).(caller)
	return c
}

// authenticate is the decision of the authentication, before it is recorded.
//
//audit:decision
func (a *API) authenticate(r *http.Request) caller {
	if a.config.DebugIdentities && r.Header.Get("Authorization") == "" && r.Header.Get("X-Debug-Subject") != "" {
		return debugCaller(r)
	}
	c := caller{method: audit.AuthMethodJWT}
	if c.claims, c.reason = a.tokens.check(r); c.reason == 0 && !within(r, c.claims) {
		c.reason = audit.AuthReasonScopeMismatch
	}
	return c
}

// within reports whether the request stays in the tenant and workspace that the token is for. Clients may name
// them; they never choose them.
func within(r *http.Request, c Claims) bool {
	tenant, workspace := r.Header.Get("X-Tenant-Id"), r.Header.Get("X-Workspace-Id")
	return (tenant == "" || tenant == c.Tenant) && (workspace == "" || workspace == c.Workspace)
}

func debugCaller(r *http.Request) caller {
	c := caller{method: audit.AuthMethodDebugHeader}
	c.claims.Subject = r.Header.Get("X-Debug-Subject")
	c.claims.Tenant, c.claims.Workspace = r.Header.Get("X-Debug-Tenant"), r.Header.Get("X-Debug-Workspace")
	if !named(c.claims.Tenant) || !named(c.claims.Workspace) {
		return caller{reason: audit.AuthReasonMalformed}
	}
	return c
}

// identity is audithttp.Config.Verify: the gate has authenticated the request already.
//
//audit:decision
func (a *API) identity(r *http.Request) (audithttp.Identity, error) {
	c := callerOf(r.Context())
	var who audithttp.Identity
	if c.claims.Subject != "" {
		tenant := audit.NewTenant(c.claims.Tenant)
		who = audithttp.Identity{
			Actor: a.config.Trail.User(tenant, c.claims.Subject), Tenant: tenant,
			Workspace: audit.NewWorkspace(c.claims.Workspace), Method: c.method,
		}
	}
	if c.reason != 0 {
		return who, audithttp.Deny(c.reason)
	}
	return who, nil
}

// whoami answers what the token says, which the caller knows.
func (a *API) whoami(w http.ResponseWriter, r *http.Request) {
	c := callerOf(r.Context()).claims
	writeJSON(w, http.StatusOK, map[string]string{"tenant": c.Tenant, "workspace": c.Workspace})
}
