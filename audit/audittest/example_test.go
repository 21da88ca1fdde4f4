package audittest_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/daxis-io/arco-audit/audit"
	"github.com/daxis-io/arco-audit/audit/audittest"
)

// load is code under test: it refuses everybody, on the record.
func load(ctx context.Context, trail *audit.Trail) error {
	_, err := trail.Emit(ctx, audit.AuthDeny(audit.HTTPOperation("GET", "/v1/config"), audit.AuthReasonMissing))
	return err
}

func ExampleNew() {
	testLoad := func(t testing.TB) { // func TestLoad(t *testing.T)
		trail, rec := audittest.New(t)
		ctx := audit.WithRequest(t.Context(), audit.Request{Actor: audit.Anonymous()})

		if err := load(ctx, trail); err != nil {
			t.Fatal(err)
		}
		fmt.Println(rec.Only(audit.ActionAuthDeny).Reason)

		rec.FailEmit(audit.ErrFull)
		fmt.Println(load(ctx, trail))
	}
	testing.Benchmark(func(b *testing.B) { // stands in for go test
		if b.N == 1 {
			testLoad(b)
		}
	})
	// Output:
	// missing_token
	// audit: trail full: a required route is behind; fail the request, see Health
}

func ExampleVetClean() {
	testVet := func(t testing.TB) { // func TestVet(t *testing.T)
		audittest.VetClean(t, ".") // without a pattern: the whole module
		fmt.Println("clean:", !t.Failed())
	}
	testing.Benchmark(func(b *testing.B) { // stands in for go test
		if b.N == 1 {
			testVet(b)
		}
	})
	// Output:
	// clean: true
}
