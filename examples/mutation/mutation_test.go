package mutation_test

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/daxis-io/arco-audit/examples/mutation"
	"github.com/daxis-io/arco-audit/internal/overlay"
)

// subjects are the packages that record decisions for a service: those of the examples are found, and the middleware is
// what they stand on.
func subjects(t *testing.T) []string {
	t.Helper()
	dirs, err := filepath.Glob("../*")
	require.NoError(t, err)
	return append(dirs, "../../audit/audithttp", "../../audit/auditgrpc")
}

// Removing or doubling any single event of a package turns the tests of the package red.
func TestEveryEmitIsHeldByATest(t *testing.T) {
	tested := map[string]bool{}
	for _, subject := range subjects(t) {
		dir, err := filepath.Abs(filepath.FromSlash(subject))
		require.NoError(t, err)
		places, files, err := mutation.Instrument(dir)
		require.NoError(t, err)
		if len(places) == 0 {
			continue
		}
		tested[filepath.Base(dir)] = true
		t.Run(filepath.Base(dir), func(t *testing.T) {
			program, err := overlay.Build(t.Context(), dir, t.TempDir(), files)
			require.NoError(t, err)
			t.Logf("%d places", len(places))
			require.NoError(t, run(t, dir, program, ""), "the tests are green without a mutant")
			for _, p := range places {
				for _, how := range []string{mutation.Removed, mutation.Doubled} {
					err := run(t, dir, program, p.ID+how)
					var red *exec.ExitError
					assert.True(t, errors.As(err, &red), "no test notices that %s is %s", p.Where, how)
				}
			}
		})
	}
	for _, name := range []string{"api", "auditgrpc", "audithttp", "catalog", "flow"} {
		assert.True(t, tested[name], "no event of %s is found", name)
	}
}

// run runs the tests with one mutant, "" for none, until the first that fails.
func run(t *testing.T, dir, program, mutant string) error {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), program, "-test.failfast", "-test.timeout=2m")
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), mutation.Variable+"="+mutant, "ARCO_AUDIT_DEMAND=") // what needs a network runs without us
	return cmd.Run()
}
