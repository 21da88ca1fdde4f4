package audit_test

import (
	"context"
	"path"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/daxis-io/arco-audit/audit"
	"github.com/daxis-io/arco-audit/internal/faultfs"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A route that was passed over while its sink hung, in a process that a power cut ends, is reported by the next one.
func TestDropIsReportedByTheNextProcess(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fsys, hung := faultfs.New(), make(chan struct{})
		c := diskConfig(audit.Route{Name: "a", Sink: discard, Required: true}, audit.Route{Name: "b", Sink: audit.SinkFunc(
			func(context.Context, []audit.Record) error {
				<-hung
				return context.Canceled
			})})
		trail := openOn(t, fsys, c)
		emitted := emitMoreThanIsKept(t, trail)
		time.Sleep(10 * time.Second)
		image := fsys.Crash(faultfs.LoseAll())
		close(hung)
		leave(trail)

		a, b := &capture{}, &capture{}
		after := openOn(t, image, diskConfig(audit.Route{Name: "a", Sink: a, Required: true}, audit.Route{Name: "b", Sink: b}))
		time.Sleep(2 * time.Minute)
		require.NoError(t, after.Flush(t.Context()))
		there := map[audit.Sequence]bool{}
		for _, r := range fromTrail(b.list(), trail.ID()) {
			there[r.Sequence()] = true
		}
		var reports []fields
		for _, r := range a.of(audit.ActionEventsDropped) {
			if d := decode(t, r).details(); d["trail"] == trail.ID().String() && r.Trail() == after.ID() {
				reports = append(reports, d)
			}
		}
		require.Len(t, reports, 1)
		from, err := strconv.Atoi(reports[0]["fromSequence"].(string))
		require.NoError(t, err)
		to, err := strconv.Atoi(reports[0]["toSequence"].(string))
		require.NoError(t, err)
		assert.Equal(t, "b", reports[0]["route"])
		assert.Equal(t, strconv.Itoa(to-from+1), reports[0]["count"])
		assert.Greater(t, to, from)
		for seq := range emitted + 1 {
			assert.True(t, there[audit.Sequence(seq)] || from <= seq && seq <= to, "%d is neither there nor reported", seq)
		}
	})
}

// The journal takes nothing while a route meets what it was made to pass over: the event that says so comes when the
// journal works again.
func TestDropIsReportedOnceTheDiskWorks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fsys, hung, a, b, failed := faultfs.New(), make(chan struct{}), &capture{}, &capture{}, new(atomic.Int64)
		c := diskConfig(audit.Route{Name: "a", Sink: a, Required: true}, audit.Route{Name: "b", Sink: audit.SinkFunc(
			func(ctx context.Context, batch []audit.Record) error {
				<-hung
				return b.Deliver(ctx, batch)
			})})
		c.Hooks = &audit.Hooks{Failed: func(route string, _ error) {
			if route == "journal" {
				failed.Add(1)
			}
		}}
		trail := openOn(t, fsys, c)
		emitMoreThanIsKept(t, trail)
		fsys.Inject(takesNothing()...)
		_, err := trail.Emit(anonymous(t.Context()), vend(1))
		require.Error(t, err, "the journal notices")
		close(hung)
		time.Sleep(5 * time.Minute)
		assert.Empty(t, a.of(audit.ActionEventsDropped), "the journal takes nothing")
		fsys.Inject()
		time.Sleep(5 * time.Minute)
		require.NoError(t, trail.Flush(t.Context()))
		assert.Len(t, a.of(audit.ActionEventsDropped), 1)
		reports := b.of(audit.ActionEventsDropped)
		require.Len(t, reports, 1)
		assert.Equal(t, strconv.FormatUint(trail.Health().Routes[1].Skipped, 10), decode(t, reports[0]).details()["total"])
		assert.NotZero(t, failed.Load(), "Hooks.Failed is told meanwhile")
		require.NoError(t, trail.Close(t.Context()))
	})
}

// emitMoreThanIsKept emits for two minutes more than a trail keeps for a route that is not required.
func emitMoreThanIsKept(t *testing.T, trail *audit.Trail) (emitted int) {
	t.Helper()
	for range 120 {
		for range 100 {
			if _, err := trail.Emit(anonymous(t.Context()), login()); assert.NoError(t, err) {
				emitted++
			}
		}
		time.Sleep(time.Second)
	}
	return emitted
}

