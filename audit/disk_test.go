package audit_test

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/daxis-io/arco-audit/audit"
	"github.com/daxis-io/arco-audit/internal/faultfs"
	"github.com/daxis-io/arco-audit/internal/journal/vfs"
	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var ext4 = vfs.Medium{Name: "ext4"}

// diskConfig is config with a journal; OpenOn gives it a disk.
func diskConfig(routes ...audit.Route) audit.Config {
	c := config(routes...)
	c.Dir, c.Volatile, c.Keep.Bytes = "/audit", false, 4<<20
	return c
}

// openOn opens a trail on a disk in memory and leaves it, at the end of the test, without waiting for its sinks.
func openOn(t *testing.T, fsys *faultfs.FS, c audit.Config) *audit.Trail {
	t.Helper()
	trail, err := audit.OpenOn(c, fsys, ext4)
	require.NoError(t, err)
	t.Cleanup(func() { leave(trail) })
	return trail
}

func leave(trail *audit.Trail) {
	over, cancel := context.WithCancel(context.Background())
	cancel()
	_ = trail.Close(over)
}

// vend is a critical event.
func vend(n int) audit.Event {
	table := audit.NewTable([]string{"sales"}, fmt.Sprintf("orders_%d", n), uuid.Nil)
	return audit.CredVendAllow(table, audit.NewGrant(audit.DelegationVended, audit.AccessRead, audit.ProviderGCS, time.Hour))
}

// login is an event that is not critical.
func login() audit.Event {
	return audit.AuthAllow(audit.HTTPOperation("GET", "/v1/config"), audit.AuthMethodJWT)
}

func ofTenant(ctx context.Context, tenant string) context.Context {
	return audit.WithRequest(ctx, audit.Request{ID: audit.NewRequestID("r-1"), Actor: audit.Service("flow"), Tenant: audit.NewTenant(tenant)})
}

// A critical event is accepted while no sink takes anything, and is in what a power cut leaves.
func TestCriticalIsAcceptedWhenSynced(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fsys := faultfs.New()
		c := diskConfig(audit.Route{Name: "a", Sink: obeying, Required: true})
		c.StartOffline = true
		trail := openOn(t, fsys, c)
		id, err := trail.Emit(ofTenant(t.Context(), "acme"), vend(7))
		require.NoError(t, err)
		_, err = trail.Emit(ofTenant(t.Context(), "acme"), login())
		require.NoError(t, err)
		lost := fsys.Crash(faultfs.LoseAll())
		time.Sleep(60 * time.Millisecond)
		kept := fsys.Crash(faultfs.LoseAll())
		assert.EqualValues(t, 3, trail.Health().Journal.Synced)

		sink := &capture{}
		c.Routes[0].Sink = sink
		next := openOn(t, lost, c)
		time.Sleep(time.Minute)
		require.Len(t, sink.all(), 1)
		first := sink.all()[0]
		assert.Equal(t, id, first.ID())
		assert.Equal(t, audit.ActionCredVendAllow, first.Action())
		assert.Equal(t, trail.ID(), first.Trail(), "it keeps the id of its trail")
		assert.EqualValues(t, 1, first.Sequence())
		assert.Equal(t, "acme", first.Tenant())
		require.NoError(t, next.Close(t.Context()))

		sink = &capture{}
		c.Routes[0].Sink = sink
		next = openOn(t, kept, c)
		time.Sleep(time.Minute)
		assert.Len(t, sink.all(), 2, "an event that nobody waited for is synced within SyncEvery")
		require.NoError(t, next.Close(t.Context()))
		leave(trail)
	})
}

func TestVolatileDiskWaitsForRequiredRoutes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var broken atomic.Bool
		sink := &capture{}
		c := diskConfig(audit.Route{Name: "a", Required: true, Sink: audit.SinkFunc(func(ctx context.Context, batch []audit.Record) error {
			if broken.Load() {
				return errors.New("no")
			}
			return sink.Deliver(ctx, batch)
		})})
		c.Volatile = true
		trail := openOn(t, faultfs.New(), c)
		_, err := trail.Emit(anonymous(t.Context()), vend(1))
		require.NoError(t, err)
		require.Len(t, sink.all(), 1, "delivered before Emit returns")
		broken.Store(true)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err = trail.Emit(anonymous(ctx), vend(2))
		require.ErrorIs(t, err, audit.ErrUnknown)
		assert.False(t, trail.Health().Ready())
		leave(trail)
	})
}

