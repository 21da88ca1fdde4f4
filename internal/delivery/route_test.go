package delivery_test

import (
	"context"
	"errors"
	"runtime"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"github.com/daxis-io/arco-audit/internal/delivery"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestPassingOverRecordsDoesNotGrowTheStack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := delivery.NewLog[number](1 << 30)
		var frames [1000]uintptr
		var depths []int
		c := base("a", (&destination{}).deliver)
		c.Linger = -1
		c.Wants = func(number) bool {
			depths = append(depths, runtime.Callers(0, frames[:]))
			return false
		}
		r := l.AddRoute(c)
		r.Start()
		for n := range 100 {
			put(t, l, n, n+1)
			synctest.Wait()
		}
		finish(l, r)
		require.Len(t, depths, 100)
		assert.Equal(t, depths[0], depths[99], "a route whose filter takes nothing must run for ever")
	})
}

func TestCloseThatEndsItsGoroutineIsCalledOnce(t *testing.T) {
	l := delivery.NewLog[number](1 << 20)
	var closed atomic.Int32
	c := base("a", (&destination{}).deliver)
	c.Close = func() error {
		if closed.Add(1) < 1000 {
			runtime.Goexit()
		}
		return nil
	}
	r := l.AddRoute(c)
	r.Start()
	finish(l, r)
	assert.EqualValues(t, 1, closed.Load())
	assert.EqualValues(t, 1, r.Status().Failures)
}

func TestFailedIsToldWhenTheGoroutineIsEnded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := delivery.NewLog[number](1 << 20)
		var told []string
		first := true
		c := base("a", func(context.Context, []number) error {
			if first {
				first = false
				runtime.Goexit()
			}
			return nil
		})
		c.Failed = func(err error) { told = append(told, err.Error()) }
		r := l.AddRoute(c)
		put(t, l, 0, 1)
		r.Start()
		finish(l, r)
		require.Len(t, told, 1)
		assert.Contains(t, told[0], "Goexit")
	})
}

// broken is an error as a typed nil pointer makes one: every method panics.
type broken struct{ cause error }

func (b *broken) Error() string { return b.cause.Error() }
func (b *broken) Unwrap() error { return b.cause }

func TestErrorWithPanickingMethodsIsAPlainError(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := delivery.NewLog[number](1 << 20)
		d := &destination{}
		first := true
		r := l.AddRoute(base("a", func(ctx context.Context, b []number) error {
			if first {
				first = false
				return (*broken)(nil)
			}
			return d.deliver(ctx, b)
		}))
		put(t, l, 0, 3)
		r.Start()
		finish(l, r)
		assert.Equal(t, upTo(3), d.received())
		assert.EqualValues(t, 1, r.Status().Failures)
	})
}

func TestStuckRequiredRouteCostsOthersNothing(t *testing.T) {
	l := delivery.NewLog[number](1 << 20)
	block := func(ctx context.Context, _ []number) error { <-ctx.Done(); return ctx.Err() }
	required := base("required", block)
	required.Required = true
	a, b := l.AddRoute(required), l.AddRoute(base("slow", block))
	a.Start()
	b.Start()
	var err error
	for err == nil {
		if _, err = l.Begin(100, "", false); err == nil {
			l.Commit(0, false)
		}
	}
	require.ErrorIs(t, err, delivery.ErrFull)
	assert.Zero(t, b.Status().Skipped, "skipping frees nothing that the required route still holds")
	a.Stop(errors.New("over"))
	b.Stop(errors.New("over"))
}

func TestManyWaitersCancelledAtOnce(t *testing.T) {
	l := delivery.NewLog[number](1 << 30)
	c := base("a", func(ctx context.Context, _ []number) error { <-ctx.Done(); return ctx.Err() })
	c.Required = true
	r := l.AddRoute(c)
	r.Start()
	put(t, l, 0, 1)
	const n = 5000
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, n)
	for i := range n {
		go func() { done <- l.AwaitRequired(ctx, uint64(i+1)) }()
	}
	for runtime.NumGoroutine() < n {
		runtime.Gosched()
	}
	cancel()
	for range n {
		require.ErrorIs(t, <-done, context.Canceled)
	}
	r.Stop(errors.New("over"))
}
