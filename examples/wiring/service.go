package main

import (
	"net/http"
	"net/netip"
	"time"

	"github.com/google/uuid"

	"github.com/daxis-io/arco-audit/audit"
)

// service vends credentials for tables.
type service struct{ trail *audit.Trail }

// tableID stands for what the service looks up in the table's metadata.
var tableID = uuid.UUID{0x6f, 0x1c, 0x3f, 0x0e, 0x6a, 0x0e, 0x4d, 0x0a, 0x9b, 0x7e, 0x0d, 0x7f, 0x2a, 0x6b, 0x1c, 0x55}

func (s *service) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /v1/{prefix}/namespaces/{namespace}/tables/{table}/credentials", func(w http.ResponseWriter, r *http.Request) {
		if err := s.vend(w, s.identified(r)); err != nil {
			http.Error(w, "try again later", http.StatusServiceUnavailable)
		}
	})
	return mux
}

// identified is what authentication does once per request; package audithttp does it for a service.
func (s *service) identified(r *http.Request) *http.Request {
	tenant, ws := audit.NewTenant("acme"), audit.NewWorkspace(r.PathValue("prefix"))
	rid, sub := audit.NewRequestID(r.Header.Get("X-Request-Id")), "the subject of a verified token"
	peer, _ := netip.ParseAddrPort(r.RemoteAddr)
	addr := peer.Addr()

	ctx := r.Context()
	ctx = audit.WithRequest(ctx, audit.Request{ID: rid, Actor: s.trail.User(tenant, sub), Tenant: tenant, Workspace: ws, Origin: addr})
	return r.WithContext(ctx)
}

// vend answers with a credential, or with an error when the decision could not be recorded.
func (s *service) vend(w http.ResponseWriter, r *http.Request) error {
	ctx, trail := r.Context(), s.trail
	table := audit.NewTable([]string{r.PathValue("namespace")}, r.PathValue("table"), tableID)
	plan, ttl := audit.NewPlanID(r.URL.Query().Get("planId")), 15*time.Minute

	id, err := trail.Emit(ctx, audit.CredVendAllow(table, audit.NewGrant(audit.DelegationVended, audit.AccessRead, audit.ProviderGCS, ttl).WithPlan(plan)))
	if err != nil {
		return unavailable(err) // fail closed: the credential never leaves
	}
	w.Header().Set("X-Audit-Event-Id", id.String())
	_, err = w.Write([]byte(`{"storage-credentials":[]}`)) // the credential would stand here
	return err
}

// unavailable is where a service translates errors to its own.
func unavailable(err error) error { return err }
