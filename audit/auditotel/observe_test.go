package auditotel_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/daxis-io/arco-audit/audit"
	"github.com/daxis-io/arco-audit/audit/auditotel"
	"github.com/daxis-io/arco-audit/redact"
	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A whole trail under load, with redactions, refusals, failures and poison: no metric has a label beyond the four,
// and no label carries an identifier.
func TestTrailMetrics(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		reader, provider := newMeter()
		meter := provider.Meter("test")
		hooks, err := auditotel.Hooks(meter)
		require.NoError(t, err)
		var down atomic.Bool
		logging := audit.SinkFunc(func(_ context.Context, batch []audit.Record) error {
			if down.Load() {
				return errors.New("unavailable")
			}
			for i, r := range batch {
				if r.Action() == audit.ActionAuthDeny {
					return audit.Poison(errors.New("too large"), i)
				}
			}
			return nil
		})
		trail, err := audit.Open(audit.Config{
			Service: "catalog", Environment: "test", Volatile: true, Keys: redact.EphemeralKeys(), Hooks: hooks,
			Routes: []audit.Route{{Name: "logging", Sink: logging, Required: true}},
		})
		require.NoError(t, err)
		registration, err := auditotel.Observe(meter, trail)
		require.NoError(t, err)

		orders := audit.NewTable([]string{"sales"}, "orders", uuid.Nil)
		require.NoError(t, emit(t.Context(), trail, audit.CredVendDeny(orders, audit.VendReasonDisabled, audit.VendRequest{})))
		require.NoError(t, emit(t.Context(), trail, audit.AuthDeny(audit.HTTPOperation("GET", "/v1/config"), audit.AuthReasonMissing)))
		bob := audit.NewTable([]string{"sales"}, "bob@example.com", uuid.Nil)
		require.NoError(t, emit(t.Context(), trail, audit.IcebergCommitDeny(bob, audit.CommitReasonConflict)))
		require.Error(t, emit(t.Context(), trail, audit.Event{}))
		require.NoError(t, trail.Flush(t.Context()))
		points := collect(t, reader)
		want := map[string]int64{
			"arco.audit.events.emitted action=CRED_VEND_DENY outcome=deny":      1,
			"arco.audit.events.emitted action=AUTH_DENY outcome=deny":           1,
			"arco.audit.events.emitted action=ICEBERG_COMMIT_DENY outcome=deny": 1,
			"arco.audit.redactions action=ICEBERG_COMMIT_DENY reason=email":     1,
			"arco.audit.route.quarantined route=logging":                        1,
			"arco.audit.route.lag route=logging":                                0,
			"arco.audit.ready":                                                  1,
			"arco.audit.limit":                                                  64 << 20,
		}
		for name, value := range want {
			assert.Contains(t, points, name)
			assert.Equal(t, value, points[name], name)
		}

		down.Store(true)
		require.NoError(t, emit(t.Context(), trail, audit.CredVendDeny(orders, audit.VendReasonDisabled, audit.VendRequest{})))
		<-time.After(time.Minute) // of the bubble's clock
		points = collect(t, reader)
		assert.EqualValues(t, 1, points["arco.audit.route.lag route=logging"])
		assert.Contains(t, points, "arco.audit.route.up route=logging")
		assert.Zero(t, points["arco.audit.route.up route=logging"])
		assert.Zero(t, points["arco.audit.ready"])
		assert.EqualValues(t, 60, points["arco.audit.route.lag.age route=logging"])
		assert.Zero(t, points["arco.audit.intents"])
		assert.Contains(t, points, "arco.audit.held")
		assert.Positive(t, points["arco.audit.route.failures route=logging"])

		down.Store(false)
		<-time.After(2 * time.Minute)
		assert.EqualValues(t, 1, collect(t, reader)["arco.audit.route.up route=logging"])
		require.NoError(t, trail.Close(t.Context()))
		require.NoError(t, registration.Unregister())
		assert.NotContains(t, collect(t, reader), "arco.audit.ready")
	})
}
