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

// gatedRefusal refuses crafted, which it looks at once gate is open.
func gatedRefusal(gate <-chan struct{}, take audit.Sink) audit.Sink {
	return refusing("crafted", audit.SinkFunc(func(ctx context.Context, b []audit.Record) error {
		if b[0].Action() == audit.ActionCredVendAllow {
			<-gate
		}
		return take.Deliver(ctx, b)
	}))
}

// reportsOf returns the EVENT_QUARANTINED events about one event.
func reportsOf(t *testing.T, sink *capture, id audit.ID) (list []audit.Record) {
	t.Helper()
	for _, r := range sink.of(audit.ActionEventQuarantined) {
		if decode(t, r).details()["eventId"] == id.String() {
			list = append(list, r)
		}
	}
	return list
}

// refusedWhileTheDiskHangs has a route refuse a record, of its own trail or of a dead one, while the journal that reports
// it takes nothing in: what is written and synced waits for hang.
func refusedWhileTheDiskHangs(t *testing.T, adopted bool, c audit.Config, gate chan struct{}) (fsys *faultfs.FS, trail *audit.Trail, hang chan struct{}, owner audit.TrailID, id audit.ID) {
	t.Helper()
	fsys, hang = faultfs.New(), make(chan struct{})
	emit := func(trail *audit.Trail) {
		_, err := trail.Emit(anonymous(t.Context()), vend(1))
		require.NoError(t, err)
		id, err = trail.Emit(anonymous(t.Context()), crafted())
		require.NoError(t, err)
		_, err = trail.Emit(anonymous(t.Context()), vend(2))
		require.NoError(t, err)
	}
	if adopted {
		dead := openOn(t, fsys, diskConfig(audit.Route{Name: "picky", Sink: obeying}, audit.Route{Name: "good", Sink: obeying}))
		emit(dead)
		require.Error(t, dead.Close(closing(t, time.Second)))
		owner = dead.ID()
	}
	trail = openOn(t, fsys, c)
	if !adopted {
		emit(trail)
		owner = trail.ID()
	}
	time.Sleep(time.Second)
	fsys.Inject(faultfs.Rule{Kind: faultfs.KindWrite, Pattern: "*.seg", Block: hang})
	close(gate)
	time.Sleep(2 * time.Minute)
	return fsys, trail, hang, owner, id
}

// The event that says that a record was set aside waits for a disk that hangs: until it is there the route stays where
// it is, so that a process that dies meanwhile leaves the record to the next; and when the disk goes on, all was said once.
func TestNoRouteGoesOnBeforeADeadLetterIsReported(t *testing.T) {
	tests := []struct {
		name            string
		adopted, killed bool
	}{
		{name: "the disk goes on"},
		{name: "the process is killed", killed: true},
		{name: "the disk goes on, in the trail of a dead process", adopted: true},
		{name: "the process is killed, in the trail of a dead process", adopted: true, killed: true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				gate, picky, good, told := make(chan struct{}), &capture{}, &capture{}, new(atomic.Int32)
				c := diskConfig(audit.Route{Name: "picky", Required: true, Sink: gatedRefusal(gate, picky)}, audit.Route{Name: "good", Sink: good})
				c.StartOffline = true
				c.Hooks = &audit.Hooks{Quarantined: func(string, error) { told.Add(1) }}
				fsys, trail, hang, owner, id := refusedWhileTheDiskHangs(t, tt.adopted, c, gate)

				letters, _ := lettersOf(t, fsys, owner, "picky")
				require.Len(t, letters, 1, "it was tried again, and kept once")
				assert.Equal(t, tt.adopted, trail.SetAside() == 0)
				assert.EqualValues(t, 1, told.Load())
				assert.Empty(t, reportsOf(t, good, id))
				assert.Empty(t, picky.of(audit.ActionIcebergCommit), "no stub yet")
				others := map[audit.Sequence]bool{}
				for _, r := range picky.of(audit.ActionCredVendAllow) {
					others[r.Sequence()] = true
				}
				assert.Len(t, others, 2, "the other records go on")
				if tt.killed {
					image := fsys.Crash(faultfs.LoseAll())
					close(hang)
					leave(trail)
					fsys, trail = image, openOn(t, image, c)
				} else {
					fsys.Inject()
					close(hang)
				}
				time.Sleep(2 * time.Minute)
				require.NoError(t, trail.Flush(closing(t, time.Minute)))
				assert.Len(t, reportsOf(t, good, id), 1)
				assert.Len(t, picky.of(audit.ActionIcebergCommit), 1, "the stub")
				letters, _ = lettersOf(t, fsys, owner, "picky")
				if !tt.killed {
					assert.Len(t, letters, 1)
					assert.EqualValues(t, 1, told.Load())
				}
				assert.Zero(t, trail.SetAside(), "what is settled is forgotten")
				assert.Zero(t, trail.Health().Journal.Unadopted)
				require.NoError(t, trail.Close(closing(t, time.Minute)))
			})
		})
	}
}

