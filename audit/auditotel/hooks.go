package auditotel

import (
	"context"
	"errors"
	"fmt"
	"math"

	"github.com/daxis-io/arco-audit/audit"
	"go.opentelemetry.io/otel/metric"
)

// Hooks returns hooks that count on m; set them as audit.Config.Hooks. They do not block, and are safe for
// concurrent use by any number of trails. The error is that of m when it cannot make an instrument.
func Hooks(m metric.Meter) (*audit.Hooks, error) {
	b := builder{meter: m, actions: newValues(actionNames()), routes: newValues(nil), reasons: newValues(nil)}
	outcomes := newValues(nil)
	emitted := b.counter("arco.audit.events.emitted", "{event}", "Events accepted.", b.actions, keyOutcome, outcomes)
	refused := b.counter("arco.audit.events.refused", "{event}", "Events for which Emit returned an error.", b.actions, keyReason, newValues(nil))
	redacted := b.counter("arco.audit.redactions", "{redaction}", "What was withheld from events, by kind.", b.actions, keyReason, newValues(nil))
	failed := b.counter("arco.audit.route.failures", "{attempt}", "Attempts of a route that left something to do.", b.routes, "", nil)
	quarantined := b.counter("arco.audit.route.quarantined", "{event}", "Records that a destination will never take.", b.routes, "", nil)
	dropped := b.counter("arco.audit.route.dropped", "{event}", "Events that a route that is behind skipped.", b.routes, "", nil)
	folded := b.counter("arco.audit.denies.folded", "{event}", "Denies over the limit, counted and not written.", b.actions, "", nil)
	refusedStubs := b.counter("arco.audit.route.refused", "{event}", "Stubs that a destination will never take either.", b.routes, "", nil)
	pinned := b.counter("arco.audit.route.pinned", "{trail}", "Trails of dead processes that are kept for an unknown route.", b.routes, "", nil)
	gaps := b.counter("arco.audit.gaps", "{event}", "Events that are not on the disk any more.", b.reasons, "", nil)
	adopted, err := m.Int64Counter("arco.audit.adopted", metric.WithUnit("{trail}"), metric.WithDescription("Trails of dead processes that were delivered."))
	b.err = errors.Join(b.err, err)
	if b.err != nil {
		return nil, fmt.Errorf("auditotel: the meter cannot make the counters: %w", b.err)
	}
	return &audit.Hooks{
		Emitted:     func(action string, o audit.Outcome) { emitted.add(action, o.String(), 1) },
		Refused:     func(action string, err error) { refused.add(action, refusal(err), 1) },
		Redacted:    func(action, _, kind string) { redacted.add(action, kind, 1) },
		Failed:      func(route string, _ error) { failed.add(route, "", 1) },
		Quarantined: func(route string, _ error) { quarantined.add(route, "", 1) },
		Folded:      func(action string) { folded.add(action, "", 1) },
		StubRefused: func(route string, _ error) { refusedStubs.add(route, "", 1) },
		Pinned:      func(route string) { pinned.add(route, "", 1) },
		Gap:         func(reason string, count uint64) { gaps.add(reason, "", int64(min(count, math.MaxInt64))) },
		Adopted:     func() { adopted.Add(context.Background(), 1) },
		Dropped:     func(route string, count uint64) { dropped.add(route, "", int64(min(count, math.MaxInt64))) },
	}, nil
}

// builder makes counters, and keeps what went wrong.
type builder struct {
	meter                    metric.Meter
	actions, routes, reasons *values
	err                      error
}

// counter makes a counter whose first attribute is the action, the route or the reason.
func (b *builder) counter(name, unit, description string, first *values, key2 string, second *values) *pair {
	c, err := b.meter.Int64Counter(name, metric.WithUnit(unit), metric.WithDescription(description))
	b.err = errors.Join(b.err, err)
	key1 := keyAction
	switch first {
	case b.routes:
		key1 = keyRoute
	case b.reasons:
		key1 = keyReason
	}
	return &pair{counter: c, key1: key1, value1: first, key2: key2, value2: second}
}

func (p *pair) add(v1, v2 string, n int64) {
	p.counter.Add(context.Background(), n, p.with(v1, v2)...)
}

// refusal is the class of an error of Emit.
func refusal(err error) string {
	for _, class := range []struct {
		err  error
		name string
	}{
		{audit.ErrUnknown, "unknown"}, {audit.ErrFull, "full"}, {audit.ErrTenantBusy, "tenant_busy"},
		{audit.ErrClosed, "closed"}, {audit.ErrInvalid, "invalid"},
	} {
		if errors.Is(err, class.err) {
			return class.name
		}
	}
	return other
}
