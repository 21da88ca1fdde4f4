package auditotel

import (
	"context"
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/daxis-io/arco-audit/audit"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
)

// gauges are the instruments that Observe reads Health for.
type gauges struct {
	lag, age, up, intents, held, limit, ready metric.Int64ObservableGauge
}

// Observe registers gauges that read t.Health whenever m collects. Unregister the registration when the trail is
// closed. Several trails of one process need meters that tell them apart.
func Observe(m metric.Meter, t *audit.Trail) (metric.Registration, error) {
	if t == nil {
		return nil, errors.New("auditotel: trail is nil: call Observe with what audit.Open returned")
	}
	var g gauges
	var faults error
	gauge := func(name, unit, description string) metric.Int64ObservableGauge {
		instrument, err := m.Int64ObservableGauge(name, metric.WithUnit(unit), metric.WithDescription(description))
		faults = errors.Join(faults, err)
		return instrument
	}
	g.lag = gauge("arco.audit.route.lag", "{event}", "Events that a route has not settled.")
	g.age = gauge("arco.audit.route.lag.age", "s", "Age of the oldest event that a route is delivering, in whole seconds.")
	g.intents = gauge("arco.audit.intents", "{intent}", "Intents that were begun and have no end that lasts.")
	g.up = gauge("arco.audit.route.up", "1", "1, or 0 while the attempts of a route fail.")
	g.held = gauge("arco.audit.held", "By", "Bytes in memory for routes that are behind.")
	g.limit = gauge("arco.audit.limit", "By", "Bytes that may be held.")
	g.ready = gauge("arco.audit.ready", "1", "1 while critical events can be accepted, else 0.")
	if faults != nil {
		return nil, fmt.Errorf("auditotel: the meter cannot make the gauges: %w", faults)
	}
	routes := newValues(nil)
	return m.RegisterCallback(func(_ context.Context, o metric.Observer) error {
		g.observe(o, t.Health(), routes)
		return nil
	}, g.lag, g.age, g.up, g.intents, g.held, g.limit, g.ready)
}

// observe reports h. The routes that share the value other are reported as one: lags add up, the oldest counts, and so
// does one that is not up.
func (g *gauges) observe(o metric.Observer, h audit.Health, routes *values) {
	type state struct {
		lag  uint64
		age  time.Duration
		down bool
	}
	states := map[string]state{}
	for _, r := range h.Routes {
		name := routes.bounded(r.Name)
		s := states[name]
		states[name] = state{lag: s.lag + r.Lag, age: max(s.age, r.LagAge), down: s.down || r.FailuresRow > 0}
	}
	for name, s := range states {
		with := metric.WithAttributeSet(attribute.NewSet(attribute.String(keyRoute, name)))
		o.ObserveInt64(g.lag, int64(min(s.lag, math.MaxInt64)), with)
		o.ObserveInt64(g.age, int64(s.age/time.Second), with)
		o.ObserveInt64(g.up, one(!s.down), with)
	}
	o.ObserveInt64(g.intents, int64(h.Intents))
	o.ObserveInt64(g.held, h.Held)
	o.ObserveInt64(g.limit, h.Limit)
	o.ObserveInt64(g.ready, one(h.Ready()))
}

func one(b bool) int64 {
	if b {
		return 1
	}
	return 0
}
