package delivery_test

import (
	"context"
	"errors"
	"runtime"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/daxis-io/arco-audit/internal/delivery"
	"github.com/daxis-io/arco-audit/internal/owner"
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
	entered := make(chan bool, 2)
	block := func(ctx context.Context, _ []number) error { entered <- true; <-ctx.Done(); return ctx.Err() }
	required, slow := base("required", block), base("slow", block)
	required.Required = true
	required.Deadline, slow.Deadline = time.Hour, time.Hour
	a, b := l.AddRoute(required), l.AddRoute(slow)
	a.Start()
	b.Start()
	put(t, l, 0, 1)
	<-entered
	<-entered
	var err error
	for err == nil {
		if _, _, err = l.Begin(100, owner.None, false); err == nil {
			l.Commit(false)
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

func TestBatchesKeepTheirLimits(t *testing.T) {
	tests := []struct {
		name   string
		change func(*delivery.Config[number])
		most   int
	}{
		{"events", func(c *delivery.Config[number]) { c.MaxEvents = 7 }, 7},
		{"bytes", func(c *delivery.Config[number]) { c.MaxBytes = 350 }, 3},
		{"bytes below one record", func(c *delivery.Config[number]) { c.MaxBytes = 50 }, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				l := delivery.NewLog[number](1 << 20)
				d := &destination{}
				c := base("a", d.deliver)
				tt.change(&c)
				r := l.AddRoute(c)
				put(t, l, 0, 100)
				r.Start()
				finish(l, r)
				require.Equal(t, upTo(100), d.received())
				longest := 0
				for _, batch := range d.calls {
					longest = max(longest, len(batch))
				}
				assert.Equal(t, tt.most, longest)
			})
		})
	}
}

func TestBatchGrowsWhileNobodyWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := delivery.NewLog[number](1 << 20)
		d := &destination{}
		c := base("a", d.deliver)
		c.Linger, c.Required = time.Minute, true
		r := l.AddRoute(c)
		r.Start()
		start := time.Now()
		for n := range 10 {
			put(t, l, n, n+1)
			synctest.Wait()
		}
		assert.Empty(t, d.received())
		require.NoError(t, l.AwaitRequired(t.Context(), 10))
		assert.Zero(t, time.Since(start), "who waits is not made to linger")
		assert.Equal(t, 1, d.attempts())
		put(t, l, 10, 12)
		synctest.Wait()
		require.NoError(t, r.Await(t.Context(), 12))
		assert.Zero(t, time.Since(start), "who waits for one route is not made to linger either")
		put(t, l, 12, 28)
		synctest.Wait()
		assert.Equal(t, 3, d.attempts(), "a full batch goes at once")
		put(t, l, 28, 29)
		<-time.After(61 * time.Second)
		synctest.Wait()
		assert.Equal(t, 4, d.attempts())
		seq, record, err := l.Begin(100, owner.None, false)
		require.NoError(t, err)
		*record = number(seq)
		l.Commit(true)
		synctest.Wait()
		assert.Equal(t, 5, d.attempts(), "an urgent record goes at once")
		finish(l, r)
	})
}

func TestOrderHoldsDuringASearch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := delivery.NewLog[number](1 << 20)
		d := &destination{script: func(attempt int, batch []number) error {
			switch {
			case attempt == 1:
				return &delivery.Fault{Err: errors.New("one of them"), Poison: true}
			case attempt == 2, batch[0] == 2 && attempt < 6:
				return errors.New("later")
			}
			return nil
		}}
		r := l.AddRoute(base("a", d.deliver))
		put(t, l, 0, 4)
		r.Start()
		require.NoError(t, r.Await(t.Context(), 4))
		assert.Equal(t, upTo(4), d.received())
		before := d.attempts()
		put(t, l, 4, 20)
		finish(l, r)
		assert.Len(t, d.calls, before+1, "the next batch goes whole")
	})
}

func TestBackOffIsJitteredAndStartsAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var at []time.Time
		l := delivery.NewLog[number](1 << 20)
		d := &destination{script: func(attempt int, batch []number) error {
			at = append(at, time.Now())
			switch {
			case attempt <= 30, attempt == 32:
				return errors.New("no")
			case attempt == 31:
				return &delivery.Fault{Err: errors.New("no"), Indices: []int{1}}
			case attempt == 33:
				return &delivery.Fault{Err: errors.New("gone"), Down: true}
			}
			return nil
		}}
		r := l.AddRoute(base("a", d.deliver))
		put(t, l, 0, 2)
		r.Start()
		finish(l, r)
		require.Len(t, at, 34)
		waits := map[time.Duration]bool{}
		for i := 20; i < 30; i++ {
			waits[at[i+1].Sub(at[i])] = true
		}
		assert.Greater(t, len(waits), 1, "many routes that failed together must not come back together")
		assert.Less(t, at[31].Sub(at[30]), time.Second, "progress starts the back-off again")
		assert.GreaterOrEqual(t, at[33].Sub(at[32]), 2500*time.Millisecond, "a destination that is down is asked slowly")
	})
}

// The last record comes and the log is sealed while the route falls asleep, just behind what it has acknowledged.
func TestSealLosesNothing(t *testing.T) {
	for range 3000 {
		l := delivery.NewLog[number](1 << 20)
		d := &destination{}
		c := base("a", d.deliver)
		c.Linger = -1
		r := l.AddRoute(c)
		r.Start()
		put(t, l, 0, 1)
		for r.Status().Acked < 1 {
			runtime.Gosched()
		}
		put(t, l, 1, 2)
		finish(l, r)
		require.Equal(t, upTo(2), d.received())
	}
}

func TestGoexitIsNoHotLoop(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var at []time.Time
		l := delivery.NewLog[number](1 << 20)
		r := l.AddRoute(base("a", func(context.Context, []number) error {
			at = append(at, time.Now())
			if len(at) < 10 {
				runtime.Goexit()
			}
			return nil
		}))
		put(t, l, 0, 1)
		r.Start()
		finish(l, r)
		require.Len(t, at, 10)
		for i := 1; i < len(at); i++ {
			assert.GreaterOrEqual(t, at[i].Sub(at[i-1]), 25*time.Millisecond)
		}
	})
}

// A record comes while the route falls asleep.
func TestNoWakeUpIsLost(t *testing.T) {
	l := delivery.NewLog[number](1 << 30)
	c := base("a", (&destination{}).deliver)
	c.Linger = -1
	r := l.AddRoute(c)
	r.Start()
	for n := range 10000 {
		put(t, l, n, n+1)
		for spin := 0; r.Status().Acked <= uint64(n); spin++ {
			require.Less(t, spin, 1<<24, "record %d was slept over", n)
			runtime.Gosched()
		}
	}
	finish(l, r)
}
