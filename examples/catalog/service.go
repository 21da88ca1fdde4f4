package catalog

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"github.com/daxis-io/arco-audit/audit"
	"github.com/daxis-io/arco-audit/audit/audithttp"
	"github.com/daxis-io/arco-audit/examples/telemetry"
)

// ServiceConfig wires a Catalog behind authentication. Beside what Config requires, Telemetry and Bearer are.
type ServiceConfig struct {
	Config
	// Telemetry is where the trail's hooks count already.
	Telemetry *telemetry.Telemetry
	// Bearer says which tokens are good.
	Bearer *Bearer
	// TrustedProxies is that of audithttp.Config.
	TrustedProxies int
	// Log is told of faults of the service, never with foreign text; nil for none.
	Log *slog.Logger
}

// Service is a Catalog as it is deployed: every request under /v1 is authenticated and one AUTH event, beside the
// events of what it decides. GET /healthz, /readyz and /metrics are open: bind the port inside the cluster.
//
// It is an http.Handler, safe for concurrent use, and starts no goroutine.
type Service struct {
	catalog *Catalog
	config  ServiceConfig
	handler http.Handler
	forget  func() error // ends the reading of the trail's health
}

// NewService checks the configuration and opens the warehouse. Close releases it.
func NewService(c ServiceConfig) (*Service, error) {
	switch {
	case c.Telemetry == nil:
		return nil, errors.New("catalog: ServiceConfig.Telemetry is nil: make it with telemetry.New and give its hooks to the trail")
	case c.Bearer == nil:
		return nil, errors.New("catalog: ServiceConfig.Bearer is nil: make it with OpenBearer")
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	inner, err := New(c.Config)
	if err != nil {
		return nil, err
	}
	s := &Service{catalog: inner, config: c}
	if s.handler, err = s.routes(); err == nil {
		s.forget, err = c.Telemetry.Observe(c.Trail)
	}
	if err != nil {
		return nil, errors.Join(err, inner.Close())
	}
	return s, nil
}

func (s *Service) routes() (http.Handler, error) {
	guard, err := audithttp.New(audithttp.Config{
		Trail: s.config.Trail, Verify: s.verify, Operation: audithttp.MuxOperation(s.catalog.Mux()),
		TrustedProxies: s.config.TrustedProxies, Refuse: Refuse,
		// Errors and panics of the authentication are foreign text.
		Failed: func(err error) { s.config.Log.Error("catalog: authentication failed", "error", fmt.Sprintf("%T", err)) },
	})
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.Handle("/v1/", guard(s.catalog))
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	mux.HandleFunc("GET /readyz", s.ready)
	mux.Handle("GET /metrics", s.config.Telemetry.Handler())
	return mux, nil
}

// verify lets in whoever has a good token, as its subject.
//
//audit:decision
func (s *Service) verify(r *http.Request) (audithttp.Identity, error) {
	claims, why := s.config.Bearer.Check(r, time.Now())
	if why != 0 {
		return audithttp.Identity{}, audithttp.Deny(why)
	}
	tenant := audit.NewTenant(claims.Tenant)
	return audithttp.Identity{
		Actor: s.config.Trail.User(tenant, claims.Subject), Tenant: tenant,
		Workspace: audit.NewWorkspace(claims.Workspace), Method: audit.AuthMethodJWT,
	}, nil
}

func (s *Service) ready(w http.ResponseWriter, r *http.Request) {
	if !s.config.Trail.Health().Ready() {
		writeRefusal(w, r, errAudit)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// ServeHTTP serves one request.
func (s *Service) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.handler.ServeHTTP(w, r) }

// Close releases the warehouse. Serve no request after it, and close the trail behind it.
func (s *Service) Close() error { return errors.Join(s.forget(), s.catalog.Close()) }
