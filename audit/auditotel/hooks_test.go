package auditotel_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"

	"github.com/daxis-io/arco-audit/audit"
	"github.com/daxis-io/arco-audit/audit/auditotel"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel/metric/noop"
	sdk "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
)

// allowed are the attributes of the instruments; anything else on a metric is a leak or a cost without bound.
var allowed = map[string][]string{
	"arco.audit.events.emitted":    {"action", "outcome"},
	"arco.audit.events.refused":    {"action", "reason"},
	"arco.audit.redactions":        {"action", "reason"},
	"arco.audit.route.failures":    {"route"},
	"arco.audit.route.quarantined": {"route"},
	"arco.audit.route.dropped":     {"route"},
	"arco.audit.route.lag":         {"route"},
	"arco.audit.route.up":          {"route"},
	"arco.audit.denies.folded":     {"action"},
	"arco.audit.gaps":              {"reason"},
	"arco.audit.adopted":           nil,
	"arco.audit.route.refused":     {"route"},
	"arco.audit.route.pinned":      {"route"},
	"arco.audit.route.lag.age":     {"route"},
	"arco.audit.intents":           nil,
	"arco.audit.held":              nil,
	"arco.audit.limit":             nil,
	"arco.audit.ready":             nil,
}

// collect returns every data point as "name{key=value,...}", and checks the attributes of each.
func collect(t *testing.T, reader *sdk.ManualReader) map[string]int64 {
	t.Helper()
	var out metricdata.ResourceMetrics
	require.NoError(t, reader.Collect(t.Context(), &out))
	points := map[string]int64{}
	for _, scope := range out.ScopeMetrics {
		for _, m := range scope.Metrics {
			keys, known := allowed[m.Name]
			assert.True(t, known, "%s is not documented", m.Name)
			assert.NotEmpty(t, m.Description, m.Name)
			for _, p := range dataPoints(t, m) {
				var got []string
				label := m.Name
				for _, kv := range p.Attributes.ToSlice() {
					got = append(got, string(kv.Key))
					label += fmt.Sprintf(" %s=%s", kv.Key, kv.Value.String())
				}
				assert.Equal(t, keys, got, m.Name)
				points[label] = p.Value
			}
		}
	}
	return points
}

func dataPoints(t *testing.T, m metricdata.Metrics) []metricdata.DataPoint[int64] {
	t.Helper()
	switch data := m.Data.(type) {
	case metricdata.Sum[int64]:
		assert.True(t, data.IsMonotonic, m.Name)
		return data.DataPoints
	case metricdata.Gauge[int64]:
		return data.DataPoints
	}
	require.Fail(t, "unexpected kind of metric", m.Name)
	return nil
}

func newMeter() (*sdk.ManualReader, *sdk.MeterProvider) {
	reader := sdk.NewManualReader()
	return reader, sdk.NewMeterProvider(sdk.WithReader(reader))
}

