package writersink_test

import (
	"bytes"
	"context"
	"fmt"
	"strings"

	"github.com/daxis-io/arco-audit/audit"
	"github.com/daxis-io/arco-audit/redact"
	"github.com/daxis-io/arco-audit/sinks/writersink"
)

func Example() {
	var out bytes.Buffer // os.Stdout, or a file
	trail, err := audit.Open(audit.Config{
		Service: "catalog", Environment: "dev", Volatile: true, Keys: redact.EphemeralKeys(),
		Routes: []audit.Route{{Name: "lines", Sink: writersink.New(&out), Required: true}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	ctx := audit.WithRequest(context.Background(), audit.Request{Actor: audit.Anonymous()})
	_, _ = trail.Emit(ctx, audit.AuthDeny(audit.HTTPOperation("GET", "/v1/config"), audit.AuthReasonMissing))
	_ = trail.Close(context.Background())
	for line := range strings.Lines(out.String()) {
		first, _, _ := strings.Cut(line, ",")
		fmt.Println(first)
	}
	// Output:
	// {"action":"TRAIL_OPENED"
	// {"action":"AUTH_DENY"
	// {"action":"TRAIL_CLOSED"
}

// In a container of Google Cloud the lines on the standard output become entries of Cloud Logging.
func ExampleNewStructured() {
	var out bytes.Buffer // os.Stdout
	trail, err := audit.Open(audit.Config{
		Service: "catalog", Environment: "dev", Volatile: true, Keys: redact.EphemeralKeys(),
		Routes: []audit.Route{{Name: "agent", Sink: writersink.NewStructured(&out, "my-project"), Required: true}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	_ = trail.Close(context.Background())
	for line := range strings.Lines(out.String()) {
		fmt.Println(line[strings.Index(line, `"severity"`):strings.Index(line, `,"authid"`)])
	}
	// Output:
	// "severity":"NOTICE","action":"TRAIL_OPENED"
	// "severity":"NOTICE","action":"TRAIL_CLOSED"
}
