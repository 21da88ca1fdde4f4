package audit_test

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/daxis-io/arco-audit/audit"
	"github.com/daxis-io/arco-audit/internal/journal/vfs"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// intentDir makes TestIntentChild a service that is killed between its commit and its event.
const intentDir = "AUDIT_TEST_INTENT_DIR"

func TestIntentChild(t *testing.T) {
	dir := os.Getenv(intentDir)
	if dir == "" {
		return // it is the child of TestKilledBetweenCommitAndEmit
	}
	c := diskConfig(audit.Route{Name: "a", Sink: &capture{}, Required: true})
	c.Dir = dir
	trail, err := audit.OpenOn(c, vfs.OS{}, ext4)
	require.NoError(t, err)
	for n := range 3 {
		in, err := trail.Begin(ofTenant(t.Context(), "acme"), audit.Committing(orders(n)))
		require.NoError(t, err)
		defer in.Abandon()
		if n == 1 {
			_, err = in.Emit(t.Context(), committed(n))
			require.NoError(t, err)
		}
	}
	require.NoError(t, trail.Flush(t.Context()))
	fmt.Printf("COMMITTED %s\n", trail.ID())
	_, _ = io.Copy(io.Discard, os.Stdin)
}

func TestKilledBetweenCommitAndEmit(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "journal")
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestIntentChild$")
	cmd.Env = append(os.Environ(), intentDir+"="+dir)
	_, err := cmd.StdinPipe()
	require.NoError(t, err)
	stdout, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	var died string
	for lines := bufio.NewScanner(stdout); died == "" && lines.Scan(); {
		died, _ = strings.CutPrefix(lines.Text(), "COMMITTED ")
		if len(died) != 36 {
			died = ""
		}
	}
	require.NoError(t, cmd.Process.Kill())
	require.Error(t, cmd.Wait()) // it closes stdin, too
	require.NotEmpty(t, died)

	sink := &capture{}
	c := diskConfig(audit.Route{Name: "a", Sink: sink, Required: true})
	c.Dir = dir
	trail, err := audit.OpenOn(c, vfs.OS{}, ext4)
	require.NoError(t, err)
	require.NoError(t, alone(dir, trail))
	require.NoError(t, trail.Close(t.Context()))
	checkAbandoned(t, sink, died, 0, 2)
}

// checkAbandoned checks that exactly the commits of these tables were abandoned in a dead trail, before it was closed.
func checkAbandoned(t *testing.T, sink *capture, died string, tables ...int) {
	t.Helper()
	abandoned := sink.of(audit.ActionDecisionAbandoned)
	require.Len(t, abandoned, len(tables))
	for i, r := range abandoned {
		assert.Equal(t, died, r.Trail().String())
		assert.Equal(t, "acme", r.Tenant())
		assert.Less(t, r.Sequence(), sink.of(audit.ActionTrailAdopted)[0].Sequence())
		e := decode(t, r)
		assert.Equal(t, "process_ended", e.data()["decisionReason"])
		assert.Equal(t, fmt.Sprintf("iceberg/commit:sales.orders_%d", tables[i]), e.details()["resource"])
		assert.Equal(t, "ICEBERG_COMMIT", e.details()["action"])
		assert.Equal(t, "unknown", e.details()["outcome"])
	}
}
