package audit

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/daxis-io/arco-audit/internal/flood"
	"github.com/daxis-io/arco-audit/internal/wire"
)

// newDenies returns what decides about the denies of the trail.
func (t *Trail) newDenies(now time.Time) *flood.Limiter {
	limit := t.config.DenyLimit
	return flood.New(now, flood.Config{
		Tenant: flood.Limit(limit.PerTenant), Unauthenticated: flood.Limit(limit.Unauthenticated),
		NewID: newID, Write: t.suppressed,
	})
}

// fold decides about a deny whose envelope is filled in. When done, it is not to be written: it is counted in the event with the id, or
// refused with the error.
func (t *Trail) fold(x *encoder, e *Event, s *scope, now time.Time) (id ID, done bool, err error) {
	d := flood.Deny{
		Unauthenticated: s.Actor.auth == authNone, Tenant: x.env.deny.Tenant, Action: x.env.Action, Reason: e.reason,
		Resource: x.env.deny.Resource, Origin: s.Origin, Request: x.env.deny.Request, Shown: x.env.deny.Origin,
	}
	if d.Reason == "" {
		d.Reason = unspecified
	}
	verdict, b := t.denies.Admit(now, &d)
	switch verdict {
	case flood.Kept:
		return ID{}, false, nil
	case flood.Closed:
		return ID{}, true, t.refuse(e, ErrClosed)
	case flood.Refused:
		return ID{}, true, t.refuse(e, ErrFull)
	}
	if t.ledger != nil {
		t.ledger.touch()
	}
	t.told(x)
	t.emitted.Add(1)
	t.hooks.emitted(x.env.Action, x.outcome)
	t.hooks.folded(x.env.Action)
	if t.config.Strict {
		err = x.violation()
	}
	return ID{b}, true, err
}

// finishDenies writes what was folded. When there is no room, the routes get time to make some. It returns how many
// denies no event counts.
func (t *Trail) finishDenies(ctx context.Context) (uncounted uint64) {
	if t.denies.Close() == nil {
		return 0
	}
	t.drain(ctx)
	_ = t.denies.Close()
	return t.denies.Folded()
}

// suppressed writes a DENIES_SUPPRESSED event.
func (t *Trail) suppressed(sum flood.Summary) error {
	e := newSystemEvent(ActionDeniesSuppressed, "limit_reached", t.trailText)
	e.system.body = func(dst []byte) []byte { return appendSummary(dst, &sum) }
	s := t.service
	s.Tenant = Tenant{t: text{s: sum.Tenant}}
	if t.ledger == nil {
		_, _, err := t.submitAs(e, &s, sum.ID, time.Now())
		return err
	}
	handing := t.ledger.handing(&sum, t.next())
	after, _, err := t.submitAs(e, &s, sum.ID, time.Now())
	t.ledger.handed(handing, after, err)
	return err
}

var scopeNames = []string{"tenant", "unauthenticated", "shared"}

// appendSummary appends the details of a DENIES_SUPPRESSED event: count; counts, which lists
// "tenant/action/reason=n" with commas, sorted; exemplar1 to exemplar8, each an object of action, origin, reason,
// requestId, resource, tenantId and time; from, scope and to. Names of members are fixed, because stores make columns
// of them; no tenant, action or reason has a slash, a comma or an equals sign.
func appendSummary(dst []byte, s *flood.Summary) []byte {
	counts := make([]string, 0, len(s.Lines))
	for _, l := range s.Lines {
		counts = append(counts, l.Tenant+"/"+l.Action+"/"+l.Reason+"="+strconv.FormatUint(l.Count, 10))
	}
	slices.Sort(counts)
	o := wire.Begin(dst)
	o.Code("count", strconv.FormatUint(s.Total, 10))
	o.String("counts", strings.Join(counts, ","))
	for i := range s.Exemplars {
		o.Object("exemplar"+strconv.Itoa(i+1), func(o *wire.Object) { exemplar(o, &s.Exemplars[i]) })
	}
	o.Code("from", stamp(s.From))
	o.Code("scope", code(scopeNames, uint8(s.Scope)))
	o.Code("to", stamp(s.To))
	return o.End()
}

func exemplar(o *wire.Object, e *flood.Exemplar) {
	o.Code("action", e.Action)
	o.String("origin", e.Origin)
	o.Code("reason", e.Reason)
	o.String("requestId", e.Request)
	o.String("resource", e.Resource)
	o.String("tenantId", e.Tenant)
	o.Code("time", stamp(e.Time))
}

func stamp(at time.Time) string { return at.UTC().Format("2006-01-02T15:04:05.000Z") }
