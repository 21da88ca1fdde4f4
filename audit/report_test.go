package audit_test

import (
	"context"
	"errors"
	"strconv"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/daxis-io/arco-audit/audit"
	"github.com/daxis-io/arco-audit/internal/faultfs"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// What is refused for want of room is reported by an event, which fits into the reserve: while it lasts once a minute,
// and exactly.
func TestRefusedForWantOfRoomIsReported(t *testing.T) {
	for _, store := range []string{"memory", "disk"} {
		t.Run(store, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var repaired atomic.Bool
				sink := &capture{}
				c := diskConfig(audit.Route{Name: "a", Required: true, Sink: audit.SinkFunc(func(ctx context.Context, batch []audit.Record) error {
					if !repaired.Load() {
						return errors.New("no")
					}
					return sink.Deliver(ctx, batch)
				})})
				c.StartOffline, c.TenantShare = true, 1
				if store == "memory" {
					c.Dir, c.Volatile, c.Keep.Bytes = "", true, 1<<20
				}
				trail := openOn(t, faultfs.New(), c)
				refused := 0
				for range 150 { // seconds
					for range 200 {
						if _, err := trail.Emit(anonymous(t.Context()), login()); err != nil {
							require.ErrorIs(t, err, audit.ErrFull)
							refused++
						}
					}
					time.Sleep(time.Second)
				}
				require.NotZero(t, refused)
				repaired.Store(true)
				require.NoError(t, trail.Close(t.Context()))
				reports := sink.of(audit.ActionEventsDropped)
				assert.GreaterOrEqual(t, len(reports), 2)
				assert.LessOrEqual(t, len(reports), 5)
				counted := 0
				for _, r := range reports {
					e := decode(t, r)
					assert.Equal(t, "no_room", e.data()["decisionReason"])
					n, err := strconv.Atoi(e.details()["count"].(string))
					require.NoError(t, err)
					counted += n
				}
				assert.Equal(t, refused, counted)
			})
		})
	}
}
