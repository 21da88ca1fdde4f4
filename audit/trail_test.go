package audit_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/daxis-io/arco-audit/audit"
	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// obeying blocks until its context ends.
var obeying = audit.SinkFunc(func(ctx context.Context, _ []audit.Record) error { <-ctx.Done(); return ctx.Err() })

func TestRoutesAreIsolated(t *testing.T) {
	tests := []struct {
		name string
		sink audit.SinkFunc
	}{
		{"blocks for ever", func(context.Context, []audit.Record) error { select {} }},
		{"fails", func(context.Context, []audit.Record) error { return errors.New("no") }},
		{"panics", func(context.Context, []audit.Record) error { panic("sink") }},
		{"ends its goroutine", func(context.Context, []audit.Record) error { runtime.Goexit(); return nil }},
		{"overwrites its batch", func(_ context.Context, b []audit.Record) error { clear(b); return errors.New("no") }},
		{"is slow", func(ctx context.Context, _ []audit.Record) error { <-ctx.Done(); return nil }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			good, other := &capture{}, &capture{}
			trail := open(t, config(audit.Route{Name: "good", Sink: good, Required: true}, audit.Route{Name: "bad", Sink: tt.sink},
				audit.Route{Name: "other", Sink: other, Required: true}))
			ctx := anonymous(t.Context())
			var want []audit.ID
			for range 300 {
				id, err := trail.Emit(ctx, commit) // critical: returns when both required routes have it
				require.NoError(t, err)
				want = append(want, id)
			}
			for _, c := range []*capture{good, other} {
				var got []audit.ID
				for _, r := range c.all() {
					got = append(got, r.ID())
				}
				assert.Equal(t, want, got)
			}
			for i, r := range good.all() {
				assert.Equal(t, r.JSON(), other.all()[i].JSON(), "every sink gets the same bytes")
			}
		})
	}
}

func TestRouteFilter(t *testing.T) {
	allow := audit.AuthAllow(audit.HTTPOperation("GET", "/"), audit.AuthMethodJWT)
	emit := func(t *testing.T, required bool) []string {
		c := &capture{}
		trail := open(t, config(audit.Route{Name: "a", Sink: c, Required: required, Actions: []audit.Action{audit.ActionIcebergCommit}}))
		for _, e := range []audit.Event{allow, commit, deny} {
			_, err := trail.Emit(anonymous(t.Context()), e)
			require.NoError(t, err)
		}
		require.NoError(t, trail.Flush(t.Context()))
		var names []string
		for _, r := range c.records {
			names = append(names, r.ActionName())
		}
		return names
	}
	assert.Equal(t, []string{"TRAIL_OPENED", "ICEBERG_COMMIT"}, emit(t, false))
	assert.Equal(t, []string{"TRAIL_OPENED", "ICEBERG_COMMIT", "AUTH_DENY"}, emit(t, true), "a deny passes every filter of a required route")
}

func TestGoroutinesAreBounded(t *testing.T) {
	before := runtime.NumGoroutine()
	trail, err := audit.Open(config(audit.Route{Name: "a", Sink: discard}, audit.Route{Name: "b", Sink: discard}))
	require.NoError(t, err)
	for range 1000 {
		_, err := trail.Emit(anonymous(t.Context()), deny)
		require.NoError(t, err)
	}
	assert.LessOrEqual(t, runtime.NumGoroutine(), before+3, "one a route and one more")
	require.NoError(t, trail.Close(t.Context()))
	for runtime.NumGoroutine() > before {
		runtime.Gosched()
	}
}

func TestPoisonIsReportedAndTheRestDelivered(t *testing.T) {
	token := fakeJWT()
	good := &capture{}
	picky := &capture{}
	sink := audit.SinkFunc(func(ctx context.Context, b []audit.Record) error {
		var bad []int
		for i, r := range b {
			if strings.Contains(r.JSON(), "bad-table") {
				bad = append(bad, i)
				continue
			}
			_ = picky.Deliver(ctx, b[i:i+1])
		}
		if bad != nil {
			return audit.Poison(errors.New("refused with "+token), bad...)
		}
		return nil
	})
	trail := open(t, config(audit.Route{Name: "good", Sink: good, Required: true}, audit.Route{Name: "picky", Sink: sink, Required: true}))
	ctx := anonymous(t.Context())
	_, err := trail.Emit(ctx, commit)
	require.NoError(t, err)
	id, err := trail.Emit(ctx, audit.IcebergCommit(audit.NewTable(nil, "bad-table", uuid.Nil), audit.Snapshot{}))
	require.NoError(t, err)
	_, err = trail.Emit(ctx, commit)
	require.NoError(t, err)
	require.NoError(t, trail.Flush(ctx))
	assert.Len(t, good.all(), 3)
	require.Len(t, picky.all(), 3)
	assert.Equal(t, id, picky.all()[1].ID(), "a stub, in its place")
	assert.NotContains(t, picky.all()[1].JSON(), "bad-table")
	for _, c := range []*capture{good, picky} {
		reports := c.of(audit.ActionEventQuarantined)
		require.Len(t, reports, 1)
		d := decode(t, reports[0]).details()
		assert.Equal(t, id.String(), d["eventId"])
		assert.Equal(t, "picky", d["route"])
		assert.Equal(t, "ICEBERG_COMMIT", d["action"])
		assert.NotContains(t, d["error"], token)
		assert.Contains(t, d["error"], "[REDACTED:")
	}
	assert.EqualValues(t, 1, trail.Health().Routes[1].Quarantined)
}

