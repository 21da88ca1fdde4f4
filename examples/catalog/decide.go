package catalog

import (
	"context"
	"net/http"

	"github.com/daxis-io/arco-audit/audit"
)

// EventIDHeader carries the id of every decision event of a response, so that a client's log and the trail
// can be joined.
const EventIDHeader = "X-Audit-Event-Id"

// allow records a decision that is about to release or change something. It must be accepted first: on any
// error the caller refuses with 503 and nothing happens.
func (c *Catalog) allow(ctx context.Context, h http.Header, e audit.Event) error {
	ctx, cancel := context.WithTimeout(ctx, c.config.Patience)
	defer cancel()
	id, err := c.config.Trail.Emit(ctx, e)
	if err != nil && !accepted(err) {
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
// the refusal. A nil error without allow is a request that changed nothing.
//
//audit:decision
func (c *Catalog) mutate(
	h http.Header, r *http.Request, change audit.CatalogChange, do func(allow func() error) (answer, error),
) (answer, error) {
	mine, earlier, err := c.attempts.claim(r)
	switch {
	case err != nil:
		c.deny(r.Context(), h, audit.CatalogMutateDeny(change, catalogReason(err)))
		return answer{}, err
	case earlier != nil:
		return c.repeat(r.Context(), h, earlier)
	}
	defer mine.release()
	var said []audit.Event
	out, err := do(func() error {
		said = append(said, audit.CatalogMutate(change))
		return c.allow(r.Context(), h, said[0])
	})
	if err != nil && said == nil {
		c.deny(r.Context(), h, audit.CatalogMutateDeny(change, catalogReason(err)))
		said = append(said, audit.CatalogMutateDeny(change, audit.CatalogReasonCachedFailure))
	}
	mine.settle(outcome{out, err, said})
	return out, err
}
