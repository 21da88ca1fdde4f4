package audit_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/daxis-io/arco-audit/audit"
	"github.com/daxis-io/arco-audit/internal/faultfs"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A process died with its room used up, an intent open and denies folded: what ends its trail finds room all the same.
func TestAdoptionOfAFullTrail(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fsys, accepted := faultfs.New(), promised{}
		c := foldConfig(obeying)
		c.TenantShare = 1
		trail := openOn(t, fsys, c)
		for n := range 200 { // whose summaries will open the reserve
			accepted.deny(t, trail, fmt.Sprintf("tenant-%d", n/2))
		}
		table := audit.NewTable([]string{"sales"}, "orders", [16]byte{1})
		_, err := trail.Begin(ofTenant(t.Context(), "acme"), audit.Committing(table))
		require.NoError(t, err)
		for n := 0; err == nil; n++ {
			_, err = trail.Emit(ofTenant(t.Context(), "acme"), vend(n))
		}
		require.ErrorIs(t, err, audit.ErrFull)
		time.Sleep(4 * time.Second)
		accepted.deny(t, trail, "tenant-1")
		time.Sleep(200 * time.Millisecond)
		require.NotContains(t, strings.Join(filesOf(fsys, trail.ID()), " "), "reserve")
		died, image := time.Now(), fsys.Crash(faultfs.LoseAll())
		leave(trail)

		sink := &capture{}
		next := openOn(t, image, foldConfig(sink))
		time.Sleep(10 * time.Minute)
		assert.Len(t, fromTrail(sink.of(audit.ActionDecisionAbandoned), trail.ID()), 1)
		assert.Len(t, fromTrail(sink.of(audit.ActionTrailAdopted), trail.ID()), 1)
		assert.Empty(t, filesOf(image, trail.ID()))
		require.NoError(t, next.Close(t.Context()))
		accepted.check(t, sink, died.Add(-60*time.Millisecond), "full")
	})
}

// closingSink refuses summaries and knows whether it was closed.
type closingSink struct {
	closed atomic.Bool
	late   atomic.Int64
}

func (c *closingSink) Deliver(_ context.Context, batch []audit.Record) error {
	if c.closed.Load() {
		c.late.Add(1)
	}
	for _, r := range batch {
		if r.Action() == audit.ActionDeniesSuppressed {
			return errors.New("no")
		}
	}
	return nil
}

func (c *closingSink) Close() error { c.closed.Store(true); return nil }

// The adopter hangs with the disk while its trail is closed: nothing of the dead trail, which a route has to deliver
// still, goes to the sink once that is closed.
func TestNothingIsDeliveredAfterCloseOfASink(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fsys := faultfs.New()
		first := openOn(t, fsys, foldConfig(obeying))
		for range 10 {
			_, err := first.Emit(tenantContext(first, "acme"), ordersDeny)
			require.NoError(t, err)
		}
		time.Sleep(200 * time.Millisecond)
		image, hang, sink := fsys.Crash(faultfs.LoseAll()), make(chan struct{}), &closingSink{}
		leave(first)

		image.Inject(faultfs.Rule{Kind: faultfs.KindSync, Pattern: "*note", Block: hang})
		trail := openOn(t, image, foldConfig(sink))
		time.Sleep(time.Second)
		leave(trail)
		require.True(t, sink.closed.Load())
		time.Sleep(time.Minute)
		assert.Zero(t, sink.late.Load())
		close(hang)
		time.Sleep(time.Minute)
		assert.Zero(t, sink.late.Load())
	})
}
