package auditread_test

import (
	"fmt"

	"github.com/daxis-io/arco-audit/audit"
	"github.com/daxis-io/arco-audit/audit/auditread"
)

func ExampleDecode() {
	event := `{"action":"CRED_VEND_DENY","id":"0190b6a8-7c51-7d3e-8f10-aabbccddeeff","sequence":"00000000000000000007",` +
		`"source":"//catalog/prod/i-1","specversion":"1.0","time":"2026-01-02T03:04:05.678Z",` +
		`"trail":"0190b6a8-0000-7000-8000-000000000001","type":"io.arco.audit.cred_vend.deny.v1",` +
		`"data":{"decisionReason":"access_denied","details":{"access":"read"},"resource":"iceberg/table:sales.orders"}}`
	e, err := auditread.Decode(event)
	if err != nil {
		fmt.Println(err)
		return
	}
	if e.Action == audit.ActionCredVendDeny {
		fmt.Println(e.Outcome, e.Resource, e.Reason, e.Details.Get("access"))
	}
	// Output: deny iceberg/table:sales.orders access_denied read
}
