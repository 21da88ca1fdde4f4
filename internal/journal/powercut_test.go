//go:build linux && journal_powercut

package journal_test

import (
	"bufio"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"
	"unsafe"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/daxis-io/arco-audit/internal/journal"
	"github.com/daxis-io/arco-audit/internal/journal/vfs"
)

var powerCuts = flag.Int("journal.powercuts", 30, "times that TestPowerCut cuts the power")

// shutdownNow is EXT4_IOC_SHUTDOWN with EXT4_GOING_FLAGS_NOLOGFLUSH: from here on the file system writes nothing more,
// neither pages nor its own journal, as if the power had gone.
func shutdownNow(mount string) error {
	const shutdown, noLogFlush = 0x8004587d, 2
	d, err := os.Open(mount)
	if err != nil {
		return err
	}
	flags := uint32(noLogFlush)
	_, _, errno := syscall.Syscall(syscall.SYS_IOCTL, d.Fd(), shutdown, uintptr(unsafe.Pointer(&flags)))
	if err := d.Close(); err != nil {
		return err
	}
	if errno != 0 {
		return errno
	}
	return nil
}

func command(t *testing.T, name string, args ...string) {
	t.Helper()
	out, err := exec.Command(name, args...).CombinedOutput()
	require.NoError(t, err, "%s %v: %s", name, args, out)
}

// TestPowerCut runs a writer on a real ext4 in a loop device, cuts the power under it, mounts again and looks for what
// was acknowledged. It needs root. A writer whose syncs do nothing is the control: it must lose records.
func TestPowerCut(t *testing.T) {
	for _, tc := range []struct {
		name, mode string
		loses      bool
	}{{"journal", modeAppend, false}, {"control without syncs", modeUnsynced, true}} {
		t.Run(tc.name, func(t *testing.T) {
			dir := t.TempDir()
			image, mount := filepath.Join(dir, "image"), filepath.Join(dir, "mount")
			require.NoError(t, os.Mkdir(mount, 0o700))
			require.NoError(t, os.WriteFile(image, nil, 0o600))
			require.NoError(t, os.Truncate(image, 64<<20))
			command(t, "mkfs.ext4", "-q", "-F", image)
			random := rand.New(rand.NewPCG(uint64(*powerCuts), 4))
			acked, lost := 0, 0
			for cycle := range *powerCuts {
				a, l := cutOnce(t, image, mount, tc.mode, cycle, 20+random.IntN(400))
				acked, lost = acked+a, lost+l
			}
			t.Logf("%d cuts, %d acknowledged, %d lost", *powerCuts, acked, lost)
			assert.Equal(t, tc.loses, lost > 0)
		})
	}
}

func cutOnce(t *testing.T, image, mount, mode string, cycle, after int) (acked, lost int) {
	command(t, "mount", "-o", "loop", image, mount)
	t.Setenv(childMode, mode)
	cmd, _, lines := startChild(t, filepath.ToSlash(mount), cycle)
	promised := readPromises(t, lines, after, func() { require.NoError(t, shutdownNow(mount)) }, cmd)
	require.Error(t, cmd.Wait())
	command(t, "umount", mount)
	command(t, "mount", "-o", "loop", image, mount)
	found := map[string]bool{}
	o := childOptions(filepath.ToSlash(mount), trailID(cycle))
	j, err := journal.Adopt(o)
	if err == nil {
		if mode == modeAppend {
			assert.Empty(t, j.Recovered().Gaps)
		}
		_, err = journal.Walk(vfs.OS{}, o.Dir, o.Trail, func(f journal.Frame) error {
			found[fmt.Sprintf("%d %s", f.Sequence, f.Payload[25:33])] = true
			return nil
		})
		require.NoError(t, err)
		require.NoError(t, j.Close(t.Context()))
	} else if mode == modeAppend {
		require.NoError(t, err)
	}
	for record := range promised {
		if !found[record] {
			lost++
		}
	}
	require.NoError(t, os.RemoveAll(filepath.Join(mount, trailID(cycle))))
	command(t, "umount", mount)
	return len(promised), lost
}

// readPromises collects what is acknowledged, cuts the power after some lines, and goes on reading until the writer, which
// is killed a little later, has said its last: an acknowledgement after the cut is a promise like any other.
func readPromises(t *testing.T, lines *bufio.Scanner, after int, cut func(), cmd *exec.Cmd) map[string]bool {
	promised := map[string]bool{}
	for n := 0; lines.Scan(); n++ {
		var trail string
		var seq, number int
		if _, err := fmt.Sscanf(lines.Text(), "A %s %d %d", &trail, &seq, &number); err != nil {
			require.NoError(t, err, lines.Text())
		}
		promised[fmt.Sprintf("%d n=%06d", seq, number)] = true
		if n == after {
			cut()
			time.AfterFunc(5*time.Millisecond, func() { kill(t, cmd) })
		}
	}
	return promised
}