func TestCriticalEventThatNobodyTookIsNotAccepted(t *testing.T) {
	sink := audit.SinkFunc(func(_ context.Context, b []audit.Record) error {
		for i, r := range b {
			if r.Action() == audit.ActionIcebergCommit {
				return audit.Poison(errors.New("no"), i)
			}
		}
		return nil
	})
	good := &capture{}
	trail := open(t, config(audit.Route{Name: "picky", Sink: sink, Required: true}, audit.Route{Name: "other", Sink: good}))
	id, err := trail.Emit(anonymous(t.Context()), commit)
	require.ErrorIs(t, err, audit.ErrUnknown)
	require.ErrorContains(t, err, "every required route")
	assert.False(t, id.IsZero())
	_, err = trail.Emit(anonymous(t.Context()), deny)
	require.NoError(t, err)
}

func TestPoisonDuringCloseIsReported(t *testing.T) {
	good := &capture{}
	sink := audit.SinkFunc(func(_ context.Context, b []audit.Record) error {
		for i, r := range b {
			if r.Action() == audit.ActionAuthDeny {
				return audit.Poison(errors.New("no"), i)
			}
		}
		return nil
	})
	trail, err := audit.Open(config(audit.Route{Name: "good", Sink: good, Required: true}, audit.Route{Name: "picky", Sink: sink}))
	require.NoError(t, err)
	_, err = trail.Emit(anonymous(t.Context()), deny)
	require.NoError(t, err)
	require.NoError(t, trail.Close(t.Context()))
	assert.Len(t, good.of(audit.ActionEventQuarantined), 1)
	assert.Len(t, good.of(audit.ActionTrailClosed), 1)
}

func TestAllPoisonDoesNotFeedItself(t *testing.T) {
	sink := audit.SinkFunc(func(_ context.Context, b []audit.Record) error { return audit.Poison(errors.New("no")) })
	trail := open(t, config(audit.Route{Name: "a", Sink: sink}))
	for range 10 {
		_, err := trail.Emit(anonymous(t.Context()), deny)
		require.NoError(t, err)
	}
	require.NoError(t, trail.Flush(t.Context()))
	require.NoError(t, trail.Flush(t.Context()))
	assert.EqualValues(t, 22, trail.Health().Next, "one report for each event and for TRAIL_OPENED, none for a report")
}

