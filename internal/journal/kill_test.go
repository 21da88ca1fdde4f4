package journal_test

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/daxis-io/arco-audit/internal/journal"
	"github.com/daxis-io/arco-audit/internal/journal/vfs"
)

var killCycles = flag.Int("journal.kills", 200, "processes that TestKill kills")

const childDir, childTrail, childMode = "JOURNAL_TEST_DIR", "JOURNAL_TEST_TRAIL", "JOURNAL_TEST_MODE"

// The modes of a child: a service that also delivers and adopts, one that only appends, and one that only appends and
// whose disk ignores syncs.
const modeService, modeAppend, modeUnsynced = "", "append", "unsynced"

func TestMain(m *testing.M) {
	if dir := os.Getenv(childDir); dir != "" {
		run := child
		if os.Getenv(childMode) != modeService {
			run = appender
		}
		if err := run(dir, os.Getenv(childTrail), os.Stdin, os.Stdout); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

func childOptions(dir, trail string) journal.Options {
	return journal.Options{Dir: dir, Trail: trail, SegmentBytes: 16 << 10, MaxPayload: 512, Reserve: 2048,
		TailBytes: 8 << 10, CursorEvery: 2 * time.Millisecond}
}

// child is a service: it adopts what dead ones left and delivers it, and appends and delivers records of its own until
// stdin ends. It says "A trail sequence n" once a record is acknowledged and "D trail sequence n" when it delivers one.
func child(dir, trail string, stdin io.Reader, stdout io.Writer) error {
	j, err := journal.Open(childOptions(dir, trail))
	if err != nil {
		return err
	}
	r, err := j.Route("sink", journal.StartOldest, true)
	if err != nil {
		return err
	}
	stop := make(chan struct{})
	var emitters, others sync.WaitGroup
	failed := make(chan error, 16)
	for e := range 3 {
		emitters.Go(func() { failed <- emitUntil(j, trail, e, stop, stdout) })
	}
	others.Go(func() { failed <- deliver(j, r, stdout, endless) })
	others.Go(func() { failed <- adoptAll(dir, trail, stdout) })
	if _, err := io.Copy(io.Discard, stdin); err != nil {
		return err
	}
	close(stop)
	emitters.Wait()
	if err := j.Close(context.Background()); err != nil {
		return err
	}
	others.Wait()
	close(failed)
	for e := range failed {
		err = errors.Join(err, e)
	}
	_, failure := fmt.Fprintln(stdout, "C")
	return errors.Join(err, failure)
}

// unsyncedFS is a disk that ignores syncs.
type unsyncedFS struct{ vfs.OS }

type unsyncedFile struct{ vfs.File }

func (unsyncedFS) SyncDir(string) error { return nil }

func (u unsyncedFS) Create(name string) (vfs.File, error) {
	f, err := u.OS.Create(name)
	return unsyncedFile{f}, err
}

func (unsyncedFile) Sync() error { return nil }

// appender appends until stdin ends; its records stay undelivered.
func appender(dir, trail string, stdin io.Reader, stdout io.Writer) error {
	o := childOptions(dir, trail)
	if os.Getenv(childMode) == modeUnsynced {
		o.FS = unsyncedFS{}
	}
	j, err := journal.Open(o)
	if err != nil {
		return err
	}
	if _, err := j.Route("sink", journal.StartOldest, true); err != nil {
		return err
	}
	stop := make(chan struct{})
	for e := range 3 {
		go func() {
			// After the power has gone appends fail, as they should.
			if err := emitUntil(j, trail, e, stop, stdout); err != nil {
				return
			}
		}()
	}
	_, err = io.Copy(io.Discard, stdin)
	close(stop)
	return err
}

const endless = 1 << 62

func emitUntil(j *journal.Journal, trail string, emitter int, stop <-chan struct{}, out io.Writer) error {
	for n := emitter; ; n += 3 {
		select {
		case <-stop:
			return nil
		default:
		}
		seq, err := j.Append(context.Background(), entry(n))
		if err == nil {
			err = j.Wait(context.Background(), seq)
		}
		if err != nil {
			return err
		}
		if _, err := fmt.Fprintf(out, "A %s %d %d\n", trail, seq, n); err != nil {
			return err
		}
	}
}

// deliver says what it reads before it moves the cursor, up to end or until the journal closes.
func deliver(j *journal.Journal, r *journal.Route, out io.Writer, end uint64) error {
	frames := make([]journal.Frame, 16)
	for next := r.Cursor(); next < end; {
		n, err := r.Next(context.Background(), frames, 4096)
		if errors.Is(err, journal.ErrClosed) {
			return nil
		}
		if err != nil {
			return err
		}
		for _, f := range frames[:n] {
			var seq, number int
			if _, err := fmt.Sscanf(string(f.Payload), "seq=%d n=%d", &seq, &number); err != nil {
				return fmt.Errorf("record %d: %w", f.Sequence, err)
			}
			if uint64(seq) != f.Sequence || string(f.Payload) != want(f.Sequence, number) {
				return fmt.Errorf("record %d has changed: %q", f.Sequence, f.Payload)
			}
			if _, err := fmt.Fprintf(out, "D %s %d %d\n", j.Trail(), f.Sequence, number); err != nil {
				return err
			}
			next = f.Sequence + 1
		}
		if err := r.Advance(next); err != nil {
			return err
		}
	}
	return nil
}

// adoptAll drains and removes the trails of the dead.
func adoptAll(dir, own string, out io.Writer) error {
	trails, err := journal.Trails(vfs.OS{}, dir)
	if err != nil {
		return err
	}
	for _, trail := range trails {
		if trail == own {
			continue
		}
		if err := adoptOne(dir, trail, out); err != nil {
			return fmt.Errorf("%s: %w", trail, err)
		}
	}
	return nil
}

func adoptOne(dir, trail string, out io.Writer) error {
	j, err := journal.Adopt(childOptions(dir, trail))
	if errors.Is(err, journal.ErrLive) || errors.Is(err, journal.ErrEmpty) || errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if gaps := j.Recovered().Gaps; len(gaps) > 0 {
		return fmt.Errorf("gaps %+v", gaps)
	}
	r, err := j.Route("sink", journal.StartOldest, true)
	if err != nil {
		return err
	}
	if err := deliver(j, r, out, j.Synced()); err != nil {
		return err
	}
	return j.Remove()
}

// sink is what the outside world has seen: it knows nothing of files.
type sink struct {
	t         *testing.T
	acked     map[string]bool
	delivered map[string]bool
	next      map[string]uint64 // by trail and process: deliveries come in order
}

func (s *sink) line(process int, line string) {
	var kind, trail string
	var seq uint64
	var n int
	if _, err := fmt.Sscan(line, &kind, &trail, &seq, &n); err != nil {
		assert.Equal(s.t, "C", line)
		return
	}
	record := fmt.Sprintf("%s %d %d", trail, seq, n)
	switch kind {
	case "A":
		s.acked[record] = true
	case "D":
		s.delivered[record] = true
		reader := fmt.Sprint(trail, process)
		if next, known := s.next[reader]; known {
			assert.Equal(s.t, next, seq, "delivery of %s is out of order", trail)
		}
		s.next[reader] = seq + 1
	default:
		assert.Fail(s.t, "unknown line", line)
	}
}

func trailID(n int) string { return fmt.Sprintf("0190a5f0-0000-7000-8000-%012x", n) }

func startChild(t *testing.T, dir string, n int) (*exec.Cmd, io.WriteCloser, *bufio.Scanner) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), childDir+"="+dir, childTrail+"="+trailID(n))
	cmd.Stderr = os.Stderr
	stdin, err := cmd.StdinPipe()
	require.NoError(t, err)
	stdout, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	return cmd, stdin, bufio.NewScanner(stdout)
}

