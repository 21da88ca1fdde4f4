package delivery_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"runtime"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/daxis-io/arco-audit/internal/delivery"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// number is the record of these tests; its size is 100 bytes.
type number int

// destination is a scripted sink: script decides about each attempt, and what it accepts is kept.
type destination struct {
	mu     sync.Mutex
	got    []number
	script func(attempt int, batch []number) error
	calls  [][]number
}

func (d *destination) deliver(_ context.Context, batch []number) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.calls = append(d.calls, slices.Clone(batch))
	var err error
	if d.script != nil {
		err = d.script(len(d.calls), batch)
	}
	v := delivery.Judge(err, len(batch))
	for i, n := range batch {
		if !slices.Contains(v.Retry, i) && !slices.Contains(v.Poison, i) {
			d.got = append(d.got, n)
		}
	}
	clear(batch) // a sink may do what it likes with its slice
	return err
}

func (d *destination) received() []number {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(d.got)
}

func (d *destination) attempts() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return len(d.calls)
}

// base is a configuration that fits these tests.
func base(name string, deliver func(context.Context, []number) error) delivery.Config[number] {
	return delivery.Config[number]{
		Name: name, Deliver: deliver,
		Wants: func(number) bool { return true }, Size: func(number) int { return 100 },
		Poisoned: stubsOf, Refused: func(number, error) {}, Failed: func(error) {},
		MaxEvents: 16, MaxBytes: 1 << 20, Linger: 5 * time.Millisecond, Deadline: time.Second,
	}
}

// stubsOf puts -1-n in the place of n.
func stubsOf(records []number, _ error) ([]number, error) {
	stubs := slices.Clone(records)
	for i, n := range stubs {
		stubs[i] = -1 - n
	}
	return stubs, nil
}

func put(t *testing.T, l *delivery.Log[number], from, to int) {
	t.Helper()
	for n := from; n < to; n++ {
		seq, err := l.Begin(100, "", false)
		require.NoError(t, err)
		require.EqualValues(t, n, seq)
		l.Commit(number(n), false)
	}
}

func upTo(n int) []number {
	list := make([]number, n)
	for i := range list {
		list[i] = number(i)
	}
	return list
}

// finish seals the log and waits for the routes to end.
func finish(l *delivery.Log[number], routes ...*delivery.Route[number]) {
	l.Seal()
	for _, r := range routes {
		<-r.Stopped()
	}
}

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
			c.Poisoned = func(b []number, err error) ([]number, error) {
				poisoned = append(poisoned, b...)
				return stubsOf(b, err)
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

func TestFilteredRecordsCountAsSettled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := delivery.NewLog[number](1 << 30)
		d := &destination{}
		c := base("a", d.deliver)
		c.Required = true
		c.Wants = func(n number) bool { return n%10 == 0 }
		r := l.AddRoute(c)
		r.Start()
		put(t, l, 0, 95)
		require.NoError(t, l.AwaitRequired(t.Context(), 95))
		assert.Equal(t, []number{0, 10, 20, 30, 40, 50, 60, 70, 80, 90}, d.received())
		finish(l, r)
	})
}

func TestAwaitRequiredWaitsForAllOfThem(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := delivery.NewLog[number](1 << 30)
		gate := make(chan struct{})
		d := &destination{}
		slow := base("slow", func(ctx context.Context, b []number) error { <-gate; return d.deliver(ctx, b) })
		slow.Required = true
		fast := base("fast", (&destination{}).deliver)
		fast.Required = true
		routes := []*delivery.Route[number]{l.AddRoute(slow), l.AddRoute(fast)}
		for _, r := range routes {
			r.Start()
		}
		put(t, l, 0, 1)
		done := make(chan error, 1)
		go func() { done <- l.AwaitRequired(t.Context(), 1) }()
		synctest.Wait()
		assert.Empty(t, done, "acknowledged before the slow route had it")
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		require.ErrorIs(t, l.AwaitRequired(ctx, 1), context.Canceled)
		close(gate)
		require.NoError(t, <-done)
		finish(l, routes...)
	})
}

func TestAwaitWakesEachOnceWithManyWaiters(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := delivery.NewLog[number](1 << 30)
		c := base("a", (&destination{}).deliver)
		c.Required = true
		r := l.AddRoute(c)
		r.Start()
		var wg sync.WaitGroup
		for i := range 2000 {
			ctx, cancel := context.WithCancel(t.Context())
			wg.Go(func() {
				err := l.AwaitRequired(ctx, uint64(i+1))
				if i%3 == 0 && err != nil {
					assert.ErrorIs(t, err, context.Canceled)
					return
				}
				assert.NoError(t, err)
			})
			if i%3 == 0 {
				time.AfterFunc(rand.N(time.Millisecond), cancel)
			} else {
				defer cancel()
			}
		}
		put(t, l, 0, 2000)
		wg.Wait()
		finish(l, r)
	})
}

