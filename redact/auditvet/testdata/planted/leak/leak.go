// Package leak leaks a header through another package.
package leak

import (
	"net/http"

	"github.com/daxis-io/arco-audit/audit"
	"github.com/daxis-io/arco-audit/redact/auditvet/testdata/planted/lib"
)

func Name(r *http.Request) audit.RequestID { return audit.NewRequestID(lib.Open(r).Ticket) }
