package journal_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/daxis-io/arco-audit/internal/faultfs"
	"github.com/daxis-io/arco-audit/internal/journal"
)

// watcher crashes a running journal at every operation and checks what is recovered.
type watcher struct {
	t      *testing.T
	fsys   *faultfs.FS
	j      *journal.Journal
	route  *journal.Route
	mu     sync.Mutex
	rand   *rand.Rand
	states int
}

func (w *watcher) crash(op faultfs.Op) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.states++
	// Acknowledged before the crash, delivered at the latest after it.
	acked := w.j.Synced()
	image := w.fsys.Crash(faultfs.LoseSome(w.rand))
	delivered := w.route.Cursor()
	next := uint64(0)
	first := true
	report, err := journal.Walk(image, "/audit", trailA, func(f journal.Frame) error {
		if !first && f.Sequence != next {
			return fmt.Errorf("record %d follows %d", f.Sequence, next-1)
		}
		first, next = false, f.Sequence+1
		var seq, n int
		if _, err := fmt.Sscanf(string(f.Payload), "seq=%d n=%d", &seq, &n); err != nil {
			return err
		}
		if string(f.Payload) != want(f.Sequence, n) {
			return fmt.Errorf("record %d has changed", f.Sequence)
		}
		return nil
	})
	if errors.Is(err, fs.ErrNotExist) {
		assert.Zero(w.t, acked)
		return
	}
	if !assert.NoError(w.t, err, op) {
		return
	}
	assert.Empty(w.t, report.Gaps, op)
	assert.GreaterOrEqual(w.t, report.Next, acked, op)
	assert.LessOrEqual(w.t, report.Base, delivered, op)
}

// TestCrashModelConcurrent is TestCrashModel for the journal as services run it: with its goroutines, emitters side by
// side, a route that delivers, and syncs that fail now and then.
func TestCrashModelConcurrent(t *testing.T) {
	for seed := range uint64(6) {
		t.Run(fmt.Sprintf("seed %d", seed), func(t *testing.T) {
			w := &watcher{t: t, fsys: faultfs.New(), rand: rand.New(rand.NewPCG(seed, 5))}
			if seed%2 == 1 {
				w.fsys.Inject(faultfs.Rule{Kind: faultfs.KindSync, Pattern: "*.seg", After: int(seed) * 5, Times: 1, Err: errors.New("injected")})
			}
			j, err := journal.Open(small(w.fsys))
			require.NoError(t, err)
			w.j = j
			w.route, err = j.Route("sink", journal.StartOldest, true)
			require.NoError(t, err)
			w.fsys.Observe(w.crash)
			var emitters, readers sync.WaitGroup
			readers.Go(func() {
				frames := make([]journal.Frame, 8)
				for {
					n, err := w.route.Next(context.Background(), frames, 1<<20)
					if err != nil {
						assert.ErrorIs(t, err, journal.ErrClosed)
						return
					}
					assert.NoError(t, w.route.Advance(frames[n-1].Sequence+1))
				}
			})
			for e := range 4 {
				emitters.Go(func() {
					for n := range 100 {
						_, err := j.AppendDurable(context.Background(), entry(e*100+n))
						assert.NoError(t, err)
					}
				})
			}
			emitters.Wait()
			closeJournal(t, j)
			readers.Wait()
			assert.Greater(t, w.states, 100)
		})
	}
}
