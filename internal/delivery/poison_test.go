package delivery_test

import (
	"context"
	"errors"
	"fmt"
	"math/bits"
	"runtime"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/daxis-io/arco-audit/internal/delivery"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// refusing returns a script that refuses batches with a record of bad, without saying which.
func refusing(bad func(number) bool) func(int, []number) error {
	return func(_ int, batch []number) error {
		if slices.ContainsFunc(batch, bad) {
			return &delivery.Fault{Err: errors.New("bad request"), Poison: true}
		}
		return nil
	}
}

func TestPoisonIsFoundByHalves(t *testing.T) {
	tests := []struct {
		n   int
		bad []number
	}{
		{1, []number{0}}, {2, []number{0}}, {2, []number{1}}, {2, []number{0, 1}}, {3, []number{1}}, {16, []number{0, 15}},
		{256, []number{77}}, {256, []number{0, 1, 128, 255}}, {1000, []number{999}}, {1000, []number{3, 4, 500, 501, 998}},
	}
	for _, tt := range tests {
		t.Run(fmt.Sprint(tt.n, tt.bad), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				l := delivery.NewLog[number](1 << 30)
				d := &destination{script: refusing(func(n number) bool { return slices.Contains(tt.bad, n) })}
				c := base("a", d.deliver)
				c.MaxEvents = tt.n
				r := l.AddRoute(c)
				put(t, l, 0, tt.n)
				start := time.Now()
				r.Start()
				finish(l, r)
				want := upTo(tt.n)
				for _, n := range tt.bad {
					want[n] = -1 - n
				}
				assert.Equal(t, want, d.received(), "every record or its stub, in order")
				assert.LessOrEqual(t, d.attempts(), len(tt.bad)*(bits.Len(uint(tt.n-1))+2)+1)
				assert.Zero(t, time.Since(start), "who looks for poison does not wait")
				assert.EqualValues(t, len(tt.bad), r.Status().Poisoned)
				assert.EqualValues(t, tt.n-len(tt.bad), r.Status().Delivered)
			})
		})
	}
}

func TestRefusedStubIsCountedAndPassed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := delivery.NewLog[number](1 << 30)
		d := &destination{script: refusing(func(number) bool { return true })}
		c := base("a", d.deliver)
		var refused []number
		c.Refused = func(n number, err error) {
			assert.EqualError(t, err, "bad request")
			refused = append(refused, n)
		}
		r := l.AddRoute(c)
		put(t, l, 0, 16)
		r.Start()
		finish(l, r)
		s := r.Status()
		assert.Empty(t, d.received())
		assert.Len(t, refused, 16)
		assert.Equal(t, number(-1), refused[0])
		assert.Equal(t, []uint64{16, 16, 16, 0}, []uint64{s.Acked, s.Poisoned, s.Refused, s.Delivered})
		assert.LessOrEqual(t, d.attempts(), 32*(4+2)+1)
	})
}

func TestPoisonIsPassedOnlyOnceItIsKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := delivery.NewLog[number](1 << 30)
		d := &destination{script: func(_ int, batch []number) error {
			if i := slices.Index(batch, 3); i >= 0 {
				return &delivery.Fault{Err: errors.New("too large"), Indices: []int{i}, Poison: true}
			}
			return nil
		}}
		c := base("a", d.deliver)
		var full atomic.Bool
		full.Store(true)
		var asked, told atomic.Int32
		c.Failed = func(err error) {
			if err.Error() == "disk full" {
				told.Add(1)
			}
		}
		var r *delivery.Route[number]
		c.Poisoned = func(ctx context.Context, b []number, cause error) ([]number, error) {
			asked.Add(1)
			assert.Equal(t, []number{3}, b)
			assert.LessOrEqual(t, r.Status().Acked, uint64(3))
			assert.NotContains(t, d.received(), number(-4))
			if full.Load() {
				return nil, errors.New("disk full")
			}
			return stubsOf(ctx, b, cause)
		}
		r = l.AddRoute(c)
		put(t, l, 0, 6)
		r.Start()
		<-time.After(10 * time.Minute)
		synctest.Wait()
		assert.EqualValues(t, 3, r.Status().Acked)
		assert.Equal(t, asked.Load(), told.Load())
		assert.Positive(t, told.Load())
		assert.Less(t, asked.Load(), int32(60), "no hot loop")
		full.Store(false)
		finish(l, r)
		assert.EqualValues(t, 6, r.Status().Acked)
		assert.EqualValues(t, 1, r.Status().Poisoned)
		assert.Equal(t, []number{0, 1, 2, 4, 5, -4}, d.received())
	})
}

func TestStoppedRouteSetsNothingAside(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := delivery.NewLog[number](1 << 30)
		c := base("a", func(ctx context.Context, _ []number) error {
			<-ctx.Done()
			return &delivery.Fault{Err: errors.New("late"), Poison: true}
		})
		c.Poisoned = func(_ context.Context, b []number, _ error) ([]number, error) {
			assert.Fail(t, "the log may be somebody else's")
			return b, nil
		}
		c.Deadline = time.Hour
		r := l.AddRoute(c)
		put(t, l, 0, 1)
		r.Start()
		synctest.Wait()
		r.Stop(errors.New("closing"))
		<-r.Stopped()
		var left []number
		r.Undelivered(func(e delivery.Entry[number]) { left = append(left, e.Record) })
		assert.Equal(t, []number{0}, left)
	})
}

