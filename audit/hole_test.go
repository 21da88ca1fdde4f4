package audit_test

import (
	"context"
	"errors"
	"path"
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

// A segment of the running trail that somebody removed is a gap for the route that still wanted it. A route that has the
// file open reads on: then nothing is lost.
func TestDeletedSegmentIsAGap(t *testing.T) {
	tests := []struct {
		name   string
		linger time.Duration // until the route reads for the first time
		gaps   int
	}{
		{"before the route read it", 0, 1},
		{"while the route reads it", 2 * time.Second, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				fsys, sink := faultfs.New(), &lateCapture{}
				c := diskConfig(audit.Route{Name: "a", Sink: sink, Batch: audit.Batch{Linger: tt.linger, MaxEvents: 10_000}})
				c.Keep.Bytes = 64 << 20
				trail := openOn(t, fsys, c)
				time.Sleep(time.Second)
				require.Equal(t, tt.gaps > 0, sink.refused.Load() > 0, "whether the route has got as far as TRAIL_OPENED")
				const n = 12_000
				for range n {
					_, err := trail.Emit(anonymous(t.Context()), login())
					require.NoError(t, err)
				}
				time.Sleep(2 * time.Second)
				require.NotZero(t, sink.refused.Load())
				for _, name := range filesOf(fsys, trail.ID()) {
					if strings.HasPrefix(path.Base(name), "0000000000-") {
						require.NoError(t, fsys.Remove(name))
					}
				}
				sink.open.Store(true)
				require.NoError(t, trail.Flush(t.Context()))
				time.Sleep(time.Minute)
				gaps := sink.of(audit.ActionGapFound)
				require.Len(t, gaps, tt.gaps)
				for _, gap := range gaps {
					assert.Equal(t, "deleted", decode(t, gap).data()["decisionReason"])
				}
				logins := len(sink.of(audit.ActionAuthAllow))
				assert.NotZero(t, logins)
				assert.Equal(t, tt.gaps > 0, logins < n, "whether something is lost")
				require.NoError(t, trail.Close(t.Context()))
			})
		})
	}
}

// lateCapture takes nothing before it is open.
type lateCapture struct {
	capture
	open    atomic.Bool
	refused atomic.Int32
}

func (l *lateCapture) Deliver(ctx context.Context, batch []audit.Record) error {
	if !l.open.Load() {
		l.refused.Add(1)
		return errors.New("no")
	}
	return l.capture.Deliver(ctx, batch)
}
