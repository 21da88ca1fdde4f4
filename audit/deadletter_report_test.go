package audit_test

import (
	"context"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/daxis-io/arco-audit/audit"
	"github.com/daxis-io/arco-audit/internal/faultfs"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The journal takes nothing while a record is set aside: its route goes on, and the event that says so comes when the
// journal works again.
func TestDeadLetterIsReportedOnceTheDiskWorks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fsys, sink, gate := faultfs.New(), &capture{}, make(chan struct{})
		refused := refusing("crafted", sink)
		trail := openOn(t, fsys, diskConfig(audit.Route{Name: "a", Required: true, Sink: audit.SinkFunc(func(ctx context.Context, b []audit.Record) error {
			if b[0].Action() == audit.ActionIcebergCommit {
				<-gate
			}
			return refused.Deliver(ctx, b)
		})}))
		_, err := trail.Emit(anonymous(t.Context()), crafted())
		require.NoError(t, err)
		fsys.Inject(takesNothing()...)
		_, err = trail.Emit(anonymous(t.Context()), vend(1))
		require.Error(t, err)
		_, err = trail.Emit(anonymous(t.Context()), vend(2))
		require.ErrorIs(t, err, audit.ErrFull)
		close(gate)
		time.Sleep(5 * time.Minute)
		assert.Len(t, sink.all(), 1, "the stub")
		fsys.Inject()
		time.Sleep(5 * time.Minute)
		require.NoError(t, trail.Flush(closing(t, time.Hour)))
		assert.Len(t, sink.of(audit.ActionEventQuarantined), 1)
		letters, _ := lettersOf(t, fsys, trail.ID(), "a")
		assert.Len(t, letters, 1)
		require.NoError(t, trail.Close(t.Context()))
	})
}

// The trail is full with what a route has not delivered, and the disk refuses writes for a moment, so that no segment is
// left for the report of a record that the route sets aside: the route goes on all the same, since the room is what it
// holds, and the report comes when there is some.
func TestDeadLetterInAFullTrailWaitsForNoReport(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fsys, sink, gate := faultfs.New(), &capture{}, make(chan struct{})
		refused := refusing("crafted", sink)
		c := diskConfig(audit.Route{Name: "a", Required: true, Sink: audit.SinkFunc(func(ctx context.Context, b []audit.Record) error {
			<-gate
			return refused.Deliver(ctx, b)
		})})
		c.StartOffline, c.TenantShare = true, 1
		trail := openOn(t, fsys, c)
		id, err := trail.Emit(anonymous(t.Context()), crafted())
		require.NoError(t, err)
		for n := 0; err == nil; n++ {
			_, err = trail.Emit(anonymous(t.Context()), vend(n))
		}
		require.ErrorIs(t, err, audit.ErrFull)
		time.Sleep(2 * time.Minute) // until an event says that others were refused: it lies in the reserve
		require.NotContains(t, strings.Join(filesOf(fsys, trail.ID()), " "), "reserve")
		fsys.Inject(faultfs.Rule{Kind: faultfs.KindWrite, Pattern: "*.seg", Err: syscall.EIO})
		close(gate)
		time.Sleep(10 * time.Second)
		fsys.Inject()
		time.Sleep(5 * time.Minute)
		require.NoError(t, trail.Flush(closing(t, time.Minute)), trail.Health().Journal.LastError)
		assert.Len(t, reportsOf(t, sink, id), 1)
		_, err = trail.Emit(anonymous(t.Context()), vend(0))
		require.NoError(t, err)
		require.NoError(t, trail.Close(closing(t, time.Minute)))
	})
}

// The journal takes nothing while a destination refuses more than can be remembered: what has no event of its own is counted
// by one.
func TestDeadLettersThatAreTooManyAreCounted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fsys, sink, gate := faultfs.New(), &capture{}, make(chan struct{})
		refused := refusing("crafted", sink)
		c := diskConfig(audit.Route{Name: "a", Required: true, Sink: audit.SinkFunc(func(ctx context.Context, b []audit.Record) error {
			if b[0].Action() == audit.ActionIcebergCommit {
				<-gate
			}
			return refused.Deliver(ctx, b)
		})})
		c.Keep.Bytes = 64 << 20
		trail := openOn(t, fsys, c)
		const n = 1_500
		for range n {
			_, err := trail.Emit(anonymous(t.Context()), crafted())
			require.NoError(t, err)
		}
		time.Sleep(time.Second)
		fsys.Inject(takesNothing()...)
		_, err := trail.Emit(anonymous(t.Context()), vend(1))
		require.ErrorIs(t, err, audit.ErrUnknown)
		close(gate)
		time.Sleep(5 * time.Minute)
		fsys.Inject()
		time.Sleep(5 * time.Minute)
		require.NoError(t, trail.Flush(closing(t, time.Minute)))
		told := len(sink.of(audit.ActionEventQuarantined))
		assert.Less(t, told, n)
		for _, r := range sink.of(audit.ActionEventsDropped) {
			assert.Equal(t, "no_room", decode(t, r).data()["decisionReason"])
			count, err := strconv.Atoi(decode(t, r).details()["count"].(string))
			require.NoError(t, err)
			told += count
		}
		assert.Equal(t, n, told)
		letters, _ := lettersOf(t, fsys, trail.ID(), "a")
		assert.Len(t, letters, n)
		require.NoError(t, trail.Close(closing(t, time.Minute)))
	})
}

// takesNothing are the faults of a disk on which a journal can write no more.
func takesNothing() (rules []faultfs.Rule) {
	for _, pattern := range []string{"*.seg", "spare-*", "reserve"} {
		rules = append(rules, faultfs.Rule{Kind: faultfs.KindWrite, Pattern: pattern, Err: syscall.EIO},
			faultfs.Rule{Kind: faultfs.KindCreate, Pattern: pattern, Err: syscall.EIO})
	}
	return rules
}
