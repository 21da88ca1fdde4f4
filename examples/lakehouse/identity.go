package main

import (
	"net/http"
	"time"

	"github.com/daxis-io/arco-audit/audit"
	"github.com/daxis-io/arco-audit/audit/audithttp"
	"github.com/daxis-io/arco-audit/examples/catalog"
)

// handler puts the authentication, and with it one AUTH event a request, before the catalog.
func (l *lake) handler() (http.Handler, error) {
	guard, err := audithttp.New(audithttp.Config{
		Trail:     l.trail,
		Verify:    l.verify,
		Operation: audithttp.MuxOperation(l.catalog.Mux()),
		Refuse:    catalog.Refuse,
	})
	if err != nil {
		return nil, err
	}
	return guard(l.catalog), nil
}

// verify turns the claims of a bearer token into who is recorded: of the subject only a pseudonym.
func (l *lake) verify(r *http.Request) (audithttp.Identity, error) {
	claims, why := l.bearer.Check(r, time.Now())
	if why != 0 {
		return audithttp.Identity{}, audithttp.Deny(why)
	}
	tenant := audit.NewTenant(claims.Tenant)
	return audithttp.Identity{
		Actor:     l.trail.User(tenant, claims.Subject),
		Tenant:    tenant,
		Workspace: audit.NewWorkspace(claims.Workspace),
		Method:    audit.AuthMethodJWT,
	}, nil
}
