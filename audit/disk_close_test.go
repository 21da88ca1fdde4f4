package audit_test

import (
	"context"
	"errors"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/daxis-io/arco-audit/audit"
	"github.com/daxis-io/arco-audit/internal/faultfs"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestCloseDuringAnOutageKeepsEverything(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fsys := faultfs.New()
		c := diskConfig(audit.Route{Name: "a", Sink: obeying, Required: true})
		c.StartOffline = true
		trail := openOn(t, fsys, c)
		accepted := map[audit.ID]bool{}
		for n := range 10 {
			e := vend(n)
			if n%2 == 1 {
				e = login()
			}
			id, err := trail.Emit(anonymous(t.Context()), e)
			require.NoError(t, err)
			accepted[id] = true
		}
		start := time.Now()
		err := trail.Close(closing(t, 2*time.Second))
		assert.Less(t, time.Since(start), 3*time.Second)
		var left *audit.UndeliveredError
		require.ErrorAs(t, err, &left)
		assert.Equal(t, "/audit", left.Dir)
		require.ErrorContains(t, err, "the journal keeps them")
		require.Len(t, left.Routes, 1)
		assert.EqualValues(t, 12, left.Routes[0].Events)
		_, err = trail.Emit(anonymous(t.Context()), vend(0))
		require.ErrorIs(t, err, audit.ErrClosed)
		assert.Equal(t, "closed", trail.Health().State)
		checkRecovered(t, fsys.Crash(faultfs.LoseAll()), accepted)
	})
}

// An Emit that meets Close is refused or delivered, however often it is tried again, and TRAIL_CLOSED is the last event.
func TestEmitRacesCloseOnDisk(t *testing.T) {
	for range 20 {
		sink := &capture{}
		c := diskConfig(audit.Route{Name: "a", Sink: sink, Required: true})
		c.Keep.Bytes = 64 << 20
		trail := openOn(t, faultfs.New(), c)
		var accepted atomic.Int64
		var closed atomic.Bool
		var emitters sync.WaitGroup
		ctx := anonymous(t.Context())
		for n := range 8 {
			emitters.Go(func() {
				for !closed.Load() {
					e := vend(n)
					if n%2 == 0 {
						e = login()
					}
					_, err := trail.Emit(ctx, e)
					if err != nil {
						assert.ErrorIs(t, err, audit.ErrClosed)
						runtime.Gosched()
						continue
					}
					accepted.Add(1)
				}
			})
		}
		for len(sink.all()) < 10 {
			runtime.Gosched()
		}
		err := trail.Close(t.Context())
		closed.Store(true)
		emitters.Wait()
		require.NoError(t, err)
		list := sink.list()
		assert.Equal(t, audit.ActionTrailClosed, list[len(list)-1].Action())
		assert.Len(t, sink.all(), int(accepted.Load()))
	}
}

// Close, Open and Flush wait for what the routes must deliver, not for Batch.Linger.
func TestNobodyWaitsForLinger(t *testing.T) {
	for _, dir := range []string{"", "/audit"} {
		synctest.Test(t, func(t *testing.T) {
			c := diskConfig(audit.Route{Name: "a", Sink: discard, Required: true, Batch: audit.Batch{Linger: time.Hour}})
			c.Dir, c.Volatile = dir, true
			start := time.Now()
			trail := openOn(t, faultfs.New(), c)
			for n := range 10 {
				_, err := trail.Emit(anonymous(t.Context()), vend(n))
				require.NoError(t, err)
				_, err = trail.Emit(anonymous(t.Context()), login())
				require.NoError(t, err)
				require.NoError(t, trail.Flush(t.Context()))
			}
			require.NoError(t, trail.Close(closing(t, time.Minute)))
			assert.Less(t, time.Since(start), time.Second, "dir %q", dir)
		})
	}
}

func TestCloseOnADiskThatHangs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fsys := faultfs.New()
		trail := openOn(t, fsys, diskConfig(audit.Route{Name: "a", Sink: discard, Required: true}))
		hang := make(chan struct{})
		fsys.Inject(faultfs.Rule{Kind: faultfs.KindSync, Block: hang})
		_, err := trail.Emit(anonymous(t.Context()), login())
		require.NoError(t, err)
		start := time.Now()
		err = trail.Close(closing(t, time.Second))
		assert.Less(t, time.Since(start), 6*time.Second)
		var left *audit.UndeliveredError
		require.ErrorAs(t, err, &left)
		require.ErrorContains(t, err, "may not be on the disk")
		close(hang)
	})
}

func TestLastResort(t *testing.T) {
	for _, dir := range []string{"", "/audit"} {
		t.Run("dir "+dir, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var lines strings.Builder
				sink := &capture{}
				taken := 0
				c := diskConfig(audit.Route{Name: "all", Sink: discard}, audit.Route{Name: "a", Sink: audit.SinkFunc(func(ctx context.Context, batch []audit.Record) error {
					if taken += len(batch); taken > 4 {
						return errors.New("no")
					}
					return sink.Deliver(ctx, batch)
				}), Batch: audit.Batch{MaxEvents: 1}})
				c.Dir, c.Volatile, c.LastResort = dir, true, &lines
				trail := openOn(t, faultfs.New(), c)
				for n := range 10 {
					_, err := trail.Emit(anonymous(t.Context()), vend(n))
					require.NoError(t, err)
				}
				err := trail.Close(closing(t, time.Second))
				var left *audit.UndeliveredError
				require.ErrorAs(t, err, &left)
				got := strings.Split(strings.TrimSuffix(lines.String(), "\n"), "\n")
				assert.Len(t, got, 12-4, "TRAIL_OPENED, ten events and TRAIL_CLOSED but for those delivered")
				assert.Equal(t, len(got), left.LastResort)
				for i, line := range got {
					assert.Contains(t, line, audit.Sequence(4+i).String())
					assert.True(t, strings.HasPrefix(line, `{"action":"`), line)
				}
			})
		})
	}
}
