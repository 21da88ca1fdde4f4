package audit_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/daxis-io/arco-audit/audit"
	"github.com/daxis-io/arco-audit/internal/journal/vfs"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var kills = flag.Int("audit.kills", 50, "services that TestKilledServices kills")

// childDir makes the test binary a service whose journal and sink are in that directory, childVolatile one whose
// journal's disk does not last, childHangs one whose sink hangs.
const childDir, childVolatile, childHangs = "AUDIT_TEST_DIR", "AUDIT_TEST_VOLATILE", "AUDIT_TEST_HANGS"

func TestMain(m *testing.M) {
	if dir := os.Getenv(childDir); dir != "" {
		run := func() error { return service(dir, os.Stdin, os.Stdout) }
		if os.Getenv(childHangs) != "" {
			run = func() error { return unready(dir, os.Stdout) }
		}
		if err := run(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// fileSink appends records to a file that outlives the service.
type fileSink struct{ file *os.File }

func openFileSink(dir string) (fileSink, error) {
	f, err := os.OpenFile(filepath.Join(dir, "sink"), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	return fileSink{f}, err
}

// Deliver writes a batch in one write. The line feed before it ends what a write that was cut short has left.
func (s fileSink) Deliver(_ context.Context, batch []audit.Record) error {
	var lines strings.Builder
	lines.WriteByte('\n')
	for _, r := range batch {
		lines.WriteString(r.JSON())
		lines.WriteByte('\n')
	}
	_, err := s.file.WriteString(lines.String())
	return err
}

// serviceConfig is the configuration of a service whose journal is in dir.
func serviceConfig(dir string, sink audit.Sink) audit.Config {
	c := diskConfig(audit.Route{Name: "file", Sink: sink, Required: true, Batch: audit.Batch{MaxEvents: 16}})
	c.Dir, c.StartTimeout = filepath.Join(dir, "journal"), time.Minute
	c.Volatile = os.Getenv(childVolatile) != ""
	return c
}

// service emits until stdin ends, says "A id" for each critical event that was accepted, and closes its trail once
// nothing is left of the dead ones.
func service(dir string, stdin io.Reader, stdout io.Writer) error {
	sink, err := openFileSink(dir)
	if err != nil {
		return err
	}
	trail, err := audit.OpenOn(serviceConfig(dir, sink), vfs.OS{}, ext4)
	if err != nil {
		return err
	}
	stop := make(chan struct{})
	failed := make(chan error, 3)
	for range 3 {
		go func() { failed <- serveUntil(trail, stop, stdout) }()
	}
	if _, err := io.Copy(io.Discard, stdin); err != nil {
		return err
	}
	close(stop)
	for range 3 {
		err = errors.Join(err, <-failed)
	}
	return errors.Join(err, alone(filepath.Join(dir, "journal"), trail), trail.Close(context.Background()))
}

func serveUntil(trail *audit.Trail, stop <-chan struct{}, out io.Writer) error {
	ctx := ofTenant(context.Background(), "acme")
	for n := 0; ; n++ {
		select {
		case <-stop:
			return nil
		default:
		}
		if _, err := trail.Emit(ctx, login()); err != nil {
			return err
		}
		id, err := trail.Emit(ctx, vend(n))
		if err != nil {
			return err
		}
		if _, err := fmt.Fprintf(out, "A %s\n", id); err != nil {
			return err
		}
	}
}

// alone waits until the trails of the dead are delivered and gone.
func alone(dir string, trail *audit.Trail) error {
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for limit := time.Now().Add(time.Minute); ; <-tick.C {
		names, err := os.ReadDir(dir)
		if err != nil || len(names) == 1 {
			return err
		}
		if time.Now().After(limit) {
			return fmt.Errorf("%d trails are left: %s", len(names)-1, trail.Health().Journal.LastError)
		}
	}
}

// killer runs services and keeps what they said was accepted.
type killer struct {
	t        *testing.T
	dir      string
	environ  []string
	mu       sync.Mutex
	accepted []string
}

func (k *killer) start() (*exec.Cmd, io.WriteCloser, *bufio.Scanner) {
	cmd := exec.CommandContext(k.t.Context(), os.Args[0])
	cmd.Env = append(append(os.Environ(), childDir+"="+k.dir), k.environ...)
	cmd.Stderr = os.Stderr
	stdin, err := cmd.StdinPipe()
	require.NoError(k.t, err)
	stdout, err := cmd.StdoutPipe()
	require.NoError(k.t, err)
	require.NoError(k.t, cmd.Start())
	return cmd, stdin, bufio.NewScanner(stdout)
}

// read keeps what a service says, and calls each after every line.
func (k *killer) read(lines *bufio.Scanner, each func(n int)) {
	for n := 0; lines.Scan(); n++ {
		if id, ok := strings.CutPrefix(lines.Text(), "A "); ok && len(id) == 36 {
			k.mu.Lock()
			k.accepted = append(k.accepted, id)
			k.mu.Unlock()
		}
		each(n)
	}
}

// run starts a service and kills it after some lines or, if lines is negative, some time.
func (k *killer) run(lines int, after time.Duration) {
	cmd, _, out := k.start()
	kill := func() {
		if err := cmd.Process.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
			assert.NoError(k.t, err)
		}
	}
	if lines < 0 {
		time.AfterFunc(after, kill)
	}
	k.read(out, func(n int) {
		if n == lines {
			kill()
		}
	})
	var exit *exec.ExitError
	if err := cmd.Wait(); assert.ErrorAs(k.t, err, &exit) {
		assert.Equal(k.t, -1, exit.ExitCode(), "the service ended by itself")
	}
}

// TestKilledServices kills services that share a directory, some of them two at a time, and reads the file that their
// sink wrote: every critical event that was accepted is there, and no trail has a hole.
func TestKilledServices(t *testing.T) {
	k := &killer{t: t, dir: t.TempDir()}
	random := rand.New(rand.NewPCG(uint64(*kills), 11))
	for cycle := range *kills {
		var both sync.WaitGroup
		for range 1 + cycle%5/4 {
			lines, after := random.IntN(200), time.Duration(0)
			if cycle%3 == 0 {
				lines, after = -1, time.Duration(random.IntN(60_000))*time.Microsecond
			}
			both.Go(func() { k.run(lines, after) })
		}
		both.Wait()
	}
	cmd, stdin, out := k.start()
	require.NoError(t, stdin.Close())
	k.read(out, func(int) {})
	require.NoError(t, cmd.Wait())
	assert.NotZero(t, k.check())
}

// TestKilledOnAVolatileDisk removes the journal after each kill, as the end of a pod does: every critical event that
// was accepted is in the sink's file all the same.
func TestKilledOnAVolatileDisk(t *testing.T) {
	k := &killer{t: t, dir: t.TempDir(), environ: []string{childVolatile + "=yes"}}
	random := rand.New(rand.NewPCG(uint64(*kills), 12))
	for range max(1, *kills/3) {
		k.run(random.IntN(100), 0)
		require.NoError(t, os.RemoveAll(filepath.Join(k.dir, "journal")))
	}
	assert.Zero(t, k.check())
}

// check compares what was accepted with what the sink's file holds, and counts adoptions there.
func (k *killer) check() (adopted int) {
	b, err := os.ReadFile(filepath.Join(k.dir, "sink"))
	require.NoError(k.t, err)
	delivered, next := map[string]bool{}, map[string]uint64{}
	for line := range strings.SplitSeq(string(b), "\n") {
		var e struct{ ID, Trail, Action, Sequence string }
		if json.Unmarshal([]byte(line), &e) != nil {
			continue // cut short by a kill
		}
		delivered[e.ID] = true
		seq, err := strconv.ParseUint(e.Sequence, 10, 64)
		require.NoError(k.t, err)
		assert.LessOrEqual(k.t, seq, next[e.Trail], "a hole in trail %s", e.Trail)
		next[e.Trail] = max(next[e.Trail], seq+1)
		if e.Action == "TRAIL_ADOPTED" {
			adopted++
		}
	}
	lost := 0
	for _, id := range k.accepted {
		if !delivered[id] {
			lost++
		}
	}
	k.t.Logf("%d accepted, %d delivered, %d trails, %d adopted, %d lost", len(k.accepted), len(delivered), len(next), adopted, lost)
	assert.Zero(k.t, lost, "accepted events were lost")
	assert.NotEmpty(k.t, k.accepted)
	return adopted
}