// A route that reads the disk gets, field by field, what one that reads the tail gets.
func TestRecordsFromTheDiskAreThoseFromTheTail(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		own := audit.NewKind("GRANT_CHANGE", "grant", audit.Routine)
		var open atomic.Bool
		fast, slow := &capture{}, &capture{}
		c := diskConfig(audit.Route{Name: "fast", Sink: fast}, audit.Route{Name: "slow", Sink: audit.SinkFunc(func(ctx context.Context, batch []audit.Record) error {
			if !open.Load() {
				return errors.New("no")
			}
			return slow.Deliver(ctx, batch)
		})})
		c.Keep.Bytes = 64 << 20
		trail := openOn(t, faultfs.New(), c)
		ctx := ofTenant(t.Context(), "acme")
		const n = 12_000 // more than the tail holds
		for i := range n {
			e := login()
			switch i % 4 {
			case 1:
				e = own.Deny(audit.NewResource("grant", "g"), "why")
			case 2:
				e = audit.CredVendDeny(audit.NewTable([]string{"é"}, "x", uuid.Nil), audit.VendReasonDisabled, audit.NewVendRequest(audit.DelegationVended, audit.AccessRead))
			case 3:
				e = own.Allow(audit.NewResource("grant", "g"), "why")
			}
			to := ctx
			if i%3 == 0 {
				to = anonymous(ctx)
			}
			_, err := trail.Emit(to, e)
			require.NoError(t, err)
		}
		require.EqualValues(t, n, trail.Health().Accepted)
		lag := trail.Health().Routes[1]
		assert.GreaterOrEqual(t, lag.Lag, uint64(n))
		assert.Greater(t, lag.LagBytes, int64(8<<20))
		open.Store(true)
		require.NoError(t, trail.Flush(t.Context()))
		late := slow.all()
		require.Len(t, late, n)
		for i, want := range fast.all() {
			got := late[i]
			require.Equal(t, want.JSON(), got.JSON())
			require.Equal(t, want.ID(), got.ID())
			require.Equal(t, want.Action(), got.Action())
			require.Equal(t, want.ActionName(), got.ActionName())
			require.Equal(t, want.Outcome(), got.Outcome())
			require.Equal(t, want.Time(), got.Time())
			require.Equal(t, want.Trail(), got.Trail())
			require.Equal(t, want.Sequence(), got.Sequence())
			require.Equal(t, want.Tenant(), got.Tenant())
			require.Contains(t, got.JSON(), got.Sequence().String())
		}
		assert.Zero(t, trail.Health().Routes[1].Lag)
		require.NoError(t, trail.Close(t.Context()))
	})
}

func TestCancelledEmitIsUnknownAndDurable(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fsys := faultfs.New()
		sink := &capture{}
		trail := openOn(t, fsys, diskConfig(audit.Route{Name: "a", Sink: sink, Required: true}))
		hang := make(chan struct{})
		fsys.Inject(faultfs.Rule{Kind: faultfs.KindSync, Pattern: "*.seg", Block: hang})
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		id, err := trail.Emit(anonymous(ctx), vend(1))
		require.ErrorIs(t, err, audit.ErrUnknown)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		time.Sleep(time.Second)
		assert.Equal(t, "stalled", trail.Health().State)
		assert.False(t, trail.Health().Ready())
		close(hang)
		require.NoError(t, trail.Flush(t.Context()))
		require.Len(t, sink.all(), 1)
		assert.Equal(t, id, sink.all()[0].ID())
		assert.True(t, trail.Health().Ready())
		require.NoError(t, trail.Close(t.Context()))
	})
}

// Whatever fails on the disk: what was accepted is in what a power cut leaves, and nothing hangs.
func TestDiskFaultsFailClosed(t *testing.T) {
	readOnly, noSpace := error(syscall.EROFS), error(syscall.ENOSPC)
	tests := []struct {
		name  string
		rules []faultfs.Rule
		heals bool
	}{
		{"one sync fails", []faultfs.Rule{{Kind: faultfs.KindSync, Pattern: "*.seg", After: 3, Times: 1, Err: syscall.EIO}}, true},
		{"syncs fail always", []faultfs.Rule{{Kind: faultfs.KindSync, After: 9, Err: syscall.EIO}}, false},
		{"a short write", []faultfs.Rule{{Kind: faultfs.KindWrite, Pattern: "*.seg", After: 5, Times: 1, Err: syscall.EIO, Short: 100}}, true},
		{"read-only", []faultfs.Rule{{Kind: faultfs.KindWrite, After: 9, Err: readOnly}, {Kind: faultfs.KindCreate, Err: readOnly}, {Kind: faultfs.KindSync, After: 9, Err: readOnly}}, false},
		{"disk full", []faultfs.Rule{{Kind: faultfs.KindAllocate, Err: noSpace}, {Kind: faultfs.KindCreate, Err: noSpace}, {Kind: faultfs.KindWrite, After: 40, Err: noSpace}}, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				fsys := faultfs.New()
				c := diskConfig(audit.Route{Name: "a", Sink: obeying, Required: true})
				c.StartOffline = true
				trail := openOn(t, fsys, c)
				fsys.Inject(tt.rules...)
				accepted := map[audit.ID]bool{}
				var failed int
				for n := range 60 {
					start := time.Now()
					id, err := trail.Emit(anonymous(t.Context()), vend(n))
					require.Less(t, time.Since(start), 30*time.Second)
					switch {
					case err == nil:
						accepted[id] = true
					case errors.Is(err, audit.ErrUnknown), errors.Is(err, audit.ErrFull):
						failed++
					default:
						require.NoError(t, err)
					}
				}
				assert.Equal(t, tt.heals, failed == 0, "%d failed", failed)
				if !tt.heals {
					assert.False(t, trail.Health().Ready())
					assert.NotEmpty(t, trail.Health().Journal.LastError)
				}
				assert.NotEmpty(t, accepted)
				checkRecovered(t, fsys.Crash(faultfs.LoseAll()), accepted)
				fsys.Inject()
				time.Sleep(time.Minute)
				_, err := trail.Emit(anonymous(t.Context()), vend(1000))
				require.NoError(t, err, "it recovers on its own once the cause is gone")
				leave(trail)
			})
		})
	}
}

