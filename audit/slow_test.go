package audit_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/daxis-io/arco-audit/audit"
	"github.com/daxis-io/arco-audit/internal/faultfs"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A sink that takes a thousand times as long as another for each record: only its own cursor lags, Health says by how
// much, and it gets everything in the end.
func TestSlowSinkLagsAlone(t *testing.T) {
	for _, onDisk := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			quick, late := &capture{}, &capture{}
			taking := func(each time.Duration, sink audit.Sink) audit.SinkFunc {
				return func(ctx context.Context, batch []audit.Record) error {
					time.Sleep(time.Duration(len(batch)) * each)
					return sink.Deliver(ctx, batch)
				}
			}
			routes := []audit.Route{
				{Name: "quick", Required: true, Sink: taking(time.Millisecond, quick)},
				{Name: "slow", Sink: taking(time.Second, late), Batch: audit.Batch{MaxEvents: 16}},
			}
			trail := (*audit.Trail)(nil)
			if onDisk {
				trail = openOn(t, faultfs.New(), diskConfig(routes...))
			} else {
				trail = open(t, config(routes...))
			}
			const events = 500
			for n := range events {
				start := time.Now()
				_, err := trail.Emit(anonymous(t.Context()), vend(n))
				require.NoError(t, err)
				assert.Less(t, time.Since(start), 10*time.Millisecond, "no caller waits for the slow one")
			}
			time.Sleep(time.Second)
			h := trail.Health()
			assert.True(t, h.Ready())
			assert.Zero(t, h.Routes[0].Lag)
			assert.Len(t, quick.list(), events+1)
			assert.Equal(t, uint64(h.Next)-uint64(len(late.list())), h.Routes[1].Lag)
			assert.Greater(t, h.Routes[1].Lag, uint64(events*9/10))
			require.NoError(t, trail.Flush(t.Context()))
			assert.Zero(t, trail.Health().Routes[1].Lag)
			assert.Len(t, late.list(), events+1)
			require.NoError(t, trail.Close(t.Context()))
		})
	}
}

// A record makes a sink panic again and again: it goes to the dead-letter log, an event says so, and everything else is
// delivered.
func TestRecordThatMakesASinkPanicIsADeadLetter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fsys, sink := faultfs.New(), &capture{}
		refused := refusing("crafted", sink)
		trail := openOn(t, fsys, diskConfig(audit.Route{Name: "a", Required: true, Sink: audit.SinkFunc(func(ctx context.Context, b []audit.Record) error {
			if err := refused.Deliver(ctx, b); err != nil {
				panic("half an answer")
			}
			return nil
		})}))
		ids := map[audit.ID]bool{}
		for n := range 50 {
			e := vend(n)
			if n == 20 {
				e = crafted()
			}
			id, err := trail.Emit(anonymous(t.Context()), e)
			require.NoError(t, err)
			ids[id] = true
		}
		for range 2 { // with what the first reports
			require.NoError(t, trail.Flush(closing(t, time.Hour)))
		}
		for _, r := range sink.list() {
			delete(ids, r.ID())
		}
		assert.Empty(t, ids, "each, or its stub, is there")
		letters, torn := lettersOf(t, fsys, trail.ID(), "a")
		require.Len(t, letters, 1)
		assert.Zero(t, torn)
		assert.Contains(t, letters[0].Reason, "half an answer")
		assert.Contains(t, letters[0].Record, "crafted")
		assert.Len(t, sink.of(audit.ActionEventQuarantined), 1)
		require.NoError(t, trail.Close(t.Context()))
	})
}