func TestHooksCount(t *testing.T) {
	reader, provider := newMeter()
	hooks, err := auditotel.Hooks(provider.Meter("test"))
	require.NoError(t, err)
	hooks.Emitted("CRED_VEND_ALLOW", audit.OutcomeAllow)
	hooks.Emitted("CRED_VEND_ALLOW", audit.OutcomeAllow)
	hooks.Emitted("CRED_VEND_DENY", audit.OutcomeDeny)
	hooks.Refused("AUTH_DENY", fmt.Errorf("wrapped: %w", audit.ErrUnknown))
	hooks.Refused("AUTH_DENY", audit.ErrFull)
	hooks.Refused("AUTH_DENY", audit.ErrTenantBusy)
	hooks.Refused("AUTH_DENY", audit.ErrClosed)
	hooks.Refused("AUTH_DENY", audit.ErrInvalid)
	hooks.Refused("AUTH_DENY", errors.New("tenant acme, subject alice"))
	hooks.Redacted("AUTH_DENY", "details.planId", "jwt")
	hooks.Failed("pubsub", errors.New("https://example.test/?q=alice"))
	hooks.Quarantined("pubsub", errors.New("too large: alice"))
	hooks.Dropped("logging", 41)
	hooks.Dropped("logging", 1)
	hooks.Folded("AUTH_DENY")
	hooks.Folded("AUTH_DENY")
	hooks.StubRefused("pubsub", errors.New("alice"))
	hooks.Pinned("old")
	hooks.Gap("damaged", 7)
	hooks.Adopted()
	assert.Equal(t, map[string]int64{
		"arco.audit.events.emitted action=CRED_VEND_ALLOW outcome=allow": 2,
		"arco.audit.events.emitted action=CRED_VEND_DENY outcome=deny":   1,
		"arco.audit.events.refused action=AUTH_DENY reason=unknown":      1,
		"arco.audit.events.refused action=AUTH_DENY reason=full":         1,
		"arco.audit.events.refused action=AUTH_DENY reason=tenant_busy":  1,
		"arco.audit.events.refused action=AUTH_DENY reason=closed":       1,
		"arco.audit.events.refused action=AUTH_DENY reason=invalid":      1,
		"arco.audit.events.refused action=AUTH_DENY reason=other":        1,
		"arco.audit.redactions action=AUTH_DENY reason=jwt":              1,
		"arco.audit.route.failures route=pubsub":                         1,
		"arco.audit.route.quarantined route=pubsub":                      1,
		"arco.audit.route.dropped route=logging":                         42,
		"arco.audit.denies.folded action=AUTH_DENY":                      2,
		"arco.audit.route.refused route=pubsub":                          1,
		"arco.audit.route.pinned route=old":                              1,
		"arco.audit.gaps reason=damaged":                                 7,
		"arco.audit.adopted":                                             1,
	}, collect(t, reader))
}

func TestHooksValuesAreBounded(t *testing.T) {
	reader, provider := newMeter()
	hooks, err := auditotel.Hooks(provider.Meter("test"))
	require.NoError(t, err)
	var workers sync.WaitGroup
	for w := range 4 {
		workers.Go(func() {
			for i := range 1000 {
				hooks.Emitted(fmt.Sprintf("KIND_%d_%d_ALLOW", w, i), audit.OutcomeAllow)
				hooks.Failed(fmt.Sprintf("route-%d-%d", w, i), nil)
				hooks.Redacted("AUTH_DENY", "resource", fmt.Sprintf("kind-%d-%d", w, i))
			}
		})
	}
	workers.Wait()
	for _, a := range audit.Actions() {
		hooks.Emitted(a.String(), a.Outcome())
	}
	points := collect(t, reader)
	assert.Len(t, points, 129+len(audit.Actions())+129+129)
	assert.EqualValues(t, 4000-128, points["arco.audit.events.emitted action=other outcome=allow"])
	assert.EqualValues(t, 4000-128, points["arco.audit.route.failures route=other"])
	assert.EqualValues(t, 4000-128, points["arco.audit.redactions action=AUTH_DENY reason=other"])
	assert.EqualValues(t, 1, points["arco.audit.events.emitted action=ICEBERG_COMMIT outcome=allow"], "actions of the package always have a place")
}

// The adapter adds no allocation of its own to an Emit; what the meter does with the options is the meter's.
func TestHooksAllocateNothing(t *testing.T) {
	hooks, err := auditotel.Hooks(noop.NewMeterProvider().Meter("test"))
	require.NoError(t, err)
	assert.Zero(t, testing.AllocsPerRun(100, func() { hooks.Emitted("AUTH_ALLOW", audit.OutcomeAllow) }))
}

func TestHooksReportAMeterThatFails(t *testing.T) {
	_, err := auditotel.Hooks(failing{})
	assert.ErrorContains(t, err, "auditotel: the meter cannot make the counters")
	_, err = auditotel.Observe(failing{}, new(audit.Trail))
	assert.ErrorContains(t, err, "auditotel: the meter cannot make the gauges")
	_, err = auditotel.Observe(failing{}, nil)
	assert.ErrorContains(t, err, "trail is nil")
}

// emit emits an event whose every identifier would be a leak on a metric.
func emit(ctx context.Context, trail *audit.Trail, e audit.Event) error {
	tenant := audit.NewTenant("acme")
	ctx = audit.WithRequest(ctx, audit.Request{
		ID: audit.NewRequestID("req-1"), Actor: trail.User(tenant, "alice"), Tenant: tenant, Workspace: audit.NewWorkspace("w"),
	})
	_, err := trail.Emit(ctx, e)
	return err
}
