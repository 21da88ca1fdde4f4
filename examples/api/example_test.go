package api_test

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"

	"github.com/golang-jwt/jwt/v5"

	"github.com/daxis-io/arco-audit/audit"
	"github.com/daxis-io/arco-audit/examples/api"
	"github.com/daxis-io/arco-audit/examples/telemetry"
	"github.com/daxis-io/arco-audit/redact"
	"github.com/daxis-io/arco-audit/sinks/writersink"
)

// A service that signs one URL.
func Example() {
	var events bytes.Buffer
	metrics, err := telemetry.New("arco.api")
	if err != nil {
		fmt.Println(err)
		return
	}
	trail, err := audit.Open(audit.Config{
		Service: "api", Environment: "dev", Volatile: true, Keys: redact.EphemeralKeys(), Hooks: metrics.Hooks(),
		Routes: []audit.Route{{Name: "lines", Sink: writersink.New(&events), Required: true}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	shared := key()
	signer, err := api.NewHMACSigner("https://store.example/lake", redact.NewSecret(key()))
	if err != nil {
		fmt.Println(err)
		return
	}
	service, err := api.New(api.Config{
		Trail: trail, Telemetry: metrics, Signer: signer,
		Tokens: api.TokenConfig{HS256: redact.NewSecret(shared), Issuer: issuer, Audience: audience},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	token, err := jwt.NewWithClaims(jwt.SigningMethodHS256, claims()).SignedString(shared)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, path := range []string{"tables/a.parquet", "tables/../ledger"} {
		r := httptest.NewRequest(http.MethodPost, "/api/v1/browser/urls", bytes.NewBufferString(`{"domain":"catalog","paths":["`+path+`"]}`))
		r.Header.Set("Authorization", "Bearer "+token)
		w := httptest.NewRecorder()
		service.ServeHTTP(w, r)
		_ = trail.Flush(r.Context())
		fmt.Println(w.Code, bytes.Contains(events.Bytes(), []byte(w.Header().Get(api.EventIDHeader))))
	}
	fmt.Println(service.Close(context.Background()), trail.Close(context.Background()))
	fmt.Println(bytes.Count(events.Bytes(), []byte("path_traversal")))
	// Output:
	// 200 true
	// 403 true
	// <nil> <nil>
	// 1
}
