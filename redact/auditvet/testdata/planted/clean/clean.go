// Package clean records the id of a request.
package clean

import (
	"net/http"

	"github.com/daxis-io/arco-audit/audit"
	"github.com/daxis-io/arco-audit/redact/auditvet/testdata/planted/lib"
)

func Name(r *http.Request) audit.RequestID { return audit.NewRequestID(lib.Open(r).ID) }
