//go:build unix

package audit_test

import (
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestFrozenService stops a service in the middle of its work (SIGSTOP), as a host that pauses or migrates does, while
// another one in the same directory works and is killed. The frozen one is alive: nobody adopts its trail. When it goes
// on, it loses nothing and adopts the other.
func TestFrozenService(t *testing.T) {
	k := &killer{t: t, dir: t.TempDir()}
	cmd, stdin, out := k.start()
	k.read(out, func(n int) {
		switch n {
		case 20:
			require.NoError(t, cmd.Process.Signal(syscall.SIGSTOP))
			var status syscall.WaitStatus
			_, err := syscall.Wait4(cmd.Process.Pid, &status, syscall.WUNTRACED, nil)
			require.NoError(t, err)
			require.True(t, status.Stopped())
			k.run(100, 0)
			require.NoError(t, cmd.Process.Signal(syscall.SIGCONT))
		case 60:
			require.NoError(t, stdin.Close())
		}
	})
	require.NoError(t, cmd.Wait())
	assert.Equal(t, 1, k.check(), "the trail of the one that was killed, and no other, was adopted")
}
