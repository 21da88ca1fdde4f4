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
	"github.com/daxis-io/arco-audit/examples/overlay"
)

// Removing or doubling any single event of a package turns the tests of the package red.
func TestEveryEmitIsHeldByATest(t *testing.T) {
	for _, subject := range []struct {
		name, dir string
		least     int // places that there are at least, so that a finder that finds nothing fails
	}{{"api", "../api", 9}, {"flow", "../flow", 11}, {"auditgrpc", "../../audit/auditgrpc", 1}} {
		t.Run(subject.name, func(t *testing.T) {
			dir, err := filepath.Abs(filepath.FromSlash(subject.dir))
			require.NoError(t, err)
			places, files, err := mutation.Instrument(dir)
			require.NoError(t, err)
			require.GreaterOrEqual(t, len(places), subject.least, places)
			binary, err := overlay.Build(t.Context(), dir, t.TempDir(), files)
			require.NoError(t, err)
			t.Logf("%d places", len(places))
			require.NoError(t, run(t, dir, binary, ""), "the tests are green without a mutant")
			for _, p := range places {
				for _, how := range []string{mutation.Removed, mutation.Doubled} {
					err := run(t, dir, binary, p.ID+how)
					var red *exec.ExitError
					assert.True(t, errors.As(err, &red), "no test notices that %s is %s", p.Where, how)
				}
			}
		})
	}
}

// run runs the tests with one mutant, "" for none, until the first that fails.
func run(t *testing.T, dir, binary, mutant string) error {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), binary, "-test.failfast", "-test.timeout=2m")
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), mutation.Variable+"="+mutant)
	return cmd.Run()
}
