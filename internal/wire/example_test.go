package wire_test

import (
	"fmt"

	"github.com/daxis-io/arco-audit/internal/wire"
)

func ExampleAppend() {
	event, _ := wire.Append(nil, &wire.Envelope{
		ID: [16]byte{6: 0x70, 8: 0x80}, Millis: 1767323045678, Source: "//catalog/prod/i-1", Trail: "019ca7ee-0000-7000-8000-00000000c0de",
		PolicyVersion: "v1", Action: "AUTH_DENY", Category: "auth", Outcome: "deny", Severity: "WARNING", Reason: "missing_token",
		Resource: []byte("GET /v1/config"), Actor: "anonymous", AuthType: "unauthenticated", RequestID: "unknown",
	})
	e, err := wire.Decode(event)
	fmt.Println(e.Action, e.Reason, err)
	_, err = wire.Decode(append(event, ' '))
	fmt.Println(err)
	// Output:
	// AUTH_DENY missing_token <nil>
	// wire: event, byte 775: has bytes after its end: give one event at a time
}
