package journal

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/daxis-io/arco-audit/internal/faultfs"
	"github.com/daxis-io/arco-audit/internal/owner"
	"github.com/daxis-io/arco-audit/internal/sequence"
)

var crashStates = flag.Int("journal.states", 100_000, "crash states that TestCrashModel checks")

const crashTrail = "0190a5f0-0000-7000-8000-0000000000cc"

func crashOptions(fsys *faultfs.FS) Options {
	return Options{FS: fsys, Dir: "/d", Trail: crashTrail, SegmentBytes: 1024, MaxPayload: 200, Reserve: 512,
		PendingBytes: 4096, TailBytes: 4096, Keep: Keep{Bytes: 64 << 10}}
}

// crashWorld is a journal without goroutines on a modelled disk, and what has been promised to its users.
type crashWorld struct {
	t         testing.TB
	fs        *faultfs.FS
	j         *Journal
	r         *Route
	rand      *rand.Rand
	history   string
	appended  []string
	delivered uint64
	closed    bool
	states    int
	failures  int
}

// steps are what a history is made of.
const steps = "aqrdkswycx"

func (w *crashWorld) step(c byte) {
	switch c {
	case 'a': // one record, waited for
		w.append(20)
		w.commit()
	case 'q': // one record that nobody waits for
		w.append(30)
	case 'r': // enough for a new segment, in two batches
		for range 2 {
			for range 4 {
				w.append(100 + w.rand.IntN(100))
			}
			w.commit()
		}
	case 'd':
		w.deliver()
	case 'k':
		w.j.keep()
	case 's': // a sync fails, once
		w.faulty(faultfs.Rule{Kind: faultfs.KindSync, Pattern: "*" + segmentSuffix, Times: 1, Err: syscall.EIO})
	case 'w': // a write is cut short, once
		w.faulty(faultfs.Rule{Kind: faultfs.KindWrite, Pattern: "*" + segmentSuffix, Times: 1, Err: syscall.EIO, Short: 13})
	case 'y': // the directory cannot be synced, once
		w.faulty(faultfs.Rule{Kind: faultfs.KindSyncDir, Times: 1, Err: syscall.EIO})
	case 'c': // a cursor cannot be synced, once
		w.fs.Inject(faultfs.Rule{Kind: faultfs.KindSync, Pattern: cursorPrefix + "*", Times: 1, Err: syscall.EIO})
		w.deliver()
		w.j.keep()
		w.fs.Inject()
	case 'x': // a clean close, and the next life
		w.reopen()
	}
}

func (w *crashWorld) faulty(r faultfs.Rule) {
	w.fs.Inject(r)
	w.append(60)
	w.append(150)
	w.commit()
	w.append(60)
	w.commit()
	w.fs.Inject()
}

func (w *crashWorld) append(size int) {
	text := fmt.Sprintf("%020d %s", 0, strings.Repeat(string(rune('a'+len(w.appended)%26)), size-21+1))
	b := []byte(text)
	// The record counts from before the call, since a crash inside may already find it.
	w.appended = append(w.appended, fmt.Sprintf("%020d", len(w.appended))+text[sequence.Digits:])
	if _, err := w.j.Append(context.Background(), &Entry{Payload: b, Slot: 0, Tenant: owner.Of("t")}); err != nil {
		w.appended = w.appended[:len(w.appended)-1]
	}
}

func (w *crashWorld) commit() {
	if err := w.j.commit(); err != nil {
		w.failures++
	}
}

func (w *crashWorld) deliver() {
	frames := make([]Frame, 4)
	for w.r.pos < w.j.Synced() {
		n, err := w.r.Next(context.Background(), frames, 1000)
		require.NoError(w.t, err, w.history)
		for _, f := range frames[:n] {
			require.Equal(w.t, w.appended[f.Sequence], string(f.Payload), w.history)
		}
	}
	// Next read what a crash may still take away if it went beyond the synced mark: then this fails.
	w.delivered = w.r.pos
	require.NoError(w.t, w.r.Advance(w.r.pos), w.history)
}

func (w *crashWorld) reopen() {
	if w.j.Close(context.Background()) == nil {
		w.closed = true
		w.crashNow("closed")
		w.closed = false
	}
	w.fs.Observe(nil)
	j, err := adopt(crashOptions(w.fs), true)
	if errors.Is(err, ErrEmpty) || errors.Is(err, fs.ErrNotExist) {
		require.Empty(w.t, w.appended, w.history)
		j, err = open(crashOptions(w.fs), true)
	}
	require.NoError(w.t, err, w.history)
	w.j = j
	w.r, err = j.Route("sink", StartOldest, true)
	require.NoError(w.t, err, w.history)
	w.observe()
}

func (w *crashWorld) observe() {
	w.fs.Observe(func(op faultfs.Op) { w.crashNow(op.String()) })
}

// crashNow checks some of the states in which a crash at this moment could leave the disk: the two extremes, a prefix of
// what is unsynced, and a subset of it.
func (w *crashWorld) crashNow(at string) {
	losses := []faultfs.Loss{faultfs.LoseAll(), faultfs.LoseNothing(), faultfs.LoseSome(w.rand)}
	names := []string{"lose all", "lose nothing", "lose some"}
	n := w.fs.Unsynced()
	if n > 1 {
		losses = append(losses, faultfs.LoseAfter(w.rand.IntN(n)))
		names = append(names, "lose after")
	}
	if n == 0 {
		losses, names = losses[:1], names[:1]
	}
	for i, loss := range losses {
		w.states++
		image := w.fs.Crash(loss)
		w.check(image, fmt.Sprintf("history %s, at %s, %s", w.history, at, names[i]), w.states%16 == 0)
	}
}

