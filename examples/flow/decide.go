package flow

import (
	"context"
	"errors"
	"net/http"

	"github.com/daxis-io/arco-audit/audit"
	"github.com/daxis-io/arco-audit/redact"
)

// EventIDHeader carries the id of the event that an answer is about.
const EventIDHeader = "X-Audit-Event-Id"

// decision leaves one event of one request or call.
type decision struct {
	flow      *Flow
	kind      audit.Kind
	resource  audit.Resource
	operation string            // in metrics
	tell      func(id audit.ID) // tells the caller the id; the zero ID for none
}

// overHTTP tells the id in a header.
func (f *Flow) overHTTP(w http.ResponseWriter, k audit.Kind, r audit.Resource, operation string) decision {
	return decision{flow: f, kind: k, resource: r, operation: operation, tell: func(id audit.ID) {
		w.Header().Del(EventIDHeader) // that of the authentication
		if !id.IsZero() {
			w.Header().Set(EventIDHeader, id.String())
		}
	}}
}

// allow records the decision before what it allows happens. On an error that must not happen.
func (d decision) allow(ctx context.Context, e audit.Event) error {
	wait, cancel := context.WithTimeout(ctx, d.flow.config.Patience)
	defer cancel()
	id, err := d.flow.config.Trail.Emit(wait, e)
	var withheld *redact.Violation
	if err != nil && !errors.As(err, &withheld) { // a violation is accepted: the event says what it withheld
		d.tell(audit.ID{})
		d.flow.fault("the recording of a decision", err)
		return err
	}
	d.tell(id)
	d.flow.meters.decided(ctx, d.operation, "allow", 0)
	return nil
}

// deny records the refusal. It never changes the answer: what is refused stays refused.
func (d decision) deny(ctx context.Context, why reason) {
	id, err := d.flow.config.Trail.Emit(ctx, why.event(d.kind, d.resource))
	if err != nil {
		d.flow.fault("the recording of a refusal", err)
	}
	d.tell(id)
	d.flow.meters.decided(ctx, d.operation, "deny", why)
}