// checkRecovered opens a trail on what a crash left and checks that its sink gets what was accepted.
func checkRecovered(t *testing.T, image *faultfs.FS, accepted map[audit.ID]bool) {
	t.Helper()
	sink := &capture{}
	trail := openOn(t, image, diskConfig(audit.Route{Name: "a", Sink: sink, Required: true}))
	time.Sleep(time.Minute)
	got := map[audit.ID]bool{}
	for _, r := range sink.all() {
		got[r.ID()] = true
	}
	lost := 0
	for id := range accepted {
		if !got[id] {
			lost++
		}
	}
	assert.Zero(t, lost, "accepted events were lost")
	require.NoError(t, trail.Close(t.Context()))
}

// Disk full for a while: room is back once the required route delivers.
func TestFullJournalAndBusyTenants(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var open atomic.Bool
		sink := &capture{}
		c := diskConfig(audit.Route{Name: "a", Required: true, Sink: audit.SinkFunc(func(ctx context.Context, batch []audit.Record) error {
			if !open.Load() {
				return errors.New("no")
			}
			return sink.Deliver(ctx, batch)
		})})
		c.StartOffline = true
		trail := openOn(t, faultfs.New(), c)
		fill := func(tenant string) (n int, err error) {
			for ; err == nil; n++ {
				_, err = trail.Emit(ofTenant(t.Context(), tenant), vend(n))
			}
			return n, err
		}
		_, err := fill("acme")
		require.ErrorIs(t, err, audit.ErrTenantBusy)
		_, err = trail.Emit(ofTenant(t.Context(), "other"), vend(0))
		require.NoError(t, err, "the others still commit")
		for i := 0; !errors.Is(err, audit.ErrFull); i++ {
			require.Less(t, i, 100)
			_, err = fill(fmt.Sprintf("tenant-%d", i))
		}
		assert.Equal(t, "full", trail.Health().State)
		accepted := int(trail.Health().Accepted)
		open.Store(true)
		require.NoError(t, trail.Flush(t.Context()))
		assert.Len(t, sink.all(), accepted)
		time.Sleep(10 * time.Second)
		_, err = trail.Emit(ofTenant(t.Context(), "acme"), vend(0))
		require.NoError(t, err)
		require.NoError(t, trail.Close(t.Context()))
	})
}

// A route that is not required is passed over when room is needed, and what it lost is counted in an event.
func TestRouteThatIsNotRequiredSkipsOnDisk(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var open atomic.Bool
		var hooked atomic.Uint64
		slow, good := &capture{}, &capture{}
		c := diskConfig(audit.Route{Name: "good", Sink: good, Required: true}, audit.Route{Name: "slow", Sink: audit.SinkFunc(func(ctx context.Context, batch []audit.Record) error {
			if !open.Load() {
				return errors.New("no")
			}
			return slow.Deliver(ctx, batch)
		})})
		c.Hooks = &audit.Hooks{Dropped: func(_ string, n uint64) { hooked.Add(n) }}
		trail := openOn(t, faultfs.New(), c)
		const n = 12_000
		for i := range n {
			_, err := trail.Emit(anonymous(t.Context()), vend(i))
			require.NoError(t, err)
		}
		open.Store(true)
		require.NoError(t, trail.Flush(t.Context()))
		time.Sleep(time.Minute)
		require.NoError(t, trail.Flush(t.Context()))
		assert.Len(t, good.all(), n)
		skipped := trail.Health().Routes[1].Skipped
		assert.NotZero(t, skipped)
		assert.Equal(t, skipped, hooked.Load())
		counted := 0
		for _, r := range good.of(audit.ActionEventsDropped) {
			var one int
			_, err := fmt.Sscan(decode(t, r).details()["count"].(string), &one)
			require.NoError(t, err)
			counted += one
		}
		assert.EqualValues(t, skipped, counted)
		assert.GreaterOrEqual(t, len(slow.records)+counted, n, "delivered or counted")
		require.NoError(t, trail.Close(t.Context()))
	})
}