func TestUndeliveredHasNoStubs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := delivery.NewLog[number](1 << 30)
		d := &destination{script: func(attempt int, batch []number) error {
			if attempt == 1 {
				return errors.Join(&delivery.Fault{Err: errors.New("too large"), Indices: []int{1}, Poison: true},
					&delivery.Fault{Err: errors.New("later"), Indices: []int{2}})
			}
			return errors.New("gone")
		}}
		r := l.AddRoute(base("a", d.deliver))
		put(t, l, 0, 3)
		r.Start()
		synctest.Wait()
		<-time.After(time.Second)
		r.Stop(errors.New("closing"))
		<-r.Stopped()
		var left []number
		r.Undelivered(func(e delivery.Entry[number]) { left = append(left, e.Record) })
		assert.Equal(t, []number{2}, left)
	})
}

func TestSearchGoesOnThroughOtherFailures(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := delivery.NewLog[number](1 << 30)
		bad := refusing(func(n number) bool { return n == 5 || n == -6 || n == 12 })
		d := &destination{script: func(attempt int, batch []number) error {
			switch {
			case attempt%3 == 0:
				return errors.New("later")
			case attempt%5 == 0 && bad(attempt, batch) == nil:
				return &delivery.Fault{Err: errors.New("partly"), Indices: []int{len(batch) - 1}}
			case attempt == 7:
				runtime.Goexit()
			}
			return bad(attempt, batch)
		}}
		r := l.AddRoute(base("a", d.deliver))
		put(t, l, 0, 16)
		r.Start()
		finish(l, r)
		got := d.received()
		slices.Sort(got)
		want := append([]number{-13}, upTo(16)...)
		assert.Subset(t, want, got)
		for _, n := range []number{5, 12, -6} {
			assert.NotContains(t, got, n)
		}
		require.EqualValues(t, 2, r.Status().Poisoned)
		assert.EqualValues(t, 1, r.Status().Refused)
		assert.GreaterOrEqual(t, len(got), 15)
	})
}

func TestRecordThatMakesTheDestinationPanicIsPoison(t *testing.T) {
	for _, bad := range []number{0, 77, 255} {
		synctest.Test(t, func(t *testing.T) {
			l := delivery.NewLog[number](1 << 30)
			d := &destination{script: func(_ int, batch []number) error {
				if slices.Contains(batch, bad) {
					panic("record")
				}
				return nil
			}}
			c := base("a", d.deliver)
			c.MaxEvents = 256
			var causes []string
			poisoned := c.Poisoned
			c.Poisoned = func(ctx context.Context, records []number, cause error) ([]number, error) {
				causes = append(causes, cause.Error())
				return poisoned(ctx, records, cause)
			}
			r := l.AddRoute(c)
			put(t, l, 0, 512)
			r.Start()
			finish(l, r)
			want := upTo(512)
			want[bad] = -1 - bad
			assert.Equal(t, want, d.received())
			assert.Equal(t, []string{"the destination panicked: record"}, causes)
			assert.EqualValues(t, 511, r.Status().Delivered)
			assert.Greater(t, d.attempts(), 12, "a panic or two are a failure and nothing more")
		})
	}
}

func TestDestinationThatPanicsAlwaysKeepsItsRecords(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := delivery.NewLog[number](1 << 30)
		d := &destination{script: func(attempt int, _ []number) error {
			if attempt < 60 {
				panic("all of it")
			}
			return nil
		}}
		c := base("a", d.deliver)
		c.MaxEvents = 16
		r := l.AddRoute(c)
		put(t, l, 0, 64)
		r.Start()
		finish(l, r)
		want := upTo(64)
		want[0] = -1
		assert.Equal(t, want, d.received(), "one record is suspected; its stub shows that it was not the record")
		assert.Zero(t, r.Status().Refused)
	})
}

// A route that is stopped ends what it does to keep poison.
func TestStoppedRouteEndsKeeping(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := delivery.NewLog[number](1 << 30)
		c := base("a", func(context.Context, []number) error { return &delivery.Fault{Err: errors.New("bad"), Poison: true} })
		keeping, start := make(chan struct{}), time.Now()
		c.Poisoned = func(ctx context.Context, _ []number, _ error) ([]number, error) {
			close(keeping)
			select {
			case <-ctx.Done():
				return nil, context.Cause(ctx)
			case <-time.After(time.Hour):
				return nil, errors.New("too late")
			}
		}
		r := l.AddRoute(c)
		put(t, l, 0, 1)
		r.Start()
		<-keeping
		r.Stop(errors.New("over"))
		<-r.Stopped()
		assert.Less(t, time.Since(start), time.Minute)
		assert.Zero(t, r.Status().Acked)
	})
}
