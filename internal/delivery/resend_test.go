package delivery_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/daxis-io/arco-audit/internal/delivery"
	"github.com/daxis-io/arco-audit/internal/owner"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// stamped is a record with what destinations de-duplicate and sort by.
type stamped struct{ id, time int }

// Altered returns the record as a bug would make it.
func (s stamped) Altered(bug string) any {
	if bug == "forget-id-on-resend" {
		s.id = 0
	} else {
		s.time++
	}
	return s
}

// resent delivers one record after three failures and returns what the destination was given each time.
func resent(t *testing.T) (given []stamped) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		l := delivery.NewLog[stamped](1 << 20)
		r := l.AddRoute(delivery.Config[stamped]{
			Name: "a", Wants: func(stamped) bool { return true }, Size: func(stamped) int { return 1 }, Failed: func(error) {},
			Deliver: func(_ context.Context, b []stamped) error {
				given = append(given, b...)
				b[0] = stamped{}
				if len(given) < 4 {
					return errors.New("no answer")
				}
				return nil
			},
			MaxEvents: 16, MaxBytes: 1 << 20, Deadline: time.Second,
		})
		_, record, err := l.Begin(1, owner.None, false)
		require.NoError(t, err)
		*record = stamped{id: 7, time: 11}
		l.Commit(false)
		r.Start()
		l.Seal()
		<-r.Stopped()
	})
	require.Len(t, given, 4)
	return given
}

func TestResendKeepsTheID(t *testing.T) {
	for _, s := range resent(t) {
		assert.Equal(t, 7, s.id)
	}
}

func TestResendKeepsTheTime(t *testing.T) {
	for _, s := range resent(t) {
		assert.Equal(t, 11, s.time)
	}
}

func TestThrottledRecordsComeAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := delivery.NewLog[number](1 << 20)
		d := &destination{script: func(attempt int, _ []number) error {
			if attempt <= 2 {
				return &delivery.Fault{Err: errors.New("slow down"), Throttled: true, After: time.Minute}
			}
			return nil
		}}
		r := l.AddRoute(base("a", d.deliver))
		put(t, l, 0, 10)
		start := time.Now()
		r.Start()
		finish(l, r)
		assert.Equal(t, upTo(10), d.received())
		assert.GreaterOrEqual(t, time.Since(start), 2*time.Minute)
	})
}

func TestCursorStaysBeforeAFailedIndex(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := delivery.NewLog[number](1 << 20)
		d := &destination{script: func(_ int, batch []number) error {
			if i := slices.Index(batch, 4); i >= 0 {
				return &delivery.Fault{Err: errors.New("not this one"), Indices: []int{i}}
			}
			return nil
		}}
		r := l.AddRoute(base("a", d.deliver))
		put(t, l, 0, 10)
		r.Start()
		<-time.After(time.Minute)
		synctest.Wait()
		assert.EqualValues(t, 4, r.Status().Acked, "acknowledgements form a prefix")
		r.Stop(errors.New("over"))
		<-r.Stopped()
	})
}

func TestBatchIsTheRoutesOwn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := delivery.NewLog[number](1 << 20)
		entered, gate := make(chan struct{}), make(chan struct{})
		var late []number
		slow := l.AddRoute(base("slow", func(_ context.Context, b []number) error {
			close(entered)
			<-gate
			late = slices.Clone(b)
			return nil
		}))
		quick := l.AddRoute(base("quick", func(_ context.Context, b []number) error {
			clear(b)
			return nil
		}))
		put(t, l, 0, 10)
		slow.Start()
		<-entered
		quick.Start()
		require.NoError(t, quick.Await(t.Context(), 10))
		close(gate)
		finish(l, slow, quick)
		assert.Equal(t, upTo(10), late)
	})
}

func TestPanicIsAFailure(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := delivery.NewLog[number](1 << 20)
		d := &destination{}
		first := true
		var told []string
		c := base("a", func(ctx context.Context, b []number) error {
			if first {
				first = false
				panic("half way")
			}
			return d.deliver(ctx, b)
		})
		c.Failed = func(err error) { told = append(told, err.Error()) }
		r := l.AddRoute(c)
		put(t, l, 0, 3)
		r.Start()
		finish(l, r)
		assert.Equal(t, upTo(3), d.received())
		assert.Equal(t, []string{"the destination panicked: half way"}, told)
		assert.EqualValues(t, 1, r.Status().Failures)
	})
}

func TestEndDeliversTheLastBatch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := delivery.NewLog[number](1 << 20)
		d := &destination{}
		c := base("a", d.deliver)
		c.Linger = time.Hour
		r := l.AddRoute(c)
		r.Start()
		synctest.Wait()
		put(t, l, 0, 3)
		finish(l, r)
		assert.Equal(t, upTo(3), d.received())
	})
}

// The log's lock is what every Emit takes.
func TestAppendDuringDelivery(t *testing.T) {
	l := delivery.NewLog[number](1 << 20)
	entered, gate := make(chan struct{}), make(chan struct{})
	r := l.AddRoute(base("slow", func(context.Context, []number) error {
		close(entered)
		<-gate
		return nil
	}))
	put(t, l, 0, 1)
	r.Start()
	<-entered
	done := make(chan struct{})
	go func() {
		put(t, l, 1, 2)
		close(done)
	}()
	select {
	case <-done:
	case <-time.After(10 * time.Second):
		assert.Fail(t, "an append waits for a destination")
	}
	r.Stop(errors.New("over"))
	close(gate)
	<-r.Stopped()
	<-done
}
