package auditvet_test

import (
	"fmt"
	"strings"

	"github.com/daxis-io/arco-audit/redact/auditvet"
)

func Example() {
	for _, a := range auditvet.Analyzers() {
		title, _, _ := strings.Cut(a.Doc, "\n")
		fmt.Println(title)
	}
	// Output:
	// auditconst: check constants, kinds, zero values and reasons of audit events
	// auditflow: find secrets that reach an identifier of an audit event
	// auditemit: check that events are emitted and that the error of a critical one decides
}