// Close does not wait for a route that waits for its report: the journal keeps the record for the next process.
func TestCloseWithADeadLetterThatIsNotReported(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		gate, picky, good := make(chan struct{}), &capture{}, &capture{}
		c := diskConfig(audit.Route{Name: "picky", Required: true, Sink: gatedRefusal(gate, picky)}, audit.Route{Name: "good", Sink: good})
		fsys, trail, hang, owner, id := refusedWhileTheDiskHangs(t, false, c, gate)
		start := time.Now()
		err := trail.Close(closing(t, 2*time.Second))
		assert.Less(t, time.Since(start), 6*time.Second)
		var left *audit.UndeliveredError
		require.ErrorAs(t, err, &left)
		require.NotEmpty(t, left.Routes)
		assert.Equal(t, "picky", left.Routes[0].Route)
		assert.EqualValues(t, 2, left.Routes[0].From, "from the record itself on")
		letters, _ := lettersOf(t, fsys, owner, "picky")
		assert.Len(t, letters, 1)
		image := fsys.Crash(faultfs.LoseAll())
		close(hang)

		next := openOn(t, image, c)
		time.Sleep(time.Minute)
		assert.Len(t, reportsOf(t, good, id), 1)
		assert.Len(t, picky.of(audit.ActionIcebergCommit), 1)
		require.NoError(t, next.Close(closing(t, time.Minute)))
	})
}

// So much waits for the disk that the journal does not even take the report: the route waits for that too.
func TestNoRouteGoesOnBeforeADeadLetterCanBeReported(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fsys, gate, hang, sink := faultfs.New(), make(chan struct{}), make(chan struct{}), &capture{}
		c := diskConfig(audit.Route{Name: "picky", Required: true, Sink: gatedRefusal(gate, sink)})
		c.Keep.Bytes, c.TenantShare = 256<<20, 1
		trail := openOn(t, fsys, c)
		_, err := trail.Emit(anonymous(t.Context()), vend(1))
		require.NoError(t, err)
		id, err := trail.Emit(anonymous(t.Context()), crafted())
		require.NoError(t, err)
		time.Sleep(time.Second)
		fsys.Inject(faultfs.Rule{Kind: faultfs.KindWrite, Pattern: "*.seg", Block: hang})
		for err = nil; err == nil; {
			_, err = trail.Emit(anonymous(closing(t, time.Second)), login())
		}
		require.ErrorIs(t, err, audit.ErrFull)
		close(gate)
		time.Sleep(2 * time.Minute)
		assert.Empty(t, sink.of(audit.ActionIcebergCommit), "no stub yet")
		fsys.Inject()
		close(hang)
		require.NoError(t, trail.Flush(closing(t, time.Minute)))
		time.Sleep(time.Minute)
		assert.Len(t, reportsOf(t, sink, id), 1)
		assert.Len(t, sink.of(audit.ActionIcebergCommit), 1, "the stub")
		letters, _ := lettersOf(t, fsys, trail.ID(), "picky")
		assert.Len(t, letters, 1)
		require.NoError(t, trail.Close(closing(t, time.Minute)))
	})
}

