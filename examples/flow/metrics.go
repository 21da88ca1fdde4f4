package flow

import (
	"context"
	"errors"
	"fmt"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
)

// meters are the service's own counters. Their attributes are operation, result, reason, from_state and to_state, each
// of a closed set.
type meters struct {
	decisions, transitions metric.Int64Counter
}

func newMeters(m metric.Meter) (*meters, error) {
	decisions, err1 := m.Int64Counter("arco.flow.decisions", metric.WithUnit("{decision}"), metric.WithDescription("Decisions about tasks and runs."))
	transitions, err2 := m.Int64Counter("arco.flow.transitions", metric.WithUnit("{transition}"), metric.WithDescription("Changes of the state of tasks."))
	if err := errors.Join(err1, err2); err != nil {
		return nil, fmt.Errorf("flow: the meter cannot make the counters: %w", err)
	}
	return &meters{decisions: decisions, transitions: transitions}, nil
}

func (m *meters) decided(ctx context.Context, operation, result string, why reason) {
	m.decisions.Add(ctx, 1, metric.WithAttributes(attribute.String("operation", operation), attribute.String("result", result),
		attribute.String("reason", why.String())))
}

func (m *meters) moved(ctx context.Context, from, to state) {
	if from != to {
		m.transitions.Add(ctx, 1, metric.WithAttributes(attribute.String("from_state", string(from)), attribute.String("to_state", string(to))))
	}
}
