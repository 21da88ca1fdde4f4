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

// crashedOnes leaves the trails of n dead processes, with an event each and routes a and b that took nothing.
func crashedOnes(t *testing.T, n int) (*faultfs.FS, []audit.TrailID) {
	t.Helper()
	image := faultfs.New()
	var dead []audit.TrailID
	for range n {
		trail := openOn(t, image, diskConfig(audit.Route{Name: "a", Sink: obeying}, audit.Route{Name: "b", Sink: obeying}))
		_, err := trail.Emit(anonymous(t.Context()), vend(1))
		require.NoError(t, err)
		dead = append(dead, trail.ID())
		image = image.Crash(faultfs.LoseAll())
		leave(trail)
	}
	return image, dead
}

// delivered returns those of the trails of which a sink has an event.
func delivered(sink *capture, trails []audit.TrailID) (some []audit.TrailID) {
	for _, id := range trails {
		if len(fromTrail(sink.list(), id)) > 0 {
			some = append(some, id)
		}
	}
	return some
}

// One destination hangs: the others get the trails of several dead processes one after another, and it is waited for
// with the first of them only.
func TestAdoptionWaitsOnceForAHungSink(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		image, dead := crashedOnes(t, 6)
		sink := &capture{}
		trail := openOn(t, image, diskConfig(audit.Route{Name: "a", Sink: obeying}, audit.Route{Name: "b", Sink: sink}))
		time.Sleep(2 * time.Minute)
		assert.Equal(t, dead, delivered(sink, dead))
		assert.Equal(t, len(dead), trail.Health().Journal.Unadopted)
		leave(trail)
	})
}

// A destination hangs with the events of one trail: it gets those of the others.
func TestAdoptionGoesOnWhereASinkHangsWithOneTrail(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		image, dead := crashedOnes(t, 4)
		sink := &capture{}
		picky := audit.SinkFunc(func(ctx context.Context, batch []audit.Record) error {
			if batch[0].Trail() == dead[0] {
				return obeying(ctx, batch)
			}
			time.Sleep(3 * time.Second)
			return sink.Deliver(ctx, batch)
		})
		trail := openOn(t, image, diskConfig(audit.Route{Name: "a", Sink: picky}, audit.Route{Name: "b", Sink: discard}))
		time.Sleep(10 * time.Minute)
		assert.Equal(t, dead[1:], delivered(sink, dead))
		assert.EqualValues(t, len(dead)-1, trail.Health().Journal.Adopted)
		leave(trail)
	})
}