// A hole of the running trail, or of that of a dead process, is reported while the disk hangs: no route passes it before
// the report is there, and the next process reports it when this one dies.
func TestNoRoutePassesAHoleThatIsNotReported(t *testing.T) {
	for _, killed := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			image, dead := crashed(t, 100, "a")
			damage(t, image, dead, "orders_50")
			sink, hang := &capture{}, make(chan struct{})
			c := diskConfig(audit.Route{Name: "a", Sink: sink})
			c.StartOffline = true
			hangOnceItQuarantines(image, hang) // after the sync of TRAIL_OPENED, before the reports
			trail := openOn(t, image, c)
			time.Sleep(2 * time.Minute)
			require.NotEmpty(t, filesOf(image, dead))
			assert.Empty(t, sink.of(audit.ActionGapFound))
			after := image.Crash(faultfs.LoseAll())
			image.Observe(nil)
			image.Inject()
			close(hang)
			if killed {
				leave(trail)
				trail = openOn(t, after, c)
			}
			time.Sleep(15 * time.Minute)
			gaps, copies := sink.of(audit.ActionGapFound), sink.of(audit.ActionEventQuarantined)
			require.Len(t, gaps, 1, "killed: %v", killed)
			require.Len(t, copies, 1)
			assert.Equal(t, dead.String(), decode(t, gaps[0]).details()["trail"])
			assert.Zero(t, trail.Health().Journal.Unadopted)
			require.NoError(t, trail.Close(closing(t, time.Minute)))
		})
	}
}

// A hole has grown before its report was on the disk, and its trail is adopted again: what it has become is reported too,
// and none of it twice.
func TestAHoleThatGrowsIsReportedWhole(t *testing.T) {
	for _, grown := range [][]string{{"orders_51", "orders_52"}, {"orders_49"}, {"orders_49", "orders_51"}} {
		synctest.Test(t, func(t *testing.T) {
			image, dead := crashed(t, 100, "a")
			damage(t, image, dead, "orders_50")
			sink, hang := &capture{}, make(chan struct{})
			c := diskConfig(audit.Route{Name: "a", Sink: sink})
			c.StartOffline = true
			hangOnceItQuarantines(image, hang)
			trail := openOn(t, image, c)
			time.Sleep(2 * time.Minute)
			assert.Empty(t, sink.of(audit.ActionGapFound))
			for _, text := range grown {
				damage(t, image, dead, text)
			}
			image.Observe(nil)
			image.Inject()
			close(hang)
			time.Sleep(15 * time.Minute)
			told := map[int]int{}
			for _, gap := range sink.of(audit.ActionGapFound) {
				from, err := strconv.Atoi(decode(t, gap).details()["fromSequence"].(string))
				require.NoError(t, err)
				to, err := strconv.Atoi(decode(t, gap).details()["toSequence"].(string))
				require.NoError(t, err)
				for seq := from; seq <= to; seq++ {
					told[seq]++
				}
			}
			for seq, times := range told {
				assert.Equal(t, 1, times, "reports of %d, grown by %v", seq, grown)
			}
			assert.Len(t, told, 1+len(grown), "grown by %v", grown)
			assert.Zero(t, trail.Health().Journal.Unadopted)
			require.NoError(t, trail.Close(closing(t, time.Minute)))
		})
	}
}

// A hole that only a route without a future wanted: the trail is not done with before the report of it is on the disk.
func TestNoTrailEndsBeforeItsHoleIsReported(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fsys, hang := faultfs.New(), make(chan struct{})
		first := openOn(t, fsys, diskConfig(audit.Route{Name: "a", Sink: discard}, audit.Route{Name: "gone", Sink: obeying}))
		_, err := first.Emit(anonymous(t.Context()), vend(50))
		require.NoError(t, err)
		_, err = first.Emit(anonymous(t.Context()), vend(51))
		require.NoError(t, err)
		time.Sleep(time.Second)
		require.Error(t, first.Close(closing(t, time.Second)))
		dead := first.ID()
		damage(t, fsys, dead, "orders_50")

		sink := &capture{}
		c := diskConfig(audit.Route{Name: "a", Sink: sink})
		c.Retired, c.StartOffline = []string{"gone"}, true
		hangOnceItQuarantines(fsys, hang)
		trail := openOn(t, fsys, c)
		time.Sleep(2 * time.Minute)
		require.NotEmpty(t, filesOf(fsys, dead))
		image := fsys.Crash(faultfs.LoseAll())
		close(hang)
		leave(trail)

		trail = openOn(t, image, c)
		time.Sleep(time.Minute)
		require.Len(t, sink.of(audit.ActionGapFound), 1)
		assert.Equal(t, dead.String(), decode(t, sink.of(audit.ActionGapFound)[0]).details()["trail"])
		assert.Empty(t, filesOf(image, dead))
		require.NoError(t, trail.Close(closing(t, time.Minute)))
	})
}

