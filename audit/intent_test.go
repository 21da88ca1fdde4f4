package audit_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/daxis-io/arco-audit/audit"
	"github.com/daxis-io/arco-audit/internal/faultfs"
	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func orders(n int) audit.Table {
	return audit.NewTable([]string{"sales"}, fmt.Sprintf("orders_%d", n), uuid.Nil)
}

func committed(n int) audit.Event {
	return audit.IcebergCommit(orders(n), audit.NewSnapshot(7, 3, audit.OperationAppend))
}

// stores are a trail in memory and one with a journal.
func stores(t *testing.T, run func(t *testing.T, open func(...audit.Route) *audit.Trail)) {
	t.Helper()
	t.Run("memory", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			run(t, func(r ...audit.Route) *audit.Trail { return open(t, config(r...)) })
		})
	})
	t.Run("journal", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			run(t, func(r ...audit.Route) *audit.Trail { return openOn(t, faultfs.New(), diskConfig(r...)) })
		})
	})
}

func TestIntentBeginsAndEnds(t *testing.T) {
	stores(t, func(t *testing.T, open func(...audit.Route) *audit.Trail) {
		sink := &capture{}
		trail := open(audit.Route{Name: "a", Sink: sink, Required: true})
		in, err := trail.Begin(ofTenant(t.Context(), "acme"), audit.Committing(orders(1)))
		require.NoError(t, err)
		require.NoError(t, trail.Flush(t.Context()))
		begun := sink.of(audit.ActionDecisionBegun)
		require.Len(t, begun, 1, "sinks see the intent before its end")
		assert.Equal(t, fields{"action": "ICEBERG_COMMIT", "resource": "iceberg/commit:sales.orders_1"}, decode(t, begun[0]).details())
		assert.Equal(t, "service:flow", decode(t, begun[0]).data()["actor"])
		assert.Equal(t, 1, trail.Health().Intents)

		id, err := in.Emit(context.Background(), committed(1))
		require.NoError(t, err)
		_, err = in.Emit(t.Context(), committed(1))
		require.ErrorIs(t, err, audit.ErrInvalid)
		assert.ErrorContains(t, err, "it has ended before")
		in.Abandon()
		require.NoError(t, trail.Close(t.Context()))
		require.Len(t, sink.all(), 1)
		assert.Equal(t, id, sink.all()[0].ID())
		end := decode(t, sink.all()[0])
		assert.Equal(t, begun[0].ID().String(), end.details()["intentId"])
		assert.Equal(t, "service:flow", end.data()["actor"], "the request is that of Begin")
		assert.Equal(t, "acme", sink.all()[0].Tenant())
		assert.Empty(t, sink.of(audit.ActionDecisionAbandoned))
	})
}

