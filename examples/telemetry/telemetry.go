// Package telemetry gives a service one registry of metrics: those of its trail, by package auditotel, and its
// own. They are read in the Prometheus text format.
package telemetry

import (
	"errors"
	"fmt"
	"net/http"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	exporter "go.opentelemetry.io/otel/exporters/prometheus"
	"go.opentelemetry.io/otel/metric"
	sdk "go.opentelemetry.io/otel/sdk/metric"

	"github.com/daxis-io/arco-audit/audit"
	"github.com/daxis-io/arco-audit/audit/auditotel"
)

// Telemetry is the metrics of one process. It is safe for concurrent use.
type Telemetry struct {
	registry *prometheus.Registry
	meter    metric.Meter
	hooks    *audit.Hooks
}

// New makes an empty registry. name is the meter's, such as "arco.api"; it is in no metric.
func New(name string) (*Telemetry, error) {
	registry := prometheus.NewRegistry()
	// Neither scope nor target labels: they would be labels of every series.
	reader, err := exporter.New(exporter.WithRegisterer(registry), exporter.WithoutScopeInfo(), exporter.WithoutTargetInfo())
	if err != nil {
		return nil, fmt.Errorf("telemetry: the exporter cannot be made: %w", err)
	}
	t := &Telemetry{registry: registry, meter: sdk.NewMeterProvider(sdk.WithReader(reader)).Meter(name)}
	if t.hooks, err = auditotel.Hooks(t.meter); err != nil {
		return nil, err
	}
	return t, nil
}

// Hooks are for audit.Config.Hooks, before the trail is opened.
func (t *Telemetry) Hooks() *audit.Hooks { return t.hooks }

// Meter makes the service's own instruments. Give them no attribute that names a tenant, workspace, user or run:
// each value is a series that nobody deletes.
func (t *Telemetry) Meter() metric.Meter { return t.meter }

// Observe reads the trail's health at every scrape from now on. Call the func that it returns when the trail is
// closed.
func (t *Telemetry) Observe(trail *audit.Trail) (func() error, error) {
	if t == nil {
		return nil, errors.New("telemetry: it is nil: make it with New")
	}
	registration, err := auditotel.Observe(t.meter, trail)
	if err != nil {
		return nil, err
	}
	return registration.Unregister, nil
}

// Handler serves the metrics. Who may read them is the caller's to decide.
func (t *Telemetry) Handler() http.Handler {
	return promhttp.HandlerFor(t.registry, promhttp.HandlerOpts{})
}
