// Package api is the browser-facing service of a lakehouse, small enough to read: it authenticates with JSON web
// tokens, mints signed URLs for what an allowlist permits, and leaves exactly one audit event of every decision.
//
//	GET  /healthz, /readyz          open; ready while the trail takes critical events
//	GET  /metrics                   by posture and shared secret
//	GET  /api/v1/whoami             authenticated
//	POST /api/v1/browser/urls       authenticated; one URL_MINT event
//
// Every request under /api is one AUTH event. X-Audit-Event-Id of an answer is the id of the last decision: of the
// minting where there was one, else of the authentication. Denies beyond the limits of Config are answered 429
// without an event of their own; an AUDIT_FLOOD_DENY event counts them.
//
// Key sets (JWKS) are not supported: the key is configuration.
package api

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"time"

	"github.com/daxis-io/arco-audit/audit"
	"github.com/daxis-io/arco-audit/audit/audithttp"
	"github.com/daxis-io/arco-audit/examples/telemetry"
	"github.com/daxis-io/arco-audit/redact"
)

// Config wires the service. Trail, Telemetry, Signer and Tokens are required.
type Config struct {
	// Trail receives one event for every decision.
	Trail *audit.Trail
	// Telemetry is where the trail's hooks count already.
	Telemetry *telemetry.Telemetry
	// Signer makes the URLs.
	Signer Signer
	// Tokens says which bearer tokens are good.
	Tokens TokenConfig
	// Posture says who can reach the service; the zero Posture is Public, the strictest.
	Posture Posture
	// DebugIdentities lets callers in by X-Debug-Subject, X-Debug-Tenant and X-Debug-Workspace; New refuses it
	// in any posture but Development.
	DebugIdentities bool
	// MetricsSecret gates GET /metrics; it is trimmed, empty is no gate.
	MetricsSecret redact.Secret[string]
	// TrustedProxies is that of audithttp.Config.
	TrustedProxies int
	// Allow has the prefixes of the paths that may be minted, by domain; nil for DefaultAllow.
	Allow map[audit.Domain][]string
	// Patience bounds how long an answer waits until its event is accepted; 5 s by default.
	Patience time.Duration
	// Limits bound requests and denies; zero fields have defaults.
	Limits Limits
	// Log is told of faults of the service, never with foreign text; nil for none.
	Log *slog.Logger
}

// API is an http.Handler. It is safe for concurrent use and starts no goroutine.
type API struct {
	config  Config
	tokens  *verifier
	gate    *gate
	mints   *budget
	meters  *meters
	handler http.Handler
	forget  func() error // ends the reading of the trail's health
}

// New checks the configuration; its error joins everything that is wrong. Close ends the service.
func New(c Config) (*API, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	c.fill()
	a := &API{config: c, tokens: newVerifier(c.Tokens), mints: newBudget(c.Limits.MintsPerTenant, 0)}
	var err error
	if a.meters, err = newMeters(c.Telemetry.Meter()); err != nil {
		return nil, err
	}
	a.gate = newGate(a)
	if a.handler, err = a.routes(); err != nil {
		return nil, err
	}
	a.forget, err = c.Telemetry.Observe(c.Trail)
	return a, err
}

func (c *Config) check() error {
	var faults []error
	bad := func(text string) { faults = append(faults, errors.New("api: Config."+text)) }
	if c.Trail == nil {
		bad("Trail is nil: open one with audit.Open, decisions would go unrecorded")
	}
	if c.Telemetry == nil {
		bad("Telemetry is nil: make it with telemetry.New and give its hooks to the trail")
	}
	if c.Signer == nil {
		bad("Signer is nil: give what signs URLs")
	}
	if c.Posture > Development {
		bad("Posture is out of range: use Public, Private or Development")
	}
	if c.DebugIdentities && c.Posture != Development {
		bad("DebugIdentities is set outside development: anybody could be anybody; unset it, or set Posture to Development")
	}
	if c.TrustedProxies < 0 {
		bad("TrustedProxies is negative: give the number of proxies that append to X-Forwarded-For, 0 for none")
	}
	if c.Patience < 0 {
		bad("Patience is negative: use a positive duration, or 0 for 5 s")
	}
	c.Tokens.check(c.Posture, bad)
	return errors.Join(faults...)
}

func (c *Config) fill() {
	if c.Allow == nil {
		c.Allow = DefaultAllow()
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	c.Patience = cmp.Or(c.Patience, 5*time.Second)
	c.Limits.fill()
}

// routes are the service's; all under /api pass the gate and the authentication.
func (a *API) routes() (http.Handler, error) {
	inner := http.NewServeMux()
	inner.HandleFunc("GET /api/v1/whoami", a.whoami)
	inner.HandleFunc("POST /api/v1/browser/urls", a.mintURLs)
	guard, err := audithttp.New(audithttp.Config{
		Trail: a.config.Trail, Verify: a.identity, Operation: audithttp.MuxOperation(inner),
		TrustedProxies: a.config.TrustedProxies, Refuse: refuse,
		Failed: func(err error) { a.fault("authentication", err) },
	})
	if err != nil {
		return nil, err
	}
	outer := http.NewServeMux()
	outer.Handle("/api/", a.gate.wrap(guard(inner)))
	outer.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	outer.HandleFunc("GET /readyz", a.ready)
	outer.HandleFunc("GET /metrics", a.metrics)
	return outer, nil
}

// ServeHTTP serves one request.
func (a *API) ServeHTTP(w http.ResponseWriter, r *http.Request) { a.handler.ServeHTTP(w, r) }

// Close writes what is still to be counted. Serve no request after it, and close the trail behind it.
func (a *API) Close(ctx context.Context) error {
	a.gate.report(ctx, time.Now(), true)
	return a.forget()
}

func (a *API) ready(w http.ResponseWriter, _ *http.Request) {
	if !a.config.Trail.Health().Ready() {
		refuse(w, nil, http.StatusServiceUnavailable)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// fault logs what happened and the error's type. Its text is foreign and may carry a secret.
func (a *API) fault(what string, err error) {
	a.config.Log.Error("api: "+what+" failed", "error", typeName(err))
}