func TestIntentIsEndedByWhatWasBegun(t *testing.T) {
	table, other := orders(1), orders(2)
	known, another := uuid.MustParse("6f1c3f0e-6a0e-4d0a-9b7e-0d7f2a6b1c55"), uuid.MustParse("2a1d8f60-3c55-4b57-8a3e-5f5f0c4d9e11")
	withID := func(id uuid.UUID) audit.Table { return audit.NewTable([]string{"sales"}, "orders_1", id) }
	grant := audit.NewGrant(audit.DelegationVended, audit.AccessRead, audit.ProviderGCS, time.Hour)
	kind := audit.NewKind("GRANT_CHANGE", "grant", audit.Critical)
	entry, elsewhere := audit.NewResource("config/limits", "a"), audit.NewResource("config/limits", "b")
	tx := uuid.New()
	tests := []struct {
		name  string
		in    audit.Intent
		e     audit.Event
		fault string
	}{
		{"commit", audit.Committing(table), committed(1), ""},
		{"commit refused", audit.Committing(table), audit.IcebergCommitDeny(table, audit.CommitReasonConflict), ""},
		{"commit of a table that gets its id", audit.Committing(table), audit.IcebergCommit(withID(known), audit.Snapshot{}), ""},
		{"commit of another with that name", audit.Committing(withID(known)), audit.IcebergCommit(withID(another), audit.Snapshot{}), "table"},
		{"commit of another table", audit.Committing(table), committed(2), "table"},
		{"another category", audit.Committing(table), audit.CredVendAllow(table, grant), "category"},
		{"the zero event", audit.Committing(table), audit.Event{}, "zero Event"},
		{"vend", audit.Vending(table), audit.CredVendAllow(table, grant), ""},
		{"vend for another table", audit.Vending(table), audit.CredVendAllow(other, grant), "table"},
		{"mint", audit.Minting(audit.DomainCatalog, 3), audit.URLMintAllow(audit.DomainCatalog, 3, time.Hour), ""},
		{"mint refused", audit.Minting(audit.DomainCatalog, 3), audit.URLMintDeny(audit.DomainCatalog, audit.MintReasonTraversal), ""},
		{"mint more", audit.Minting(audit.DomainCatalog, 3), audit.URLMintAllow(audit.DomainCatalog, 4, time.Hour), "count"},
		{"mint elsewhere", audit.Minting(audit.DomainCatalog, 3), audit.URLMintAllow(audit.DomainSearch, 3, time.Hour), "domain"},
		{"change", audit.Changing(audit.DropTable(table)), audit.CatalogMutate(audit.DropTable(table)), ""},
		{"another change", audit.Changing(audit.DropTable(table)), audit.CatalogMutate(audit.CreateTable(table)), "change"},
		{"another destination", audit.Changing(audit.RenameTable(table, other)), audit.CatalogMutate(audit.RenameTable(table, orders(3))), "change"},
		{"operate", audit.Operating(entry, audit.ControlStoreUpdate), audit.ControlStoreMutate(entry, audit.ControlStoreUpdate), ""},
		{"another operation", audit.Operating(entry, audit.ControlStoreUpdate), audit.ControlStoreMutate(entry, audit.ControlStoreDelete), "operation"},
		{"another resource", audit.Operating(entry, audit.ControlStoreUpdate), audit.ControlStoreMutate(elsewhere, audit.ControlStoreUpdate), "resource"},
		{"kind", kind.Intent(entry), kind.Deny(entry, "no"), ""},
		{"another kind", kind.Intent(entry), audit.NewKind("OTHER_CHANGE", "grant", audit.Critical).Allow(entry, "x"), "category"},
		{"transaction", audit.Committing(table).WithTransaction(tx, 0, 2), committed(1).WithTransaction(tx, 0, 2), ""},
		{"another transaction", audit.Committing(table).WithTransaction(tx, 0, 2), committed(1), "transaction"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			trail, sink := recording(t)
			in, err := trail.Begin(anonymous(t.Context()), test.in)
			require.NoError(t, err)
			defer in.Abandon()
			_, err = in.Emit(t.Context(), test.e)
			if test.fault == "" {
				require.NoError(t, err)
				assert.Len(t, sink.all(), 1)
				return
			}
			require.ErrorIs(t, err, audit.ErrInvalid)
			require.ErrorContains(t, err, test.fault)
			assert.Empty(t, sink.all())
		})
	}
}

func TestBeginRefuses(t *testing.T) {
	trail, sink := recording(t)
	var none *audit.Trail
	tests := []struct {
		name  string
		begin func() (*audit.Pending, error)
		says  string
	}{
		{"the zero intent", func() (*audit.Pending, error) { return trail.Begin(anonymous(t.Context()), audit.Intent{}) }, "intent"},
		{"the zero table", func() (*audit.Pending, error) {
			return trail.Begin(anonymous(t.Context()), audit.Committing(audit.Table{}))
		}, "table"},
		{"no actor", func() (*audit.Pending, error) { return trail.Begin(t.Context(), audit.Committing(orders(1))) }, "actor"},
		{"no trail", func() (*audit.Pending, error) { return none.Begin(anonymous(t.Context()), audit.Committing(orders(1))) }, "trail"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			in, err := test.begin()
			require.ErrorIs(t, err, audit.ErrInvalid)
			assert.ErrorContains(t, err, test.says)
			assert.Nil(t, in)
			_, err = in.Emit(t.Context(), committed(1))
			assert.ErrorIs(t, err, audit.ErrInvalid)
		})
	}
	assert.Empty(t, sink.of(audit.ActionDecisionBegun))
}