func TestAbandonWakesWaiters(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := delivery.NewLog[number](1 << 30)
		c := base("a", func(ctx context.Context, _ []number) error { <-ctx.Done(); return ctx.Err() })
		c.Required = true
		r := l.AddRoute(c)
		r.Start()
		put(t, l, 0, 1)
		done := make(chan error, 2)
		go func() { done <- l.AwaitRequired(t.Context(), 1) }()
		go func() { done <- r.Await(t.Context(), 1) }()
		synctest.Wait()
		l.Seal()
		r.Stop(errors.New("closing"))
		<-r.Stopped()
		l.Abandon()
		require.ErrorIs(t, <-done, delivery.ErrAbandoned)
		require.ErrorIs(t, <-done, delivery.ErrAbandoned)
		require.ErrorIs(t, l.AwaitRequired(t.Context(), 1), delivery.ErrAbandoned)
	})
}

func TestFullLogFailsForRequiredAndSkipsForOthers(t *testing.T) {
	const limit = 1 << 20
	block := func(ctx context.Context, _ []number) error { <-ctx.Done(); return ctx.Err() }
	fill := func(l *delivery.Log[number]) (n int, err error) {
		for ; n < 1e5; n++ {
			if _, err = l.Begin(100, "", false); err != nil {
				return n, err
			}
			l.Commit(number(n), false)
		}
		return n, nil
	}
	t.Run("required", func(t *testing.T) {
		l := delivery.NewLog[number](limit)
		c := base("a", block)
		c.Required = true
		r := l.AddRoute(c)
		r.Start()
		n, err := fill(l)
		require.ErrorIs(t, err, delivery.ErrFull)
		held, _ := l.Bytes()
		assert.LessOrEqual(t, held, int64(limit))
		assert.Greater(t, n, 3000)
		_, err = l.Begin(100, "", true)
		require.NoError(t, err, "a report about the log has room of its own")
		l.Commit(0, true)
		r.Stop(errors.New("over"))
	})
	t.Run("best effort", func(t *testing.T) {
		l := delivery.NewLog[number](limit)
		r := l.AddRoute(base("a", block))
		d := &destination{}
		healthy := l.AddRoute(base("b", d.deliver))
		r.Start()
		healthy.Start()
		n, err := fill(l)
		require.NoError(t, err)
		gap, skipped := r.TakeGap()
		require.True(t, skipped)
		held, _ := l.Bytes()
		assert.LessOrEqual(t, held, int64(limit))
		assert.LessOrEqual(t, gap.Count, gap.To-gap.From+1, "the route may have taken a batch in between")
		require.NoError(t, healthy.Await(t.Context(), uint64(n)))
		skippedByHealthy := healthy.Status().Skipped
		assert.Equal(t, uint64(n), uint64(len(d.received()))+skippedByHealthy, "delivered or counted, never neither")
		_, skipped = r.TakeGap()
		assert.False(t, skipped, "a gap is reported once")
		r.Stop(errors.New("over"))
		finish(l, healthy)
	})
}

func TestSkippedAndDeliveredAddUp(t *testing.T) {
	l := delivery.NewLog[number](1 << 20)
	gate := make(chan struct{})
	d := &destination{}
	r := l.AddRoute(base("a", func(ctx context.Context, b []number) error { <-gate; return d.deliver(ctx, b) }))
	r.Start()
	const n = 20000
	put(t, l, 0, n)
	close(gate)
	finish(l, r)
	s := r.Status()
	assert.Equal(t, uint64(n), s.Delivered+s.Skipped)
	assert.Positive(t, s.Skipped)
	got := d.received()
	assert.True(t, slices.IsSorted(got))
	assert.Len(t, got, int(s.Delivered))
}

func TestOneTenantCannotFillTheLog(t *testing.T) {
	l := delivery.NewLog[number](1 << 20)
	c := base("a", func(ctx context.Context, _ []number) error { <-ctx.Done(); return ctx.Err() })
	c.Required = true
	r := l.AddRoute(c)
	r.Start()
	var err error
	for err == nil {
		if _, err = l.Begin(100, "loud", false); err == nil {
			l.Commit(0, false)
		}
	}
	require.ErrorIs(t, err, delivery.ErrBusy)
	for range 100 {
		_, err = l.Begin(100, "quiet", false)
		require.NoError(t, err)
		l.Commit(0, false)
	}
	r.Stop(errors.New("over"))
}

func TestSealedLogTakesNothing(t *testing.T) {
	l := delivery.NewLog[number](1 << 20)
	l.Seal()
	_, err := l.Begin(1, "", false)
	require.ErrorIs(t, err, delivery.ErrSealed)
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

func TestManyWritersManyRoutes(t *testing.T) {
	l := delivery.NewLog[number](1 << 30)
	var routes []*delivery.Route[number]
	var sinks []*destination
	for range 4 {
		d := &destination{script: func(attempt int, _ []number) error {
			if attempt%50 == 0 {
				return &delivery.Fault{Err: errors.New("no"), Indices: []int{0}}
			}
			return nil
		}}
		c := base("r", d.deliver)
		c.MaxEvents = 100
		sinks, routes = append(sinks, d), append(routes, l.AddRoute(c))
	}
	for _, r := range routes {
		r.Start()
	}
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 5000 {
				seq, err := l.Begin(100, "", false)
				if !assert.NoError(t, err) {
					return
				}
				l.Commit(number(seq), seq%7 == 0)
			}
		})
	}
	wg.Wait()
	finish(l, routes...)
	for _, d := range sinks {
		got := d.received()
		slices.Sort(got) // a failed record of a batch comes after its neighbours
		assert.Equal(t, upTo(40000), got)
	}
}