// TestKill kills a service again and again, after a random number of lines or microseconds, and checks that everything
// that it said was acknowledged was delivered, by it or by one that came after it.
func TestKill(t *testing.T) {
	dir := filepath.ToSlash(t.TempDir())
	s := &sink{t: t, acked: map[string]bool{}, delivered: map[string]bool{}, next: map[string]uint64{}}
	random := rand.New(rand.NewPCG(uint64(*killCycles), 3))
	for cycle := range *killCycles {
		cmd, _, lines := startChild(t, dir, cycle)
		var timer *time.Timer
		after := random.IntN(300)
		if cycle%4 == 0 {
			timer = time.AfterFunc(time.Duration(random.IntN(20_000))*time.Microsecond, func() { kill(t, cmd) })
		}
		for n := 0; lines.Scan(); n++ {
			s.line(cycle, lines.Text())
			if timer == nil && n == after {
				kill(t, cmd)
			}
		}
		err := cmd.Wait()
		var exit *exec.ExitError
		require.ErrorAs(t, err, &exit)
		require.Equal(t, -1, exit.ExitCode(), "the service ended by itself")
	}
	cmd, stdin, lines := startChild(t, dir, *killCycles)
	require.NoError(t, stdin.Close())
	for lines.Scan() {
		s.line(*killCycles, lines.Text())
	}
	require.NoError(t, cmd.Wait())
	// What the last service itself left undelivered is adopted here.
	reader, writer := io.Pipe()
	go func() { writer.CloseWithError(adoptAll(dir, "", writer)) }()
	rest := bufio.NewScanner(reader)
	for rest.Scan() {
		s.line(-1, rest.Text())
	}
	require.NoError(t, rest.Err())
	s.finish(dir)
}

