// Package direct leaks a header.
package direct

import (
	"net/http"

	"github.com/daxis-io/arco-audit/audit"
)

func Name(r *http.Request) audit.RequestID { return audit.NewRequestID(r.Header.Get("Authorization")) }
