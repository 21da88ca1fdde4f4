package delivery_test

import (
	"context"
	"errors"
	"os"
	"runtime"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/daxis-io/arco-audit/internal/delivery"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// slow is a destination that takes a while for each record.
type slow struct {
	destination
	each  time.Duration
	ended func(ctx context.Context, batch []number) error // what it answers when the time is over
	late  int                                             // how often it was
	sizes []int                                           // of what it was handed
}

func (s *slow) deliver(ctx context.Context, batch []number) error {
	s.sizes = append(s.sizes, len(batch))
	if whole := time.Duration(len(batch)) * s.each; whole >= time.Second {
		s.late++
		return s.ended(ctx, batch)
	}
	time.Sleep(time.Duration(len(batch)) * s.each)
	return s.destination.deliver(ctx, batch)
}

func ended(ctx context.Context, _ []number) error {
	<-ctx.Done()
	return ctx.Err()
}

// within waits until a route has delivered everything below seq, for an hour of the test's time at most.
func within(t *testing.T, r *delivery.Route[number], seq uint64) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
	defer cancel()
	if !assert.NoError(t, r.Await(ctx, seq)) {
		r.Stop(errors.New("over"))
		<-r.Stopped()
		t.FailNow()
	}
}

// TestSlowDestinationIsGivenLess has a destination that needs longer for a full batch than an attempt may take: whatever
// it says then, it gets less, everything arrives in order, and full batches come back when it is fast again.
func TestSlowDestinationIsGivenLess(t *testing.T) {
	cause := errors.New("too slow")
	tests := []struct {
		name  string
		ended func(ctx context.Context, batch []number) error
	}{
		{"its context's error", ended},
		{"an error of its own", func(ctx context.Context, _ []number) error { <-ctx.Done(); return cause }},
		{"down", func(ctx context.Context, _ []number) error {
			<-ctx.Done()
			return &delivery.Fault{Err: cause, Down: true}
		}},
		{"throttled", func(ctx context.Context, _ []number) error {
			<-ctx.Done()
			return &delivery.Fault{Err: cause, Throttled: true, After: time.Second}
		}},
		{"every record failed", func(ctx context.Context, batch []number) error {
			<-ctx.Done()
			all := make([]int, len(batch))
			for i := range all {
				all[i] = i
			}
			return &delivery.Fault{Err: cause, Indices: all}
		}},
		{"panic", func(ctx context.Context, _ []number) error { <-ctx.Done(); panic("no answer") }},
		{"runtime.Goexit", func(ctx context.Context, _ []number) error { <-ctx.Done(); runtime.Goexit(); return nil }},
		{"after twice its time", func(context.Context, []number) error { time.Sleep(2 * time.Second); return cause }},
		{"a shorter deadline of its own", func(context.Context, []number) error {
			time.Sleep(900 * time.Millisecond)
			return errors.Join(&os.SyscallError{Syscall: "read", Err: os.ErrDeadlineExceeded})
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				l := delivery.NewLog[number](1 << 30)
				d := &slow{each: 300 * time.Millisecond, ended: tt.ended} // three fit in the second that an attempt has
				r := l.AddRoute(base("a", d.deliver))
				put(t, l, 0, 64)
				r.Start()
				within(t, r, 64)
				assert.Less(t, d.late, 64/2, "what was too much is not tried at every turn")
				assert.Zero(t, r.Status().Poisoned, "time says nothing of a record")
				d.each, d.sizes = 0, nil
				put(t, l, 64, 64+16*16)
				finish(l, r)
				assert.Equal(t, upTo(64+16*16), d.received())
				assert.Contains(t, d.sizes, 16, "a destination that is fast again gets full batches")
			})
		})
	}
}

