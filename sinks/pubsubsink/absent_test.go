package pubsubsink_test

import (
	"os"
	"testing"
)

// absent skips a test whose other end is not on this machine, and fails it where all of them are demanded.
func absent(t *testing.T, what string) {
	t.Helper()
	if os.Getenv("ARCO_AUDIT_DEMAND") == "all" {
		t.Fatalf("there is no %s", what)
	}
	t.Skipf("not tested: there is no %s", what)
}
