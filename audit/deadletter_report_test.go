package audit_test

import (
	"context"
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

// takesNothing are the faults of a disk on which a journal can write no more.
func takesNothing() (rules []faultfs.Rule) {
	for _, pattern := range []string{"*.seg", "spare-*", "reserve"} {
		rules = append(rules, faultfs.Rule{Kind: faultfs.KindWrite, Pattern: pattern, Err: syscall.EIO},
			faultfs.Rule{Kind: faultfs.KindCreate, Pattern: pattern, Err: syscall.EIO})
	}
	return rules
}
