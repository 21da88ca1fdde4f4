package catalog_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"

	"github.com/daxis-io/arco-audit/audit"
	"github.com/daxis-io/arco-audit/examples/catalog"
	"github.com/daxis-io/arco-audit/redact"
)

// A namespace is created, and the decision is in the trail before the response is sent.
func Example() {
	dir, err := os.MkdirTemp("", "warehouse-")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	trail, err := audit.Open(audit.Config{
		Service: "catalog", Environment: "dev", Volatile: true, Keys: redact.EphemeralKeys(),
		Routes: []audit.Route{{Name: "stdout", Required: true, Sink: audit.SinkFunc(func(_ context.Context, batch []audit.Record) error {
			for _, r := range batch {
				if r.Outcome() != audit.OutcomeSystem {
					fmt.Println(r.ActionName())
				}
			}
			return nil
		})}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer trail.Close(context.Background())
	served, err := catalog.New(catalog.Config{Trail: trail, Warehouse: dir})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer served.Close()

	ctx := audit.WithRequest(context.Background(), audit.Request{Actor: audit.Service("loader")})
	r := httptest.NewRequestWithContext(ctx, http.MethodPost, "/v1/main/namespaces", strings.NewReader(`{"namespace":["sales"]}`))
	w := httptest.NewRecorder()
	served.ServeHTTP(w, r)
	fmt.Println(w.Code)
	// Output:
	// CATALOG_MUTATE
	// 200
}