func TestFullTrail(t *testing.T) {
	fill := func(t *testing.T, c audit.Config) (n int, err error) {
		c.Keep.Bytes = 1 << 20
		trail := open(t, c)
		ctx := anonymous(t.Context())
		for ; n < 5000; n++ {
			if _, err = trail.Emit(ctx, deny); err != nil {
				break
			}
		}
		h := trail.Health()
		assert.LessOrEqual(t, h.Held, h.Limit+1<<20)
		return n, err
	}
	t.Run("required", func(t *testing.T) {
		c := config(audit.Route{Name: "a", Sink: obeying, Required: true})
		c.StartOffline = true
		n, err := fill(t, c)
		require.ErrorIs(t, err, audit.ErrFull)
		assert.Greater(t, n, 500)
	})
	t.Run("best effort", func(t *testing.T) {
		good := &capture{}
		release := make(chan struct{})
		slow := &capture{}
		sink := audit.SinkFunc(func(ctx context.Context, b []audit.Record) error { <-release; return slow.Deliver(ctx, b) })
		synctest.Test(t, func(t *testing.T) {
			release = make(chan struct{})
			c := config(audit.Route{Name: "good", Sink: good, Required: true}, audit.Route{Name: "slow", Sink: sink})
			c.Keep.Bytes = 1 << 20
			trail, err := audit.Open(c)
			require.NoError(t, err)
			ctx := anonymous(t.Context())
			fill := func() {
				for i := range 3000 {
					_, err := trail.Emit(ctx, deny)
					require.NoError(t, err)
					if i%100 == 0 {
						synctest.Wait()
					}
				}
			}
			fill()
			<-time.After(2 * time.Second) // of the bubble's clock: the report is written once a second
			synctest.Wait()
			early := len(good.of(audit.ActionEventsDropped))
			assert.Positive(t, early)
			fill()
			close(release)
			require.NoError(t, trail.Close(ctx))
			assert.Greater(t, len(good.of(audit.ActionEventsDropped)), early, "what was dropped since is reported by Close")
			var dropped uint64
			for _, r := range good.of(audit.ActionEventsDropped) {
				d := decode(t, r).details()
				var n uint64
				_, err := fmt.Sscan(d["count"].(string), &n)
				require.NoError(t, err)
				dropped += n
				assert.Equal(t, "slow", d["route"])
			}
			assert.Positive(t, dropped)
			assert.EqualValues(t, len(good.records), uint64(len(slow.records))+dropped, "delivered or counted, the trail's own too")
			reports := slow.of(audit.ActionEventsDropped)
			require.NotEmpty(t, reports)
			assert.Less(t, len(reports), len(good.of(audit.ActionEventsDropped)), "a report was skipped")
			last := decode(t, reports[len(reports)-1]).details()
			assert.Equal(t, fmt.Sprint(dropped), last["total"], "the route itself gets the total")
		})
	})
	t.Run("one tenant", func(t *testing.T) {
		c := config(audit.Route{Name: "a", Sink: obeying, Required: true})
		c.StartOffline, c.Keep.Bytes = true, 1<<20
		trail := open(t, c)
		of := func(tenant string) context.Context {
			return audit.WithRequest(t.Context(), audit.Request{Actor: audit.Anonymous(), Tenant: audit.NewTenant(tenant)})
		}
		var err error
		for err == nil {
			_, err = trail.Emit(of("loud"), deny)
		}
		require.ErrorIs(t, err, audit.ErrTenantBusy)
		_, err = trail.Emit(of("quiet"), deny)
		require.NoError(t, err)
	})
}

func TestManyEmittersLoseNothing(t *testing.T) {
	trail, c := recording(t)
	ctx := anonymous(t.Context())
	var wg sync.WaitGroup
	for range 64 {
		wg.Go(func() {
			for range 100 {
				_, err := trail.Emit(ctx, commit)
				assert.NoError(t, err)
			}
		})
	}
	wg.Wait()
	records := c.all()
	require.Len(t, records, 6400, "every critical event was delivered before its Emit returned")
	for i, r := range records {
		require.EqualValues(t, i+1, r.Sequence())
	}
}

func TestFlushWaitsForEveryRoute(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		trail, err := audit.Open(config(audit.Route{Name: "a", Sink: discard}, audit.Route{Name: "b", Sink: obeying}, audit.Route{Name: "c", Sink: discard}))
		require.NoError(t, err)
		err = trail.Flush(closing(t, time.Second))
		var undelivered *audit.UndeliveredError
		require.ErrorAs(t, err, &undelivered)
		require.Len(t, undelivered.Routes, 1)
		assert.Equal(t, "b", undelivered.Routes[0].Route)
		require.Error(t, trail.Close(closing(t, time.Second)))
	})
}

func TestAllocations(t *testing.T) {
	trail := openDiscard(t, 1)
	ctx := anonymous(t.Context())
	namespace := []string{"sales", "europe"}
	id := uuid.New()
	table := audit.NewTable(namespace, "orders", id)
	snapshot := audit.NewSnapshot(1, 2, audit.OperationAppend).WithCounts(audit.SnapshotCounts{AddedRecords: 1})
	var kept audit.Event
	build := map[string]func(){
		"auth": func() { kept = audit.AuthAllow(audit.HTTPOperation("GET", "/v1/config"), audit.AuthMethodJWT) },
		"mint": func() { kept = audit.URLMintAllow(audit.DomainCatalog, 3, time.Hour) },
		"vend": func() {
			kept = audit.CredVendAllow(audit.NewTable(namespace, "orders_daily_2024", id), audit.NewGrant(audit.DelegationVended, audit.AccessRead, audit.ProviderS3, time.Hour).WithPlan(audit.NewPlanID("plan")))
		},
		"commit": func() { kept = audit.IcebergCommit(table, snapshot).WithTransaction(id, 0, 2).AsReplay() },
		"rename": func() { kept = audit.CatalogMutate(audit.RenameTable(table, table)) },
	}
	for name, f := range build {
		assert.Zero(t, testing.AllocsPerRun(100, f), name)
	}
	kept = audit.CredVendAllow(table, audit.NewGrant(audit.DelegationVended, audit.AccessRead, audit.ProviderGCS, time.Hour))
	allocs := testing.AllocsPerRun(5000, func() {
		if _, err := trail.Emit(ctx, kept); err != nil {
			t.Fatal(err)
		}
	})
	assert.LessOrEqual(t, allocs, 1.0, "Emit to a discarding route")
}
