package branch_test

import (
	"bufio"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/daxis-io/arco-audit/examples/branch"
	"github.com/daxis-io/arco-audit/examples/contract"
	"github.com/daxis-io/arco-audit/examples/servicetest"
	"github.com/daxis-io/arco-audit/internal/overlay"
)

// Every branch, status and reason of the decisions of a service is reached by a request from outside, and each such
// request leaves exactly the events of its decisions.
func TestEveryBranchIsReachedFromOutside(t *testing.T) {
	for _, tt := range []struct {
		dir   string
		also  string // a package that decides for it
		file  string // its OpenAPI file
		least int    // branches that there are at least, so that a finder that finds nothing fails
	}{{"catalog", "", "openapi.yaml", 300}, {"api", "tokens", "", 80}, {"flow", "tokens", "", 100}} {
		t.Run(tt.dir, func(t *testing.T) {
			dirs := []string{filepath.Join("..", tt.dir)}
			if tt.also != "" {
				dirs = append(dirs, filepath.Join("..", tt.also))
			}
			s, err := branch.Find(dirs...)
			require.NoError(t, err)
			require.GreaterOrEqual(t, len(s.Branches), tt.least)
			require.NotEmpty(t, s.Recording)
			windows := drive(t, dirs[0], s.Rewritten)
			t.Logf("%d branches of %d decision functions, %d statuses, %d reasons; %d windows",
				len(s.Branches), len(s.Roots), len(s.Statuses), len(s.Reasons), len(windows))
			assert.Empty(t, strings.Join(s.Check(windows), "\n"))
			if tt.file != "" {
				file, err := contract.Load(filepath.Join(dirs[0], tt.file))
				require.NoError(t, err)
				assert.Empty(t, file.Unanswered(windows), "the file has what is never answered")
			}
		})
	}
}

// drive runs the instrumented tests of a service and returns what they saw.
func drive(t *testing.T, dir string, files map[string][]byte) (windows []servicetest.Window) {
	t.Helper()
	program, err := overlay.Build(t.Context(), dir, t.TempDir(), files)
	require.NoError(t, err)
	name := filepath.Join(t.TempDir(), "windows")
	run := exec.CommandContext(t.Context(), program, "-test.timeout=5m")
	run.Dir = dir
	run.Env = append(os.Environ(), servicetest.Variable+"="+name, "ARCO_AUDIT_DEMAND=") // what needs a network runs without us
	out, err := run.CombinedOutput()
	require.NoError(t, err, string(out))
	f, err := os.Open(name)
	require.NoError(t, err)
	defer f.Close()
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		var w servicetest.Window
		require.NoError(t, json.Unmarshal(lines.Bytes(), &w))
		windows = append(windows, w)
	}
	require.NoError(t, lines.Err())
	return windows
}