// The disk hangs while a route meets what it was made to pass over, and then goes on: the next process knows that it was
// reported.
func TestDropWhileTheDiskHangsIsReportedOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fsys, gate, hang, a, b := faultfs.New(), make(chan struct{}), make(chan struct{}), &capture{}, &capture{}
		c := diskConfig(audit.Route{Name: "a", Sink: a, Required: true}, audit.Route{Name: "b", Sink: audit.SinkFunc(
			func(ctx context.Context, batch []audit.Record) error {
				<-gate
				return b.Deliver(ctx, batch)
			})})
		trail := openOn(t, fsys, c)
		emitMoreThanIsKept(t, trail)
		fsys.Inject(faultfs.Rule{Kind: faultfs.KindWrite, Pattern: "*.seg", Block: hang})
		close(gate)
		time.Sleep(time.Minute)
		assert.Empty(t, a.of(audit.ActionEventsDropped))
		fsys.Inject()
		close(hang)
		time.Sleep(time.Minute)
		require.NoError(t, trail.Flush(closing(t, time.Minute)))
		require.Len(t, a.of(audit.ActionEventsDropped), 1)
		require.NoError(t, trail.Close(closing(t, time.Minute)))

		next := openOn(t, fsys, c)
		time.Sleep(time.Minute)
		assert.Len(t, a.of(audit.ActionEventsDropped), 1)
		require.NoError(t, next.Close(closing(t, time.Minute)))
	})
}

// The disk hangs while the next process reports what the one before it made a route pass over: the trail that knows of it
// is there until the report is on the disk, and is closed, like the report, once.
func TestInheritedDropIsReportedOnce(t *testing.T) {
	for _, killed := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			fsys, hang, sink := faultfs.New(), make(chan struct{}), &capture{}
			first := openOn(t, fsys, diskConfig(audit.Route{Name: "a", Sink: discard, Required: true}, audit.Route{Name: "b", Sink: obeying}))
			emitMoreThanIsKept(t, first)
			time.Sleep(10 * time.Second)
			image := fsys.Crash(faultfs.LoseAll())
			leave(first)

			c := diskConfig(audit.Route{Name: "a", Sink: discard, Required: true}, audit.Route{Name: "b", Sink: sink})
			c.StartOffline = true
			image.Inject(faultfs.Rule{Kind: faultfs.KindWrite, Pattern: "*.seg", Block: hang}) // TRAIL_OPENED goes to a spare
			trail := openOn(t, image, c)
			time.Sleep(5 * time.Minute)
			require.Empty(t, sink.of(audit.ActionEventsDropped))
			require.NotEmpty(t, fromTrail(sink.list(), first.ID()), "what is there is delivered")
			after := image.Crash(faultfs.LoseAll())
			image.Inject()
			close(hang)
			if killed {
				leave(trail)
				trail = openOn(t, after, c)
			}
			time.Sleep(5 * time.Minute)
			require.NoError(t, trail.Flush(closing(t, time.Minute)))
			drops := sink.of(audit.ActionEventsDropped)
			require.Len(t, drops, 1, "killed: %v", killed)
			assert.Equal(t, first.ID().String(), decode(t, drops[0]).details()["trail"])
			assert.Len(t, sink.of(audit.ActionTrailAdopted), map[bool]int{false: 1, true: 2}[killed], "and the trail of who was killed")
			assert.Zero(t, trail.Health().Journal.Unadopted)
			require.NoError(t, trail.Close(closing(t, time.Minute)))
		})
	}
}

// A route is made to pass over records that it holds already, and delivers them: they are not lost, and no process says so.
func TestWhatARouteHoldsIsNoDrop(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fsys, gate, a, b := faultfs.New(), make(chan struct{}), &capture{}, &capture{}
		c := diskConfig(audit.Route{Name: "a", Sink: a, Required: true}, audit.Route{Name: "b", Batch: audit.Batch{MaxEvents: 10_000, MaxBytes: 8 << 20, Linger: 5 * time.Second}, Sink: audit.SinkFunc(
			func(ctx context.Context, batch []audit.Record) error {
				<-gate
				return b.Deliver(ctx, batch)
			})})
		c.Keep.Bytes = 16 << 20
		trail, n := openOn(t, fsys, c), 0
		kept := func() bool {
			for _, name := range filesOf(fsys, trail.ID()) {
				if strings.HasPrefix(path.Base(name), "0000000000-") {
					return true
				}
			}
			return false
		}
		for ; n < 4_000; n++ {
			_, err := trail.Emit(anonymous(t.Context()), login())
			require.NoError(t, err)
		}
		time.Sleep(time.Minute)
		require.True(t, kept())
		for ; kept(); n++ {
			_, err := trail.Emit(anonymous(t.Context()), login())
			require.NoError(t, err)
			time.Sleep(time.Millisecond)
		}
		close(gate)
		require.NoError(t, trail.Flush(closing(t, time.Minute)))
		require.Len(t, b.of(audit.ActionAuthAllow), n)
		require.NoError(t, trail.Close(closing(t, time.Minute)))

		next := openOn(t, fsys, c)
		time.Sleep(time.Minute)
		assert.Empty(t, a.of(audit.ActionEventsDropped))
		require.NoError(t, next.Close(closing(t, time.Minute)))
	})
}
