package main

import (
	"context"
	"net/http"
	"os"
	"time"

	"github.com/daxis-io/arco-audit/audit"
	"github.com/daxis-io/arco-audit/audit/audithttp"
	"github.com/daxis-io/arco-audit/examples/api"
	"github.com/daxis-io/arco-audit/examples/catalog"
	"github.com/daxis-io/arco-audit/examples/flow"
	"github.com/daxis-io/arco-audit/examples/telemetry"
	"github.com/daxis-io/arco-audit/redact"
)

// One login serves the catalog and the API.
const (
	issuer   = "https://login.lake.example"
	audience = "lakehouse"
)

func keysOf(s setup) (redact.Keys, error) { return redact.KeysFromEnv(s.Pseudonyms) }

func bearerOf(s setup) *catalog.Bearer {
	return catalog.NewSharedBearer(issuer, audience, redact.NewSecret(s.Login))
}

// newCatalog puts the authentication, and with it one AUTH event a request, before the catalog.
func newCatalog(s setup, trail *audit.Trail, _ *telemetry.Telemetry) (served, error) {
	if err := os.MkdirAll(s.warehouse(), 0o755); err != nil {
		return served{}, err
	}
	c, err := catalog.New(catalog.Config{Trail: trail, Warehouse: s.warehouse(), Provider: &remoteProvider{url: s.Authority}})
	if err != nil {
		return served{}, err
	}
	end := func(context.Context) error { return c.Close() }
	guard, err := audithttp.New(audithttp.Config{
		Trail: trail, Verify: identify(bearerOf(s), trail), Operation: audithttp.MuxOperation(c.Mux()), Refuse: catalog.Refuse,
	})
	if err != nil {
		return served{close: end}, err
	}
	return served{handler: guard(c), close: end}, nil
}

type subjectKey struct{}

// identify turns the claims of a bearer token into who is recorded: of the subject only a pseudonym. The subject itself
// goes to the storage, which knows who may read.
func identify(bearer *catalog.Bearer, trail *audit.Trail) func(*http.Request) (audithttp.Identity, error) {
	return func(r *http.Request) (audithttp.Identity, error) {
		claims, why := bearer.Check(r, time.Now())
		if why != 0 {
			return audithttp.Identity{}, audithttp.Deny(why)
		}
		*r = *r.WithContext(context.WithValue(r.Context(), subjectKey{}, claims.Subject))
		tenant := audit.NewTenant(claims.Tenant)
		return audithttp.Identity{
			Actor: trail.User(tenant, claims.Subject), Tenant: tenant, Workspace: audit.NewWorkspace(claims.Workspace), Method: audit.AuthMethodJWT,
		}, nil
	}
}

func newAPI(s setup, trail *audit.Trail, metrics *telemetry.Telemetry) (served, error) {
	signer, err := api.NewHMACSigner("https://store.lake.example/objects", redact.NewSecret(s.Signing))
	if err != nil {
		return served{}, err
	}
	a, err := api.New(api.Config{
		Trail: trail, Telemetry: metrics, Signer: signer, Posture: api.Private,
		Tokens: api.TokenConfig{HS256: redact.NewSecret(s.Login), Issuer: issuer, Audience: audience},
	})
	if err != nil {
		return served{}, err
	}
	return served{handler: a, close: a.Close}, nil
}

// scheduler is the internal service that may dispatch tasks and cancel runs.
const scheduler = "scheduler"

func newFlow(s setup, trail *audit.Trail, metrics *telemetry.Telemetry) (served, error) {
	f, err := flow.New(flow.Config{
		Trail: trail, Telemetry: metrics, Services: []string{scheduler},
		TaskKey: redact.NewSecret(s.Task), ServiceKey: redact.NewSecret(s.Internal),
	})
	if err != nil {
		return served{}, err
	}
	return served{handler: f, calls: f.NewServer(), close: func(context.Context) error { return f.Close() }}, nil
}
