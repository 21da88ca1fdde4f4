//go:build unix

package audit_test

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/daxis-io/arco-audit/audit"
	"github.com/daxis-io/arco-audit/internal/journal/vfs"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// unready is a service whose sink hangs: it says "A id" for critical events that were accepted, then "ready", waits for
// SIGTERM, says what Close returned, and hangs until it is killed.
func unready(dir string, stdout io.Writer) error {
	hung := audit.SinkFunc(func(ctx context.Context, _ []audit.Record) error { <-ctx.Done(); return ctx.Err() })
	c := serviceConfig(dir, hung)
	c.StartOffline = true
	trail, err := audit.OpenOn(c, vfs.OS{}, ext4)
	if err != nil {
		return err
	}
	terminated := make(chan os.Signal, 1)
	signal.Notify(terminated, syscall.SIGTERM)
	for n := range 20 {
		id, err := trail.Emit(ofTenant(context.Background(), "acme"), vend(n))
		if err != nil {
			return err
		}
		if _, err := fmt.Fprintf(stdout, "A %s\n", id); err != nil {
			return err
		}
	}
	if _, err := fmt.Fprintln(stdout, "ready"); err != nil {
		return err
	}
	<-terminated
	ctx, cancel := context.WithTimeout(context.Background(), 100*time.Millisecond)
	defer cancel()
	if _, err := fmt.Fprintln(stdout, "closed:", trail.Close(ctx)); err != nil {
		return err
	}
	select {}
}

// TestTerminatedThenKilled ends a service as an orchestrator does during an outage of its sink: SIGTERM, upon which Close
// returns by its deadline and says what is left, then SIGKILL. The next service delivers all of it.
func TestTerminatedThenKilled(t *testing.T) {
	k := &killer{t: t, dir: t.TempDir(), environ: []string{childHangs + "=yes"}}
	cmd, _, out := k.start()
	var asked time.Time
	k.read(out, func(int) {
		switch line := out.Text(); {
		case line == "ready":
			asked = time.Now()
			require.NoError(t, cmd.Process.Signal(syscall.SIGTERM))
		case strings.HasPrefix(line, "closed:"):
			assert.Less(t, time.Since(asked), 10*time.Second)
			assert.Contains(t, line, "route file: 22 events from sequence 0")
			assert.Contains(t, line, "the journal keeps them")
			require.NoError(t, cmd.Process.Kill())
		}
	})
	require.Error(t, cmd.Wait())
	require.False(t, asked.IsZero())
	require.Len(t, k.accepted, 20)

	k.environ = nil
	cmd, stdin, out := k.start()
	require.NoError(t, stdin.Close())
	k.read(out, func(int) {})
	require.NoError(t, cmd.Wait())
	k.check()
}
