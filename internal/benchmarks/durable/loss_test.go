//go:build linux

package durable

import (
	"bufio"
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var (
	kills     = flag.Int("kills", 5, "processes that TestKill kills, for each store")
	powerCuts = flag.Int("powercuts", 0, "power cuts of TestPowerCut, for each store; needs root and mkfs.ext4")
)

const childStore, childDir, childRun = "DURABLE_STORE", "DURABLE_DIR", "DURABLE_RUN"

func TestMain(m *testing.M) {
	if name := os.Getenv(childStore); name != "" {
		if err := child(name, os.Getenv(childDir), os.Getenv(childRun)); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

func kindOf(name string) (Kind, error) {
	for _, k := range Kinds() {
		if k.Name == name {
			return k, nil
		}
	}
	return Kind{}, fmt.Errorf("no store is called %q", name)
}

// child appends with 8 emitters until it is killed, and says each record that is acknowledged.
func child(name, dir, run string) error {
	k, err := kindOf(name)
	if err != nil {
		return err
	}
	s, err := k.Open(dir)
	if err != nil {
		return err
	}
	var emitters sync.WaitGroup
	failed := make(chan error, 8)
	for e := range 8 {
		emitters.Go(func() {
			for n := 0; ; n++ {
				record := recordOf(fmt.Sprintf("%s-%d-%d", run, e, n))
				if err := s.Append(record); err != nil {
					failed <- err
					return
				}
				if _, err := os.Stdout.WriteString(nameOf(record) + "\n"); err != nil {
					failed <- err
					return
				}
			}
		})
	}
	emitters.Wait()
	return <-failed
}

func recordOf(name string) []byte {
	record := make([]byte, recordSize)
	copy(record, name+" ")
	return record
}

func nameOf(record []byte) string {
	var name string
	if _, err := fmt.Sscan(string(record), &name); err != nil {
		return ""
	}
	return name
}

func start(t *testing.T, name, dir string, run int) (*exec.Cmd, *bufio.Scanner) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), childStore+"="+name, childDir+"="+dir, fmt.Sprintf("%s=%d", childRun, run))
	stdout, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	return cmd, bufio.NewScanner(stdout)
}

// acknowledged reads what the child says, calls cut after some lines, and reads on until the child has ended.
func acknowledged(t *testing.T, cmd *exec.Cmd, lines *bufio.Scanner, after int, cut func(), acked map[string]bool) {
	for n := 0; lines.Scan(); n++ {
		acked[lines.Text()] = true
		if n == after {
			cut()
			if err := cmd.Process.Kill(); !errors.Is(err, os.ErrProcessDone) {
				require.NoError(t, err)
			}
		}
	}
	require.Error(t, cmd.Wait())
}

// missing counts the acknowledged records that the store does not have any more.
func missing(acked, found map[string]bool) int {
	lost := 0
	for name := range acked {
		if !found[name] {
			lost++
		}
	}
	return lost
}

// TestKill kills a writer again and again on the same directory. A store of others may lose records or be left so that
// its own Open refuses it: that is counted, the next writer gets a new directory, and only the journal must do neither.
func TestKill(t *testing.T) {
	for _, k := range Kinds() {
		t.Run(k.Name, func(t *testing.T) {
			dir, acked, total, lost, unreadable := t.TempDir(), map[string]bool{}, 0, 0, 0
			for run := range *kills {
				if k.Name == "reference" || k.Name == "control" {
					dir, acked = t.TempDir(), map[string]bool{}
				}
				before := len(acked)
				cmd, lines := start(t, k.Name, dir, run)
				acknowledged(t, cmd, lines, rand.IntN(400), func() {}, acked)
				found := map[string]bool{}
				err := k.Read(dir, func(payload []byte) { found[nameOf(payload)] = true })
				total, lost = total+len(acked)-before, lost+missing(acked, found)
				maps.DeleteFunc(acked, func(name string, _ bool) bool { return !found[name] }) // counted once
				if err != nil {
					unreadable++
					t.Logf("unreadable after kill %d: %v", run, err)
					dir, acked = t.TempDir(), map[string]bool{}
				}
			}
			t.Logf("%d kills, %d acknowledged, %d lost, %d times unreadable", *kills, total, lost, unreadable)
			if k.Name == "journal" {
				assert.Zero(t, lost+unreadable)
			}
			assert.NotZero(t, total)
		})
	}
}