// check is the oracle: what was acknowledged and is not delivered is there, in order and unchanged; nothing else is
// but what was appended; and the journal works.
func (w *crashWorld) check(image *faultfs.FS, where string, deep bool) {
	acked := w.j.Synced()
	if deep {
		again := image
		image.Observe(func(op faultfs.Op) {
			w.states++
			w.check(again.Crash(faultfs.LoseSome(w.rand)), where+", again at "+op.String(), false)
		})
	}
	o := crashOptions(image)
	got := make(map[uint64]bool)
	walked, walkErr := Walk(image, o.Dir, o.Trail, func(f Frame) error {
		got[f.Sequence] = true
		if f.Sequence >= uint64(len(w.appended)) || string(f.Payload) != w.appended[f.Sequence] {
			require.Fail(w.t, "a record that nobody appended", "%d %q: %s", f.Sequence, f.Payload, where)
		}
		return nil
	})
	j, err := adopt(o, true)
	image.Observe(nil)
	if errors.Is(err, ErrEmpty) || errors.Is(err, fs.ErrNotExist) {
		require.Zero(w.t, acked, "acknowledged records are lost: %s", where)
		return
	}
	require.NoError(w.t, err, where)
	require.NoError(w.t, walkErr, where)
	report := j.Recovered()
	for _, gap := range report.Gaps {
		require.True(w.t, gap.Delivered, "gap %+v: %s", gap, where)
	}
	// A gap among what is delivered is an unlink that came before an earlier one.
	require.Len(w.t, walked.Gaps, len(report.Gaps), where)
	for _, gap := range report.Gaps {
		for seq := gap.From; seq < gap.To; seq++ {
			got[seq] = true
		}
	}
	require.LessOrEqual(w.t, report.Base, w.delivered, "undelivered records are gone: %s", where)
	require.GreaterOrEqual(w.t, report.Next, acked, "acknowledged records are lost: %s", where)
	require.LessOrEqual(w.t, report.Synced, report.Next, where)
	require.LessOrEqual(w.t, report.Next, uint64(len(w.appended)), "records that nobody appended: %s", where)
	require.Len(w.t, got, int(report.Next-report.Base), where)
	if w.closed {
		require.False(w.t, report.Unclean, where)
		require.Len(w.t, w.appended, int(report.Next), "the last batch is lost: %s", where)
	}
	w.checkCursors(report, where)
	if deep {
		w.checkUsable(j, image, where)
	}
}

func (w *crashWorld) checkCursors(report Report, where string) {
	for _, c := range report.Cursors {
		require.False(w.t, c.Lost, where)
		require.False(w.t, c.Ahead, where)
		require.LessOrEqual(w.t, c.Next, w.delivered, where)
		require.GreaterOrEqual(w.t, c.Next, report.Base, where)
	}
}

// checkUsable appends to what was recovered, and finds it again after a crash that loses everything unsynced.
func (w *crashWorld) checkUsable(j *Journal, image *faultfs.FS, where string) {
	seq, err := j.Append(context.Background(), &Entry{Payload: []byte("closing record"), Slot: -1})
	require.NoError(w.t, err, where)
	require.Equal(w.t, j.Recovered().Next, seq, where)
	require.NoError(w.t, j.commit(), where)
	require.NoError(w.t, j.Wait(context.Background(), seq), where)
	after := image.Crash(faultfs.LoseAll())
	report, err := Walk(after, "/d", crashTrail, nil)
	require.NoError(w.t, err, where)
	require.Equal(w.t, seq+1, report.Next, where)
}

func runHistory(t testing.TB, history string, seed uint64) int {
	w := &crashWorld{t: t, fs: faultfs.New(), rand: rand.New(rand.NewPCG(seed, 1)), history: history}
	j, err := open(crashOptions(w.fs), true)
	require.NoError(t, err)
	w.j = j
	w.r, err = j.Route("sink", StartOldest, true)
	require.NoError(t, err)
	w.observe()
	for i := range len(history) {
		w.step(history[i])
	}
	w.crashNow("end")
	return w.states
}

// TestCrashModel crashes at every operation of every short history, and of random longer ones, in several of the states
// that the model of the disk allows, and checks the oracle on what is recovered, crashing some recoveries too.
func TestCrashModel(t *testing.T) {
	states := 0
	for _, a := range steps {
		for _, b := range steps {
			for _, c := range steps {
				states += runHistory(t, "a"+string([]rune{a, b, c}), 1)
			}
		}
	}
	exhaustive := states
	for seed := uint64(0); states < *crashStates; seed++ {
		r := rand.New(rand.NewPCG(seed, 2))
		history := make([]byte, 12)
		for i := range history {
			history[i] = steps[r.IntN(len(steps))]
		}
		states += runHistory(t, string(history), seed)
	}
	t.Logf("%d states, %d of them of all histories of 3 steps", states, exhaustive)
	assert.GreaterOrEqual(t, states, *crashStates)
}
