package audithttp

import (
	"net/http"

	"github.com/daxis-io/arco-audit/audit"
)

// retryAfter is how long a client is asked to wait, in seconds, when the service could not decide or record.
const retryAfter = "5"

// status is what a refusal is answered with.
func status(reason audit.AuthReason) int {
	switch reason {
	case audit.AuthReasonScopeMismatch, audit.AuthReasonNotAllowed:
		return http.StatusForbidden
	case audit.AuthReasonUnavailable:
		return http.StatusServiceUnavailable
	}
	return http.StatusUnauthorized
}

// challenge is the WWW-Authenticate header of a refusal (RFC 6750 section 3.1), "" for none. It does not tell
// an expired token from a forged one.
func challenge(status int, reason audit.AuthReason) string {
	switch {
	case status == http.StatusForbidden:
		return `Bearer error="insufficient_scope"`
	case status != http.StatusUnauthorized:
		return ""
	case reason == audit.AuthReasonMissing:
		return "Bearer"
	}
	return `Bearer error="invalid_token"`
}

// refuse sets the headers of a refusal and has its body written.
func (g *guard) refuse(w http.ResponseWriter, r *http.Request, status int, reason audit.AuthReason) {
	if c := challenge(status, reason); c != "" {
		w.Header().Set("WWW-Authenticate", c)
	}
	if status == http.StatusServiceUnavailable {
		w.Header().Set("Retry-After", retryAfter)
	}
	g.config.Refuse(w, r, status)
}

// refuse is the default of Config.Refuse.
func refuse(w http.ResponseWriter, _ *http.Request, status int) {
	http.Error(w, http.StatusText(status), status)
}