func TestCloseAbandonsOpenIntents(t *testing.T) {
	stores(t, func(t *testing.T, open func(...audit.Route) *audit.Trail) {
		sink := &capture{}
		trail := open(audit.Route{Name: "a", Sink: sink, Required: true})
		in, err := trail.Begin(ofTenant(t.Context(), "acme"), audit.Minting(audit.DomainCatalog, 3))
		require.NoError(t, err)
		require.NoError(t, trail.Close(t.Context()))
		abandoned := sink.of(audit.ActionDecisionAbandoned)
		require.Len(t, abandoned, 1)
		assert.Equal(t, "closed", decode(t, abandoned[0]).data()["decisionReason"])
		assert.Equal(t, "acme", abandoned[0].Tenant())
		assert.Equal(t, fields{
			"action": "URL_MINT_ALLOW", "domain": "catalog", "pathCount": "3", "resource": "browser/urls:catalog:3",
			"intentId": sink.of(audit.ActionDecisionBegun)[0].ID().String(), "outcome": "unknown",
		}, decode(t, abandoned[0]).details())
		assert.Less(t, abandoned[0].Sequence(), sink.of(audit.ActionTrailClosed)[0].Sequence())
		_, err = in.Emit(t.Context(), audit.URLMintAllow(audit.DomainCatalog, 3, time.Hour))
		require.ErrorIs(t, err, audit.ErrClosed)
		_, err = trail.Begin(anonymous(t.Context()), audit.Vending(orders(1)))
		require.ErrorIs(t, err, audit.ErrClosed)
	})
}

func TestPanicAbandonsTheIntent(t *testing.T) {
	trail, sink := recording(t)
	handle := func(fail bool) {
		in, err := trail.Begin(anonymous(t.Context()), audit.Committing(orders(1)))
		require.NoError(t, err)
		defer in.Abandon()
		if fail {
			panic("of the handler")
		}
	}
	assert.PanicsWithValue(t, "of the handler", func() { handle(true) })
	assert.NotPanics(t, func() { handle(false) })
	require.NoError(t, trail.Flush(t.Context()))
	var why []any
	for _, r := range sink.of(audit.ActionDecisionAbandoned) {
		why = append(why, decode(t, r).data()["decisionReason"])
	}
	assert.Equal(t, []any{"panicked", "forgotten"}, why)
}

func TestForgottenIntentIsAbandoned(t *testing.T) {
	trail, sink := recording(t)
	func() {
		_, err := trail.Begin(anonymous(t.Context()), audit.Committing(orders(1)))
		require.NoError(t, err)
	}()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for limit := time.Now().Add(30 * time.Second); len(sink.of(audit.ActionDecisionAbandoned)) == 0; <-tick.C {
		require.True(t, time.Now().Before(limit), "the intent was not found")
		runtime.GC()
	}
	e := decode(t, sink.of(audit.ActionDecisionAbandoned)[0])
	assert.Equal(t, "forgotten", e.data()["decisionReason"])
	assert.Equal(t, "iceberg/commit:sales.orders_1", e.details()["resource"])
}

