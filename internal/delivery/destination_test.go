package delivery_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/daxis-io/arco-audit/internal/delivery"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestDestinationTakesTurns has routes of two logs lead to one destination: it is called by one at a time, and each has
// its whole deadline from its turn on.
func TestDestinationTakesTurns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		busy, failed := false, 0
		both := &destination{}
		shared := delivery.NewDestination()
		var routes []*delivery.Route[number]
		for range 2 {
			l := delivery.NewLog[number](1 << 30)
			c := base("a", func(ctx context.Context, batch []number) error {
				assert.False(t, busy)
				busy = true
				defer func() { busy = false }()
				select {
				case <-time.After(900 * time.Millisecond): // of a second
					return both.deliver(ctx, batch)
				case <-ctx.Done():
					return ctx.Err()
				}
			})
			c.Destination, c.Failed = shared, func(error) { failed++ }
			r := l.AddRoute(c)
			put(t, l, 0, 40)
			r.Start()
			l.Seal()
			routes = append(routes, r)
		}
		for _, r := range routes {
			<-r.Stopped()
		}
		assert.Len(t, both.received(), 80)
		assert.Zero(t, failed)
	})
}

// TestDestinationThatHangsIsWaitedFor has one of two routes hang in its destination: the other says so, and
// a panic ends a turn like an answer.
func TestDestinationThatHangsIsWaitedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		shared, entered, release := delivery.NewDestination(), make(chan struct{}), make(chan struct{})
		var once sync.Once
		hung, l := delivery.NewLog[number](1<<30), delivery.NewLog[number](1<<30)
		c := base("a", func(context.Context, []number) error {
			once.Do(func() { close(entered) })
			<-release
			panic("woken")
		})
		c.Destination = shared
		first := hung.AddRoute(c)
		put(t, hung, 0, 1)
		first.Start()
		<-entered

		d := &destination{}
		c = base("a", d.deliver)
		c.Destination = shared
		r := l.AddRoute(c)
		put(t, l, 0, 16)
		r.Start()
		time.Sleep(time.Minute)
		assert.ErrorContains(t, r.Status().Last, "did not return from another delivery in time")
		assert.Empty(t, d.received())
		close(release)
		require.NoError(t, r.Await(t.Context(), 16))
		assert.Equal(t, upTo(16), d.received())
		first.Stop(errors.New("over"))
		<-first.Stopped()
		finish(l, r)
	})
}

// TestDestinationIsKnownToAll has a route of a second log begin with what the first found out.
func TestDestinationIsKnownToAll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		shared := delivery.NewDestination()
		var first []int // sizes
		for range 2 {
			d := &slow{each: 300 * time.Millisecond, ended: ended}
			l := delivery.NewLog[number](1 << 30)
			c := base("a", d.deliver)
			c.Destination = shared
			r := l.AddRoute(c)
			put(t, l, 0, 16)
			r.Start()
			finish(l, r)
			assert.Equal(t, upTo(16), d.received())
			first = append(first, d.sizes[0])
		}
		assert.Equal(t, 16, first[0])
		assert.LessOrEqual(t, first[1], 4, "three fit")
	})
}
