package delivery_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/daxis-io/arco-audit/internal/delivery"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// waiting runs a test with a log of one route whose batches have 16 records and gather for 5 ms.
func waiting(t *testing.T, test func(t *testing.T, l *delivery.Log[number], got func() int, r *delivery.Route[number])) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		l := delivery.NewLog[number](1 << 30)
		d := &destination{}
		r := l.AddRoute(base("a", d.deliver))
		r.Start()
		test(t, l, func() int { synctest.Wait(); return len(d.received()) }, r)
		finish(l, r)
	})
}

// TestBusyRouteLooksByItself: after a full batch a route is not woken for the next ones, but looks a millisecond later;
// it is woken for eight of them, and for what somebody waits for.
func TestBusyRouteLooksByItself(t *testing.T) {
	waiting(t, func(t *testing.T, l *delivery.Log[number], got func() int, r *delivery.Route[number]) {
		<-time.After(time.Second) // it sleeps
		put(t, l, 0, 16)
		<-time.After(time.Millisecond) // it may have looked when there was but one
		require.Equal(t, 16, got(), "a full batch goes")
		put(t, l, 16, 16+3*16)
		assert.Equal(t, 16, got(), "now it naps")
		<-time.After(time.Millisecond)
		assert.Equal(t, 4*16, got())
		put(t, l, 4*16, 12*16)
		assert.Equal(t, 12*16, got(), "eight full batches are reason to be woken")
		put(t, l, 12*16, 12*16+1)
		start := time.Now()
		require.NoError(t, r.Await(t.Context(), 12*16+1))
		assert.Zero(t, time.Since(start), "somebody waits")
		<-time.After(time.Second)
		put(t, l, 12*16+1, 13*16+1)
		<-time.After(time.Millisecond)
		assert.Equal(t, 13*16+1, got(), "it has slept")
	})
}

// TestRecordsWaitForLingerAtMost: whatever the route does when a record comes, and however busy it was.
func TestRecordsWaitForLingerAtMost(t *testing.T) {
	for _, before := range []int{0, 1, 16} {
		for after := time.Duration(0); after < 12*time.Millisecond; after += 700 * time.Microsecond {
			waiting(t, func(t *testing.T, l *delivery.Log[number], got func() int, _ *delivery.Route[number]) {
				<-time.After(time.Second)
				put(t, l, 0, before)
				require.Eventually(t, func() bool { return got() == before }, time.Second, 100*time.Microsecond)
				<-time.After(after)
				put(t, l, before, before+1)
				<-time.After(5 * time.Millisecond)
				require.Equal(t, before+1, got(), "%d before, %v ago", before, after)
			})
		}
	}
}

// TestGatheringMakesNoLogFull: a route that lets a batch grow for long, and a full one at that, is woken before its log
// refuses anything.
func TestGatheringMakesNoLogFull(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := delivery.NewLog[number](1 << 20)
		d := &destination{}
		c := base("a", d.deliver)
		c.Required, c.MaxEvents, c.Linger = true, 10_000, time.Hour
		r := l.AddRoute(c)
		r.Start()
		put(t, l, 0, 1)
		for n := 1; n < 50_000; n++ {
			put(t, l, n, n+1)
			if n%100 == 0 {
				synctest.Wait()
			}
		}
		finish(l, r)
		assert.Equal(t, upTo(50_000), d.received())
	})
}

// TestWaitingForWhatCannotBeReadYet: who waits for a record before it is published does not wait for Linger once it is,
// whatever the route did before: it has just begun, it has had a full batch, it sleeps.
func TestWaitingForWhatCannotBeReadYet(t *testing.T) {
	tests := []struct {
		name   string
		before uint64 // records that were published before
		ago    time.Duration
	}{
		{"it has just begun", 0, 0}, {"after a record", 1, 0}, {"after a full batch", 16, 0}, {"it sleeps", 16, time.Hour},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := delivery.NewFeed[number](0)
				d := &destination{}
				c := base("a", d.deliver)
				c.Required, c.Linger = true, time.Minute
				r := f.AddRoute(c, 0, &shelf{end: f.Next})
				r.Start()
				f.Publish(tt.before)
				require.NoError(t, f.AwaitRequired(t.Context(), tt.before))
				<-time.After(tt.ago)
				start, done := time.Now(), make(chan error, 1)
				go func() { done <- f.AwaitRequired(t.Context(), tt.before+3) }()
				for n := range uint64(3) {
					synctest.Wait()
					f.Publish(tt.before + n + 1)
				}
				require.NoError(t, <-done)
				assert.Zero(t, time.Since(start))
				f.Seal()
				<-r.Stopped()
			})
		})
	}
}

// TestRecordsGather: the first record after a while waits for others, but not for a log that has ended.
func TestRecordsGather(t *testing.T) {
	waiting(t, func(t *testing.T, l *delivery.Log[number], got func() int, r *delivery.Route[number]) {
		<-time.After(time.Second)
		put(t, l, 0, 1)
		<-time.After(4 * time.Millisecond)
		require.Zero(t, got())
		<-time.After(time.Millisecond)
		require.Equal(t, 1, got())
		<-time.After(time.Second)
		put(t, l, 1, 2)
		start := time.Now()
		l.Seal()
		<-r.Stopped()
		assert.Zero(t, time.Since(start))
		assert.Equal(t, 2, got())
	})
}
