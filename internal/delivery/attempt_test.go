package delivery_test

import (
	"context"
	"errors"
	"runtime"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/daxis-io/arco-audit/internal/delivery"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestRouteDeliversEverythingInOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := delivery.NewLog[number](1 << 30)
		d := &destination{}
		r := l.AddRoute(base("a", d.deliver))
		r.Start()
		put(t, l, 0, 10000)
		finish(l, r)
		assert.Equal(t, upTo(10000), d.received())
		assert.EqualValues(t, 10000, r.Status().Delivered)
	})
}

func TestRouteRetriesOnlyWhatFailed(t *testing.T) {
	cause := errors.New("no")
	tests := []struct {
		name   string
		err    error
		second []number // what the second attempt must hold, of a first one with 0 to 3
	}{
		{"plain", cause, []number{0, 1, 2, 3}},
		{"wrapped plain", errors.Join(cause), []number{0, 1, 2, 3}},
		{"indices", &delivery.Fault{Err: cause, Indices: []int{1, 3}}, []number{1, 3}},
		{"indices in any order", &delivery.Fault{Err: cause, Indices: []int{3, 1}}, []number{1, 3}},
		{"joined", errors.Join(&delivery.Fault{Err: cause, Indices: []int{0}}, &delivery.Fault{Err: cause, Indices: []int{2}}), []number{0, 2}},
		{"throttled with indices", errors.Join(&delivery.Fault{Err: cause, Throttled: true, After: time.Minute}, &delivery.Fault{Err: cause, Indices: []int{2}}), []number{2}},
		{"throttled alone", &delivery.Fault{Err: cause, Throttled: true, After: time.Minute}, []number{0, 1, 2, 3}},
		{"down", &delivery.Fault{Err: cause, Down: true}, []number{0, 1, 2, 3}},
		{"index out of the batch", &delivery.Fault{Err: cause, Indices: []int{7}}, []number{0, 1, 2, 3}},
		{"negative index", &delivery.Fault{Err: cause, Indices: []int{-1}}, []number{0, 1, 2, 3}},
		{"plain beside indices", errors.Join(cause, &delivery.Fault{Err: cause, Indices: []int{1}}), []number{0, 1, 2, 3}},
		{"poison beside failed", errors.Join(&delivery.Fault{Err: cause, Indices: []int{1}, Poison: true}, &delivery.Fault{Err: cause, Indices: []int{2}}), []number{-2, 2}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				l := delivery.NewLog[number](1 << 30)
				d := &destination{script: func(attempt int, batch []number) error {
					if attempt == 1 {
						return tt.err
					}
					return nil
				}}
				r := l.AddRoute(base("a", d.deliver))
				put(t, l, 0, 4)
				r.Start()
				finish(l, r)
				require.Len(t, d.calls, 2)
				assert.Equal(t, upTo(4), d.calls[0])
				assert.Equal(t, tt.second, d.calls[1])
			})
		})
	}
}

func TestRouteWaitsAsTheDestinationAsks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var at []time.Time
		l := delivery.NewLog[number](1 << 30)
		d := &destination{script: func(attempt int, _ []number) error {
			at = append(at, time.Now())
			if attempt == 1 {
				return &delivery.Fault{Throttled: true, After: 7 * time.Minute}
			}
			return nil
		}}
		r := l.AddRoute(base("a", d.deliver))
		put(t, l, 0, 1)
		r.Start()
		finish(l, r)
		require.Len(t, at, 2)
		assert.GreaterOrEqual(t, at[1].Sub(at[0]), 7*time.Minute)
	})
}

func TestRouteBackOffGrowsAndIsCapped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var at []time.Time
		l := delivery.NewLog[number](1 << 30)
		d := &destination{script: func(attempt int, _ []number) error {
			at = append(at, time.Now())
			if attempt <= 30 {
				return errors.New("no")
			}
			return nil
		}}
		r := l.AddRoute(base("a", d.deliver))
		put(t, l, 0, 1)
		r.Start()
		finish(l, r)
		require.Len(t, at, 31)
		for i := 1; i < len(at); i++ {
			wait := at[i].Sub(at[i-1])
			assert.LessOrEqual(t, wait, 30*time.Second)
			assert.GreaterOrEqual(t, wait, 25*time.Millisecond, "a hot loop")
		}
		assert.GreaterOrEqual(t, at[30].Sub(at[29]), 15*time.Second)
	})
}

