package delivery_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/daxis-io/arco-audit/internal/delivery"
	"github.com/daxis-io/arco-audit/internal/owner"
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
func stubsOf(_ context.Context, records []number, _ error) ([]number, error) {
	stubs := slices.Clone(records)
	for i, n := range stubs {
		stubs[i] = -1 - n
	}
	return stubs, nil
}

func put(t *testing.T, l *delivery.Log[number], from, to int) {
	t.Helper()
	for n := from; n < to; n++ {
		seq, record, err := l.Begin(100, owner.None, false)
		require.NoError(t, err)
		require.EqualValues(t, n, seq)
		*record = number(n)
		l.Commit(false)
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
			_, record, err := l.Begin(100, owner.None, false)
			if err != nil {
				return n, err
			}
			*record = number(n)
			l.Commit(false)
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
		_, _, err = l.Begin(100, owner.None, true)
		require.NoError(t, err, "a report about the log has room of its own")
		l.Commit(true)
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
		if _, _, err = l.Begin(100, owner.Of("loud"), false); err == nil {
			l.Commit(false)
		}
	}
	require.ErrorIs(t, err, delivery.ErrBusy)
	for range 100 {
		_, _, err = l.Begin(100, owner.Of("quiet"), false)
		require.NoError(t, err)
		l.Commit(false)
	}
	r.Stop(errors.New("over"))
}

func TestSealedLogTakesNothing(t *testing.T) {
	l := delivery.NewLog[number](1 << 20)
	l.Seal()
	_, _, err := l.Begin(1, owner.None, false)
	require.ErrorIs(t, err, delivery.ErrSealed)
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
				seq, record, err := l.Begin(100, owner.None, false)
				if !assert.NoError(t, err) {
					return
				}
				*record = number(seq)
				l.Commit(seq%7 == 0)
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