// TestPowerCut cuts the power under a writer on a real ext4 in a loop device, mounts again and counts what is gone. The
// control must lose records, or the cut is none. Run it with -powercuts.
func TestPowerCut(t *testing.T) {
	for _, k := range Kinds() {
		t.Run(k.Name, func(t *testing.T) {
			total, lost, before, unreadable := 0, 0, 0, 0
			for run := range *powerCuts {
				acked, gone, early, err := cutOnce(t, k, run)
				total, lost, before = total+acked, lost+gone, before+early
				if err != nil {
					unreadable++
					t.Logf("unreadable: %v", err)
				}
			}
			t.Logf("%d cuts, %d acknowledged, %d lost (%d of them acknowledged before the cut began), %d times unreadable",
				*powerCuts, total, lost, before, unreadable)
			switch k.Name {
			case "journal":
				assert.Zero(t, lost+unreadable)
			case "control":
				assert.Equal(t, *powerCuts > 0, lost > 0)
			}
		})
	}
}

// cutOnce returns how many records were acknowledged, how many of them are gone, and how many of those were acknowledged
// before the cut began: a file system that stops while a sync is under way may still let that sync succeed.
func cutOnce(t *testing.T, k Kind, run int) (acked, lost, before int, unreadable error) {
	dir := t.TempDir()
	image, mount := filepath.Join(dir, "image"), filepath.Join(dir, "mount")
	require.NoError(t, os.Mkdir(mount, 0o700))
	require.NoError(t, os.WriteFile(image, nil, 0o600))
	require.NoError(t, os.Truncate(image, 512<<20))
	command(t, "mkfs.ext4", "-q", "-F", image)
	command(t, "mount", "-o", "loop", image, mount)
	cmd, lines := start(t, k.Name, mount, run)
	most := 2000
	if run%4 == 3 {
		most = 100_000 // far enough for stores with large files to begin another
	}
	var early map[string]bool
	promised := map[string]bool{}
	acknowledged(t, cmd, lines, 20+rand.IntN(most), func() {
		early = maps.Clone(promised)
		require.NoError(t, shutdownNow(mount))
	}, promised)
	command(t, "umount", mount)
	command(t, "mount", "-o", "loop", image, mount)
	found := map[string]bool{}
	unreadable = k.Read(mount, func(payload []byte) { found[nameOf(payload)] = true })
	command(t, "umount", mount)
	return len(promised), missing(promised, found), missing(early, found), unreadable
}

func command(t *testing.T, name string, args ...string) {
	t.Helper()
	out, err := exec.Command(name, args...).CombinedOutput()
	require.NoError(t, err, "%s %v: %s", name, args, out)
}

// shutdownNow is EXT4_IOC_SHUTDOWN with EXT4_GOING_FLAGS_NOLOGFLUSH: from here on the file system writes nothing more,
// neither pages nor its own journal, as if the power had gone.
func shutdownNow(mount string) (err error) {
	const shutdown, noLogFlush = 0x8004587d, 2
	d, err := os.Open(mount)
	if err != nil {
		return err
	}
	defer func(c io.Closer) { err = errors.Join(err, c.Close()) }(d)
	flags := uint32(noLogFlush)
	if _, _, errno := syscall.Syscall(syscall.SYS_IOCTL, d.Fd(), shutdown, uintptr(unsafe.Pointer(&flags))); errno != 0 {
		return errno
	}
	return nil
}
