package telemetry_test

import (
	"context"
	"fmt"
	"net/http/httptest"
	"strings"

	"github.com/daxis-io/arco-audit/examples/telemetry"
)

func Example() {
	t, err := telemetry.New("arco.example")
	if err != nil {
		fmt.Println(err)
		return
	}
	counter, err := t.Meter().Int64Counter("arco.example.starts")
	if err != nil {
		fmt.Println(err)
		return
	}
	counter.Add(context.Background(), 2)
	w := httptest.NewRecorder()
	t.Handler().ServeHTTP(w, httptest.NewRequest("GET", "/metrics", nil))
	fmt.Println(strings.Contains(w.Body.String(), "\narco_example_starts_total 2\n"))
	// Output:
	// true
}
