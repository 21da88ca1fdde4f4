package api

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/daxis-io/arco-audit/audit"
	"github.com/daxis-io/arco-audit/redact"
)

// EventIDHeader carries the id of the event that an answer is about.
const EventIDHeader = "X-Audit-Event-Id"

// decision leaves one event of one request for URLs.
type decision struct {
	api    *API
	w      http.ResponseWriter
	r      *http.Request
	domain audit.Domain
	count  int
}

// allow records the decision before the URLs leave. On an error, which it has answered, they must not.
func (d decision) allow(ttl time.Duration) error {
	ctx, cancel := context.WithTimeout(d.r.Context(), d.api.config.Patience)
	defer cancel()
	id, err := d.api.config.Trail.Emit(ctx, audit.URLMintAllow(d.domain, d.count, ttl))
	var withheld *redact.Violation
	if err != nil && !errors.As(err, &withheld) { // a violation is accepted: the event says what it withheld
		d.w.Header().Del(EventIDHeader) // that of the authentication is not this answer's
		d.api.fault("the recording of a decision", err)
		refuse(d.w, d.r, http.StatusServiceUnavailable)
		return err
	}
	d.w.Header().Set(EventIDHeader, id.String())
	d.api.meters.mint(d.r.Context(), "allow", "")
	return nil
}

// deny records the refusal and answers it. It never changes the answer: what is refused stays refused.
func (d decision) deny(status int, why audit.MintReason) {
	event := audit.URLMintDeny(d.domain, why).WithCount(d.count)
	id, err := d.api.config.Trail.Emit(d.r.Context(), event)
	if !id.IsZero() {
		d.w.Header().Set(EventIDHeader, id.String())
	} else {
		d.w.Header().Del(EventIDHeader)
	}
	if err != nil {
		d.api.fault("the recording of a refusal", err)
	}
	d.api.meters.mint(d.r.Context(), "deny", why.String())
	refuse(d.w, d.r, status)
}

// flooded is deny for a tenant that asks too often. Beyond the budget of its denies they are only counted.
func (d decision) flooded(why audit.MintReason) {
	if !d.api.gate.tenants.take(callerOf(d.r.Context()).claims.Tenant, time.Now()) {
		d.w.Header().Del(EventIDHeader)
		d.api.gate.fold(d.r.Context(), why.String())
		tooMany(d.w, d.r)
		return
	}
	d.deny(http.StatusTooManyRequests, why)
}
