package gcplogsink_test

import (
	"context"
	"fmt"

	"github.com/daxis-io/arco-audit/audit"
	"github.com/daxis-io/arco-audit/internal/gcpfake"
	"github.com/daxis-io/arco-audit/redact"
	"github.com/daxis-io/arco-audit/sinks/gcplogsink"
)

// A service gives the sink its Cloud Logging client; here the client talks to a service in process.
func Example() {
	ctx := context.Background()
	server, err := gcpfake.ServeLogging(nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer server.Close()
	client, err := server.Client(ctx)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer client.Close()

	trail, err := audit.Open(audit.Config{
		Service: "catalog", Environment: "dev", Volatile: true, Keys: redact.EphemeralKeys(),
		Routes: []audit.Route{{Name: "logging", Sink: gcplogsink.New(client, "projects/p/logs/arco-audit"), Required: true}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	ctx = audit.WithRequest(ctx, audit.Request{Actor: audit.Anonymous()})
	_, _ = trail.Emit(ctx, audit.AuthDeny(audit.HTTPOperation("GET", "/v1/config"), audit.AuthReasonMissing))
	_ = trail.Close(ctx)

	for _, e := range server.Routed() {
		fmt.Println(e.GetSeverity(), e.GetLabels()["action"], e.GetLabels()["reason"])
	}
	// Output:
	// NOTICE TRAIL_OPENED opened
	// WARNING AUTH_DENY missing_token
	// NOTICE TRAIL_CLOSED closed
}
