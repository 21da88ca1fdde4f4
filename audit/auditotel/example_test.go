package auditotel_test

import (
	"context"
	"fmt"

	"github.com/daxis-io/arco-audit/audit"
	"github.com/daxis-io/arco-audit/audit/auditotel"
	"github.com/daxis-io/arco-audit/redact"
	"github.com/google/uuid"
	sdk "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
)

// A trail whose denies are counted by an OpenTelemetry meter.
func Example() {
	reader := sdk.NewManualReader()
	meter := sdk.NewMeterProvider(sdk.WithReader(reader)).Meter("catalog")
	hooks, err := auditotel.Hooks(meter)
	if err != nil {
		fmt.Println(err)
		return
	}
	accept := audit.SinkFunc(func(context.Context, []audit.Record) error { return nil })
	trail, err := audit.Open(audit.Config{
		Service: "catalog", Environment: "dev", Volatile: true, Keys: redact.EphemeralKeys(), Hooks: hooks,
		Routes: []audit.Route{{Name: "stdout", Sink: accept}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	registration, err := auditotel.Observe(meter, trail)
	if err != nil {
		fmt.Println(err)
		return
	}
	orders := audit.NewTable([]string{"sales"}, "orders", uuid.Nil)
	_ = emit(context.Background(), trail, audit.IcebergCommitDeny(orders, audit.CommitReasonConflict))

	var metrics metricdata.ResourceMetrics
	fmt.Println(reader.Collect(context.Background(), &metrics))
	for _, m := range metrics.ScopeMetrics[0].Metrics {
		if sum, ok := m.Data.(metricdata.Sum[int64]); ok {
			attributes := sum.DataPoints[0].Attributes.ToSlice()
			fmt.Println(m.Name, attributes[0].Value.String(), attributes[1].Value.String(), sum.DataPoints[0].Value)
		}
	}
	fmt.Println(registration.Unregister(), trail.Close(context.Background()))
	// Output:
	// <nil>
	// arco.audit.events.emitted ICEBERG_COMMIT_DENY deny 1
	// <nil> <nil>
}