// TestSlowDestinationIsGivenNoLess has what delivers something, or fails at once: the batch is not too much.
func TestSlowDestinationIsGivenNoLess(t *testing.T) {
	tests := []struct {
		name  string
		ended func(ctx context.Context, batch []number) error
		sizes []int
	}{
		{"part of a batch", func(ctx context.Context, batch []number) error {
			<-ctx.Done()
			var failed []int
			for i := 3; i < len(batch); i++ {
				failed = append(failed, i)
			}
			return &delivery.Fault{Err: ctx.Err(), Indices: failed}
		}, []int{16, 13, 10, 7, 4, 1}},
		{"all of it, late", func(context.Context, []number) error { time.Sleep(3 * time.Second); return nil }, []int{16}},
		{"an error at once", func() func(context.Context, []number) error {
			first := true
			return func(context.Context, []number) error {
				if !first {
					return nil
				}
				first = false
				return errors.New("no")
			}
		}(), []int{16, 16}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				l := delivery.NewLog[number](1 << 30)
				d := &slow{each: 300 * time.Millisecond, ended: func(ctx context.Context, batch []number) error {
					return errors.Join(tt.ended(ctx, batch))
				}}
				r := l.AddRoute(base("a", d.deliver))
				put(t, l, 0, 16)
				r.Start()
				within(t, r, 16)
				finish(l, r)
				assert.Equal(t, tt.sizes, d.sizes)
			})
		})
	}
}

// TestLateAnswerIsNoRoomForMore has all that was delivered come late: what the destination is given does not grow.
func TestLateAnswerIsNoRoomForMore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := delivery.NewLog[number](1 << 30)
		var sizes []int
		r := l.AddRoute(base("a", func(ctx context.Context, batch []number) error {
			sizes = append(sizes, len(batch))
			<-ctx.Done()
			if len(batch) > 8 {
				return ctx.Err()
			}
			return nil
		}))
		put(t, l, 0, 64)
		r.Start()
		within(t, r, 64)
		finish(l, r)
		assert.Equal(t, []int{16, 8, 8, 8, 8, 8, 8, 8, 8}, sizes)
	})
}

// TestPoisonIsFoundInASlowDestination has poison in what takes too long as a whole: it is found, and nothing else is set
// aside.
func TestPoisonIsFoundInASlowDestination(t *testing.T) {
	for _, bad := range [][]number{{0}, {5}, {15, 16}, {3, 4, 40, 63}} {
		synctest.Test(t, func(t *testing.T) {
			l := delivery.NewLog[number](1 << 30)
			d := &slow{each: 300 * time.Millisecond, ended: ended}
			d.script = refusing(func(n number) bool { return slices.Contains(bad, n) })
			r := l.AddRoute(base("a", d.deliver))
			put(t, l, 0, 64)
			r.Start()
			within(t, r, 64)
			finish(l, r)
			want := upTo(64)
			for _, n := range bad {
				want[n] = -1 - n
			}
			assert.Equal(t, want, d.received())
			assert.EqualValues(t, len(bad), r.Status().Poisoned)
		})
	}
}

// TestPartOfABatchIsAcknowledged has somebody wait for the first record of a batch that is delivered in parts.
func TestPartOfABatchIsAcknowledged(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := delivery.NewLog[number](1 << 30)
		d := &slow{each: 300 * time.Millisecond, ended: ended}
		c := base("a", d.deliver)
		c.Required = true
		r := l.AddRoute(c)
		put(t, l, 0, 16)
		r.Start()
		require.NoError(t, l.AwaitRequired(t.Context(), 1))
		assert.Less(t, r.Status().Acked, uint64(16))
		r.Stop(errors.New("over"))
		<-r.Stopped()
		var left []number
		r.Undelivered(func(e delivery.Entry[number]) { left = append(left, e.Record) })
		assert.Equal(t, upTo(16), append(d.received(), left...), "what is left is what was not delivered")
	})
}

// TestPanicAtTheDeadlineIsNoPoison has a destination that answers nothing for a while, and panics for want of an answer:
// it is not the record.
func TestPanicAtTheDeadlineIsNoPoison(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := delivery.NewLog[number](1 << 30)
		d := &slow{each: time.Minute, ended: func(ctx context.Context, _ []number) error {
			<-ctx.Done()
			panic("no answer")
		}}
		r := l.AddRoute(base("a", func(ctx context.Context, batch []number) error {
			if d.late == 20 {
				d.each = 0
			}
			return d.deliver(ctx, batch)
		}))
		put(t, l, 0, 16)
		r.Start()
		finish(l, r)
		assert.Equal(t, upTo(16), d.received())
		assert.Zero(t, r.Status().Poisoned)
	})
}
