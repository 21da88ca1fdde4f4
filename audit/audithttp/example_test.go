package audithttp_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"

	"github.com/daxis-io/arco-audit/audit"
	"github.com/daxis-io/arco-audit/audit/audithttp"
	"github.com/daxis-io/arco-audit/redact"
)

// subjects stands in for a token library.
var subjects = map[string]string{"good": "ada"}

func Example() {
	printer := audit.SinkFunc(func(_ context.Context, batch []audit.Record) error {
		for _, r := range batch {
			if r.Outcome() != audit.OutcomeSystem {
				fmt.Printf("%s %q\n", r.ActionName(), r.Tenant())
			}
		}
		return nil
	})
	trail, err := audit.Open(audit.Config{
		Service: "catalog", Environment: "dev", Volatile: true, Keys: redact.EphemeralKeys(),
		Routes: []audit.Route{{Name: "stdout", Sink: printer, Required: true}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /v1/tables/{table}", func(w http.ResponseWriter, r *http.Request) {
		_, _ = w.Write([]byte("found"))
	})
	guard, err := audithttp.New(audithttp.Config{
		Trail:     trail,
		Operation: audithttp.MuxOperation(mux),
		Verify: func(r *http.Request) (audithttp.Identity, error) {
			token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
			if !ok {
				return audithttp.Identity{}, audithttp.Deny(audit.AuthReasonMissing)
			}
			subject, ok := subjects[token]
			if !ok {
				return audithttp.Identity{}, audithttp.Deny(audit.AuthReasonInvalid)
			}
			tenant := audit.NewTenant("acme")
			return audithttp.Identity{Actor: trail.User(tenant, subject), Tenant: tenant, Method: audit.AuthMethodJWT}, nil
		},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	handler := guard(mux)

	for _, token := range []string{"good", "forged"} {
		r := httptest.NewRequest(http.MethodGet, "/v1/tables/orders", nil)
		r.Header.Set("Authorization", "Bearer "+token)
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r)
		_ = trail.Flush(context.Background())
		fmt.Printf("%d %q\n", w.Code, w.Header().Get("WWW-Authenticate"))
	}
	_ = trail.Close(context.Background())
	// Output:
	// AUTH_ALLOW "acme"
	// 200 ""
	// AUTH_DENY ""
	// 401 "Bearer error=\"invalid_token\""
}