func kill(t *testing.T, cmd *exec.Cmd) {
	t.Helper()
	if err := cmd.Process.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
		assert.NoError(t, err)
	}
}

func (s *sink) finish(dir string) {
	lost := 0
	for record := range s.acked {
		if !s.delivered[record] {
			lost++
		}
	}
	s.t.Logf("%d acknowledged, %d delivered, %d lost", len(s.acked), len(s.delivered), lost)
	assert.Zero(s.t, lost, "acknowledged records were lost")
	assert.NotEmpty(s.t, s.acked)
	trails, err := journal.Trails(vfs.OS{}, dir)
	require.NoError(s.t, err)
	assert.Empty(s.t, trails, "trails of the dead are left")
}

// TestTwoProcesses runs two services on one directory and a third that adopts while they live.
func TestTwoProcesses(t *testing.T) {
	dir := filepath.ToSlash(t.TempDir())
	s := &sink{t: t, acked: map[string]bool{}, delivered: map[string]bool{}, next: map[string]uint64{}}
	first, _, firstLines := startChild(t, dir, 1)
	second, secondIn, secondLines := startChild(t, dir, 2)
	for n := 0; n < 200 && firstLines.Scan() && secondLines.Scan(); n++ {
		s.line(1, firstLines.Text())
		s.line(2, secondLines.Text())
	}
	for _, n := range []int{1, 2} {
		_, err := journal.Adopt(childOptions(dir, trailID(n)))
		require.ErrorIs(t, err, journal.ErrLive)
	}
	kill(t, first)
	for firstLines.Scan() {
		s.line(1, firstLines.Text())
	}
	require.Error(t, first.Wait())
	third, thirdIn, thirdLines := startChild(t, dir, 3)
	require.NoError(t, secondIn.Close())
	require.NoError(t, thirdIn.Close())
	for secondLines.Scan() {
		s.line(2, secondLines.Text())
	}
	for thirdLines.Scan() {
		s.line(3, thirdLines.Text())
	}
	require.NoError(t, second.Wait())
	require.NoError(t, third.Wait())
	reader, writer := io.Pipe()
	go func() { writer.CloseWithError(adoptAll(dir, "", writer)) }()
	rest := bufio.NewScanner(reader)
	for rest.Scan() {
		s.line(4, rest.Text())
	}
	require.NoError(t, rest.Err())
	s.finish(dir)
}
