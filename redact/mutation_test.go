package redact_test

import (
	"testing"

	"github.com/daxis-io/arco-audit/internal/mutation"
)

// Every small change of this package is noticed by a test, or testdata/mutants.txt says why none can.
func TestMutants(t *testing.T) {
	mutation.Hold(t, mutation.Subject{
		Dir: ".", Tests: []string{"."}, Skip: "^TestMutants$", Reasons: "testdata/mutants.txt", Sample: 10,
	})
}