func TestRoutePoisonIsSetAsideAlone(t *testing.T) {
	for _, named := range []bool{true, false} {
		synctest.Test(t, func(t *testing.T) {
			l := delivery.NewLog[number](1 << 30)
			var poisoned []number
			d := &destination{}
			d.script = func(_ int, batch []number) error {
				if i := slices.Index(batch, 5); i >= 0 {
					f := &delivery.Fault{Err: errors.New("too large"), Poison: true}
					if named {
						f.Indices = []int{i}
					}
					return f
				}
				return nil
			}
			c := base("a", d.deliver)
			c.Poisoned = func(ctx context.Context, b []number, err error) ([]number, error) {
				poisoned = append(poisoned, b...)
				return stubsOf(ctx, b, err)
			}
			r := l.AddRoute(c)
			put(t, l, 0, 10)
			r.Start()
			finish(l, r)
			assert.Equal(t, []number{5}, poisoned)
			want := upTo(10)
			want[5] = -6
			got := d.received()
			if named { // the others were delivered with it
				slices.SortFunc(got, func(a, b number) int { return int(max(a, -1-a) - max(b, -1-b)) })
			}
			assert.Equal(t, want, got)
			assert.EqualValues(t, 1, r.Status().Poisoned)
			assert.EqualValues(t, 9, r.Status().Delivered)
		})
	}
}

func TestRouteIsIsolated(t *testing.T) {
	tests := []struct {
		name   string
		broken func(context.Context, []number) error
	}{
		{"blocks for ever", func(context.Context, []number) error { select {} }},
		{"panics", func(context.Context, []number) error { panic("sink") }},
		{"ends its goroutine", func(context.Context, []number) error { runtime.Goexit(); return nil }},
		{"fails", func(context.Context, []number) error { return errors.New("no") }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			l := delivery.NewLog[number](1 << 30)
			d := &destination{}
			healthy := l.AddRoute(base("healthy", d.deliver))
			broken := l.AddRoute(base("broken", tt.broken))
			healthy.Start()
			broken.Start()
			put(t, l, 0, 5000)
			require.NoError(t, healthy.Await(t.Context(), 5000))
			assert.Equal(t, upTo(5000), d.received())
			assert.Zero(t, broken.Status().Delivered)
			l.Seal()
			broken.Stop(errors.New("test over"))
		})
	}
}

func TestRouteRecoversAfterPanicAndGoexit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := delivery.NewLog[number](1 << 30)
		d := &destination{}
		attempts := 0
		r := l.AddRoute(base("a", func(ctx context.Context, b []number) error {
			attempts++
			switch attempts {
			case 1:
				panic("sink")
			case 2:
				runtime.Goexit()
			}
			return d.deliver(ctx, b)
		}))
		put(t, l, 0, 3)
		r.Start()
		finish(l, r)
		assert.Equal(t, upTo(3), d.received())
		assert.EqualValues(t, 2, r.Status().Failures)
	})
}

// A destination that comes and goes every 100 ms is asked a few times in each, and gets everything in order.
func TestFlappingDestination(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := delivery.NewLog[number](1 << 30)
		start := time.Now()
		d := &destination{script: func(int, []number) error {
			if time.Since(start)/(100*time.Millisecond)%2 == 0 {
				return errors.New("gone")
			}
			return nil
		}}
		r := l.AddRoute(base("a", d.deliver))
		r.Start()
		const seconds = 60
		for n := range seconds * 100 {
			put(t, l, n, n+1)
			time.Sleep(10 * time.Millisecond)
		}
		finish(l, r)
		assert.Equal(t, upTo(seconds*100), d.received())
		assert.LessOrEqual(t, r.Status().Failures, uint64(seconds*5*4), "4 in each 100 ms in which it was gone, 5 times a second")
		assert.Less(t, time.Since(start), 3*seconds*time.Second, "the longest pause is half a minute, and a few in a row are bad luck")
	})
}

func TestAttemptHasADeadline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := delivery.NewLog[number](1 << 30)
		d := &destination{}
		first := true
		r := l.AddRoute(base("a", func(ctx context.Context, b []number) error {
			if first {
				first = false
				<-ctx.Done()
				return ctx.Err()
			}
			return d.deliver(ctx, b)
		}))
		start := time.Now()
		put(t, l, 0, 1)
		r.Start()
		finish(l, r)
		assert.Equal(t, upTo(1), d.received())
		assert.InDelta(t, 1, time.Since(start).Seconds(), 0.2)
	})
}

func TestClosePanicAndErrorAreContained(t *testing.T) {
	for _, closeIt := range []func() error{func() error { panic("close") }, func() error { return errors.New("close") }} {
		l := delivery.NewLog[number](1 << 20)
		c := base("a", (&destination{}).deliver)
		c.Close = closeIt
		r := l.AddRoute(c)
		r.Start()
		finish(l, r)
		assert.EqualValues(t, 1, r.Status().Failures)
	}
}