// hangOnceItQuarantines has nothing written to segments any more once recovery copies damage aside, until hang is closed.
func hangOnceItQuarantines(fsys *faultfs.FS, hang <-chan struct{}) {
	var done atomic.Bool
	fsys.Observe(func(op faultfs.Op) {
		if op.Kind == faultfs.KindSyncDir && strings.HasSuffix(op.Name, "/quarantine") && done.CompareAndSwap(false, true) {
			fsys.Inject(faultfs.Rule{Kind: faultfs.KindWrite, Pattern: "*.seg", Block: hang})
		}
	})
}

// damage spoils the record with a text in a trail's segments.
func damage(t *testing.T, fsys *faultfs.FS, trail audit.TrailID, text string) {
	t.Helper()
	for _, name := range filesOf(fsys, trail) {
		if strings.HasSuffix(name, ".seg") {
			require.NoError(t, fsys.Mutate(name, func(b []byte) []byte {
				at := strings.Index(string(b), text)
				copy(b[at:], strings.ToUpper(text))
				return b
			}))
		}
	}
}

// withoutFirstSegment returns a running trail with several segments, of which somebody deleted the first before the route
// "a" read it.
func withoutFirstSegment(t *testing.T, fsys *faultfs.FS, sink audit.Sink) (audit.Config, *audit.Trail) {
	t.Helper()
	c := diskConfig(audit.Route{Name: "a", Sink: sink})
	c.Keep.Bytes = 64 << 20
	trail := openOn(t, fsys, c)
	time.Sleep(time.Second)
	for range 12_000 {
		_, err := trail.Emit(anonymous(t.Context()), login())
		require.NoError(t, err)
	}
	time.Sleep(2 * time.Second)
	removeFirstSegment(t, fsys, trail.ID())
	return c, trail
}

// A route of the running trail comes to a segment that somebody deleted, while the disk hangs.
func TestNoRoutePassesADeletedSegmentThatIsNotReported(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fsys, sink, hang := faultfs.New(), &lateCapture{}, make(chan struct{})
		_, trail := withoutFirstSegment(t, fsys, sink)
		fsys.Inject(faultfs.Rule{Kind: faultfs.KindWrite, Pattern: "*.seg", Block: hang})
		sink.open.Store(true)
		time.Sleep(2 * time.Minute)
		passed := len(sink.all())
		assert.Less(t, passed, 1_000, "nothing behind the hole")
		assert.NotEmpty(t, trail.Health().Routes[0].LastError)
		fsys.Inject()
		close(hang)
		require.NoError(t, trail.Flush(closing(t, time.Minute)))
		time.Sleep(time.Minute)
		assert.Len(t, sink.of(audit.ActionGapFound), 1)
		assert.Greater(t, len(sink.all()), passed)
		require.NoError(t, trail.Close(closing(t, time.Minute)))
	})
}

// Close comes while a route waits for the disk to read, which then says that a segment is gone: the journal takes no report
// any more, and so the next process finds the route before the hole.
func TestNoRoutePassesAHoleAfterClose(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fsys, sink, read, write := faultfs.New(), &lateCapture{}, make(chan struct{}), make(chan struct{})
		c, trail := withoutFirstSegment(t, fsys, sink)
		fsys.Inject(faultfs.Rule{Kind: faultfs.KindOpen, Pattern: "0000000000-*", Block: read}, faultfs.Rule{Kind: faultfs.KindWrite, Pattern: "*.seg", Block: write})
		sink.open.Store(true)
		time.Sleep(time.Minute)
		require.Error(t, trail.Close(closing(t, time.Second)))
		fsys.Inject()
		close(read)
		time.Sleep(time.Minute)
		close(write)
		time.Sleep(time.Minute)

		next := openOn(t, fsys, c)
		time.Sleep(time.Minute)
		require.NoError(t, next.Flush(closing(t, time.Minute)))
		assert.Len(t, sink.of(audit.ActionGapFound), 1)
		require.NoError(t, next.Close(closing(t, time.Minute)))
	})
}

// removeFirstSegment removes the oldest segment of a trail.
func removeFirstSegment(t *testing.T, fsys *faultfs.FS, trail audit.TrailID) {
	t.Helper()
	for _, name := range filesOf(fsys, trail) {
		if strings.HasPrefix(path.Base(name), "0000000000-") {
			require.NoError(t, fsys.Remove(name))
		}
	}
}
