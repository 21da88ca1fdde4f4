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

// A name is quoted for where it stands, so that it cannot change the question.
func ExampleQuery() {
	filled, err := gcplogsink.Query("tenant-denies", map[string]string{
		"log": "projects/p/logs/arco-audit", "view": "p.audit._AllLogs",
		"since": "2026-03-01T00:00:00+01:00", "until": "2026-04-01T00:00:00+02:00", "tenant": `x" OR "1"="1`,
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Print(filled.Filter)
	for _, a := range filled.Arguments {
		fmt.Println(a.Name, a.Type, a.Value)
	}
	// Output:
	// logName = "projects/p/logs/arco-audit"
	// timestamp >= "2026-02-28T23:00:00.000000Z"
	// timestamp < "2026-03-31T22:00:00.000000Z"
	// labels.outcome = "deny"
	// labels.tenant = "x\" OR \"1\"=\"1"
	// log STRING projects/p/logs/arco-audit
	// since TIMESTAMP 2026-02-28T23:00:00.000000Z
	// tenant STRING x" OR "1"="1
	// until TIMESTAMP 2026-03-31T22:00:00.000000Z
}