// A trail that is full refuses to begin; what was begun before can be ended.
func TestEndsFitIntoAFullTrail(t *testing.T) {
	tests := []struct {
		name string
		open func(*testing.T, audit.Route) *audit.Trail
	}{
		{"journal", func(t *testing.T, r audit.Route) *audit.Trail {
			c := diskConfig(r)
			c.StartOffline, c.TenantShare = true, 1
			return openOn(t, faultfs.New(), c)
		}},
		{"memory", func(t *testing.T, r audit.Route) *audit.Trail {
			c := config(r)
			c.StartOffline, c.Keep.Bytes = true, 8<<20
			return open(t, c)
		}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var works atomic.Bool
				works.Store(true)
				sink := &capture{}
				trail := test.open(t, audit.Route{Name: "a", Required: true, Sink: audit.SinkFunc(func(ctx context.Context, batch []audit.Record) error {
					if !works.Load() {
						return errors.New("no")
					}
					return sink.Deliver(ctx, batch)
				})})
				var begun []*audit.Pending
				var err error
				for err == nil {
					require.Less(t, len(begun), 10_000, "intents hold no room")
					var in *audit.Pending
					if in, err = trail.Begin(anonymous(t.Context()), audit.Committing(orders(len(begun)))); err == nil {
						begun = append(begun, in)
					}
				}
				require.ErrorIs(t, err, audit.ErrFull)
				works.Store(false)
				for err = nil; err == nil; {
					_, err = trail.Emit(anonymous(t.Context()), login())
				}
				require.ErrorIs(t, err, audit.ErrFull)
				for err = nil; err == nil; {
					var in *audit.Pending
					if in, err = trail.Begin(anonymous(t.Context()), audit.Committing(orders(len(begun)))); err == nil {
						begun = append(begun, in)
					}
				}
				require.ErrorIs(t, err, audit.ErrFull)
				short, cancel := context.WithTimeout(t.Context(), time.Second)
				defer cancel()
				for n, in := range begun {
					if _, err := in.Emit(short, committed(n)); err != nil {
						require.ErrorIs(t, err, audit.ErrUnknown, "intent %d", n)
					}
				}
				works.Store(true)
				require.NoError(t, trail.Close(t.Context()))
				ends := 0
				for _, r := range sink.all() {
					if r.Action() == audit.ActionIcebergCommit {
						ends++
					}
				}
				assert.Equal(t, len(begun), ends)
				assert.Empty(t, sink.of(audit.ActionDecisionAbandoned))
			})
		})
	}
}

// TestIntentsRaceClose begins and ends intents while the trail is closed: each that was begun has exactly one end.
func TestIntentsRaceClose(t *testing.T) {
	stores(t, func(t *testing.T, open func(...audit.Route) *audit.Trail) {
		sink := &capture{}
		trail := open(audit.Route{Name: "a", Sink: sink, Required: true})
		going := make(chan struct{}, 1)
		var all sync.WaitGroup
		for n := range 8 {
			all.Go(func() {
				for {
					in, err := trail.Begin(anonymous(t.Context()), audit.Committing(orders(n)))
					if err != nil {
						return
					}
					select {
					case going <- struct{}{}:
					default:
					}
					var both sync.WaitGroup
					for range 2 {
						both.Go(func() { _, _ = in.Emit(t.Context(), committed(n)) })
					}
					both.Wait()
					in.Abandon()
				}
			})
		}
		for range 40 {
			<-going
		}
		require.NoError(t, trail.Close(t.Context()))
		all.Wait()
		ends := map[string]int{}
		for _, r := range append(sink.all(), sink.of(audit.ActionDecisionAbandoned)...) {
			id, _ := decode(t, r).details()["intentId"].(string)
			ends[id]++
		}
		begun := sink.of(audit.ActionDecisionBegun)
		require.NotEmpty(t, begun)
		assert.Len(t, ends, len(begun))
		for _, r := range begun {
			assert.Equal(t, 1, ends[r.ID().String()])
		}
	})
}

// An intent that is long open keeps its record on the disk, however much is delivered meanwhile.
func TestOpenIntentOutlivesRetention(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fsys, before := faultfs.New(), &capture{}
		c := diskConfig(audit.Route{Name: "a", Sink: before, Required: true})
		trail := openOn(t, fsys, c)
		in, err := trail.Begin(ofTenant(t.Context(), "acme"), audit.Committing(orders(5)))
		require.NoError(t, err)
		for n := range 2500 {
			_, err = trail.Emit(anonymous(t.Context()), vend(n))
			require.NoError(t, err)
		}
		require.NoError(t, trail.Flush(t.Context()))
		time.Sleep(time.Minute)
		image := fsys.Crash(faultfs.LoseAll())
		died := trail.ID().String()
		leave(trail)
		runtime.KeepAlive(in)

		sink := &capture{}
		next := openOn(t, image, diskConfig(audit.Route{Name: "a", Sink: sink, Required: true}))
		time.Sleep(time.Minute)
		require.NoError(t, next.Close(t.Context()))
		checkAbandoned(t, sink, died, 5)
	})
}
