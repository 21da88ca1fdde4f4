package catalog

import (
	"context"
	"errors"
	"net/http"

	"github.com/daxis-io/arco-audit/audit"
	"github.com/daxis-io/arco-audit/redact"
)

// EventIDHeader carries the id of every decision event of a response, so that a client's log and the trail
// can be joined.
const EventIDHeader = "X-Audit-Event-Id"

// allow records a decision that is about to release or change something. It must be accepted first: on any
// error the caller refuses with 503 and nothing happens.
func (c *Catalog) allow(ctx context.Context, h http.Header, e audit.Event) error {
	id, err := c.config.Trail.Emit(ctx, e)
	var withheld *redact.Violation
	if err != nil && !errors.As(err, &withheld) { // a violation is accepted: the event says what it withheld
		return errAudit
	}
	h.Add(EventIDHeader, id.String())
	return nil
}

// deny records a refusal. It never changes the response: what is refused stays refused.
func (c *Catalog) deny(ctx context.Context, h http.Header, e audit.Event) {
	if id, err := c.config.Trail.Emit(ctx, e); err == nil {
		h.Add(EventIDHeader, id.String())
	}
}

// mutate runs one change of the catalog and leaves one event of it on every path. do calls allow when
// nothing but the change itself is left to do; when it returns an error without having called it, that is
// the refusal. A nil return without allow is a request that changed nothing.
func (c *Catalog) mutate(w http.ResponseWriter, r *http.Request, change audit.CatalogChange, do func(allow func() error) error) error {
	decided := false
	err := do(func() error {
		decided = true
		return c.allow(r.Context(), w.Header(), audit.CatalogMutate(change))
	})
	if err != nil && !decided {
		c.deny(r.Context(), w.Header(), audit.CatalogMutateDeny(change, catalogReason(err)))
	}
	return err
}
