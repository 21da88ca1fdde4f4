package audit

import (
	"context"
	"strconv"
	"time"

	"github.com/daxis-io/arco-audit/internal/delivery"
	"github.com/daxis-io/arco-audit/internal/journal"
)

// quarantine reports a record that a destination will never take. The report of a report that was refused
// itself is not reported again.
func (t *Trail) quarantine(r *Route, rec Record, cause error) {
	t.hooks.quarantined(r.Name, cause)
	if r.Required && rec.Trail() == t.id && rec.outcome != OutcomeSystem && t.isCritical(rec.action, rec.kind, rec.outcome) {
		t.aside.add(rec.sequence)
	}
	if rec.action == ActionEventQuarantined {
		return
	}
	why := masked{cause}.text()
	e := newSystemEvent(ActionEventQuarantined, "refused_by_destination", t.trailText,
		member{"action", rec.ActionName()}, member{"eventId", rec.ID().String()}, member{"error", withoutMail(why)},
		member{"outcome", rec.outcome.String()}, member{"route", r.Name}, member{"sequence", rec.sequence.String()},
		member{"tenantId", rec.Tenant()}, member{"time", rec.Time().Format("2006-01-02T15:04:05.000Z")},
		member{"trail", rec.Trail().String()})
	e.system.errorMarks = why.m
	t.reportSafely(e)
}

// reportSafely reports something that is known nowhere else: it waits a while until the report is on the disk, so that
// no cursor passes what the report is about before.
func (t *Trail) reportSafely(e Event) {
	_, ticket, err := t.submit(e)
	if err != nil || t.disk == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), reportPatience)
	defer cancel()
	if err := ticket.Wait(ctx); err != nil {
		t.hooks.failed("journal", err)
	}
}

// keep reports, once a second, what routes skipped and which denies were folded, and ends forgotten
// intents.
func (t *Trail) keep() {
	defer close(t.kept)
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			t.reportGaps()
			_ = t.denies.Flush(time.Now()) // what could not be written is tried again
			t.abandonForgotten()
		case <-t.stop:
			t.reportGaps()
			return
		}
	}
}

// reportGaps reports what routes skipped; with a journal their readers do.
func (t *Trail) reportGaps() {
	for i, r := range t.routes {
		if gap, skipped := r.TakeGap(); skipped {
			t.dropped(t.config.Routes[i].Name, t.id, gap)
		}
	}
}

func (t *Trail) dropped(route string, trail TrailID, gap delivery.Gap) {
	t.hooks.dropped(route, gap.Count)
	t.reportSafely(newSystemEvent(ActionEventsDropped, "route_behind", t.trailText,
		member{"count", strconv.FormatUint(gap.Count, 10)}, member{"fromSequence", Sequence(gap.From).String()},
		member{"route", route}, member{"toSequence", Sequence(gap.To).String()}, member{"trail", trail.String()}))
}

// gapFound reports records of a trail that are not on the disk any more, and the copy of what is there instead.
func (t *Trail) gapFound(trail TrailID, gap journal.Gap) {
	count := gap.To - gap.From
	t.gaps.Add(1)
	t.hooks.gap(string(gap.Reason), count)
	about := []member{
		{"count", strconv.FormatUint(count, 10)}, {"fromSequence", Sequence(gap.From).String()},
		{"quarantine", gap.Quarantine}, {"toSequence", Sequence(gap.To - 1).String()}, {"trail", trail.String()},
	}
	t.reportSafely(newSystemEvent(ActionGapFound, string(gap.Reason), t.trailText, about...))
	if gap.Quarantine != "" {
		t.reportSafely(newSystemEvent(ActionEventQuarantined, string(gap.Reason), t.trailText, about...))
	}
}
