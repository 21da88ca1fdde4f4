package audit_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/daxis-io/arco-audit/audit"
	"github.com/daxis-io/arco-audit/internal/faultfs"
	"github.com/daxis-io/arco-audit/internal/journal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestReplay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sink, other := &capture{}, &capture{}
		c := diskConfig(audit.Route{Name: "a", Sink: sink, Required: true, Actions: []audit.Action{audit.ActionCredVendAllow}},
			audit.Route{Name: "b", Sink: other})
		trail := openOn(t, faultfs.New(), c)
		for n := range 50 {
			_, err := trail.Emit(anonymous(t.Context()), vend(n))
			require.NoError(t, err)
			_, err = trail.Emit(anonymous(t.Context()), login())
			require.NoError(t, err)
		}
		require.NoError(t, trail.Flush(t.Context()))
		before, others := sink.list(), len(other.list())
		require.NoError(t, trail.Replay(t.Context(), "a", 11))
		again := sink.list()[len(before):]
		require.Len(t, again, 45, "what the filter passes, from the sequence on")
		for i, r := range again {
			assert.Equal(t, before[6+i].JSON(), r.JSON())
			assert.Equal(t, before[6+i].ID(), r.ID())
		}
		assert.Len(t, other.list(), others)
		assert.Zero(t, trail.Health().Routes[0].Lag)
		require.NoError(t, trail.Close(t.Context()))
		require.ErrorIs(t, trail.Replay(t.Context(), "a", 0), audit.ErrClosed)
	})
}

func TestReplayNamesWhatIsWrong(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		memory, _ := recording(t)
		require.ErrorContains(t, memory.Replay(t.Context(), "memory", 0), "Config.Dir")
		trail := openOn(t, faultfs.New(), diskConfig(audit.Route{Name: "a", Sink: discard, Required: true}))
		require.ErrorContains(t, trail.Replay(t.Context(), "b", 0), "no such route")
		require.ErrorContains(t, trail.Replay(t.Context(), "a", 9), "use one from 0 to 1")
		require.NoError(t, trail.Close(t.Context()))
		require.NoError(t, memory.Close(t.Context()))
	})
}

// A replay ends with its context, also when the sink fails, and the route's own deliveries go on.
func TestReplayEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		broken := false
		sink := &capture{}
		trail := openOn(t, faultfs.New(), diskConfig(audit.Route{Name: "a", Required: true, Sink: audit.SinkFunc(func(ctx context.Context, batch []audit.Record) error {
			if broken {
				return errors.New("no")
			}
			return sink.Deliver(ctx, batch)
		})}))
		broken = true
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		err := trail.Replay(ctx, "a", 0)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.ErrorContains(t, err, "ended at sequence 0 of 1")
		broken = false
		_, err = trail.Emit(anonymous(t.Context()), vend(1))
		require.NoError(t, err)
		require.NoError(t, trail.Flush(t.Context()))
		assert.Len(t, sink.all(), 1)
		require.NoError(t, trail.Close(t.Context()))
	})
}

// What went from the disk while it was to be replayed is an error, not a gap of the trail.
func TestReplayOfWhatIsGone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fsys := faultfs.New()
		sink := &capture{}
		c := diskConfig(audit.Route{Name: "a", Sink: sink, Required: true})
		c.Keep = audit.Keep{Bytes: 64 << 20, Age: time.Hour}
		trail := openOn(t, fsys, c)
		for range 12_000 {
			_, err := trail.Emit(anonymous(t.Context()), login())
			require.NoError(t, err)
		}
		require.NoError(t, trail.Flush(t.Context()))
		for _, name := range filesOf(fsys, trail.ID()) {
			if name[len(name)-4:] == ".seg" {
				require.NoError(t, fsys.Remove(name))
				break
			}
		}
		err := trail.Replay(t.Context(), "a", 0)
		var gap *journal.GapError
		require.ErrorAs(t, err, &gap)
		assert.Zero(t, trail.Health().Gaps)
		require.NoError(t, trail.Close(t.Context()))
	})
}
