package audit

import (
	"context"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/daxis-io/arco-audit/internal/delivery"
	"github.com/daxis-io/arco-audit/internal/journal"
)

// reportSafely reports something that is known nowhere else: it waits a while until the report is on the disk, so that
// no cursor passes what the report is about before. What it returns tells whether it is.
func (t *Trail) reportSafely(e Event) *report {
	r := &report{}
	after, _, err := t.submit(e)
	if err != nil {
		t.sendLater(e, r)
	} else {
		r.upTo.Store(uint64(after))
		err = t.awaitReport(context.Background(), after)
	}
	if err != nil {
		t.hooks.failed("journal", err)
	}
	return r
}

// keep reports, once a second, what routes skipped, that room is short, what could not be reported before, and which
// denies were folded, and ends forgotten intents.
func (t *Trail) keep() {
	defer close(t.kept)
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			t.reportGaps()
			t.reportTurnedAway(turnedAwayEvery)
			t.reportAgain()
			_ = t.denies.Flush(time.Now()) // what could not be written is tried again
			t.abandonForgotten()
		case <-t.stop:
			t.reportGaps()
			t.reportTurnedAway(0)
			t.reportAgain()
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

// mostUnreported bounds what waits for a journal that takes nothing.
const mostUnreported = 1024

// unreported are reports of what was set aside, skipped or damaged for which the journal had no room, or did not work. No
// route waits for them: the room may be what it holds.
type unreported struct {
	mu     sync.Mutex
	events []laterEvent
}

// laterEvent is an event of a report.
type laterEvent struct {
	Event
	of *report
}

// sendLater has the keeper send an event of a report. Those that are too many are counted with the other events for which
// there was no room.
func (t *Trail) sendLater(e Event, of *report) {
	u := &t.unreported
	u.mu.Lock()
	defer u.mu.Unlock()
	if len(u.events) == mostUnreported {
		t.turnedAway.count.Add(1)
		return
	}
	u.events = append(u.events, laterEvent{e, of})
}

// reportAgain writes the reports that could not be written before, as far as it can, and returns whether it wrote one.
func (t *Trail) reportAgain() (wrote bool) {
	t.unreported.mu.Lock()
	defer t.unreported.mu.Unlock()
	for len(t.unreported.events) > 0 {
		next := t.unreported.events[0]
		after, err := t.report(next.Event)
		if err != nil {
			return wrote
		}
		next.of.upTo.Store(uint64(after))
		t.unreported.events, wrote = t.unreported.events[1:], true
	}
	return wrote
}

// turnedAwayEvery is how often an event says that others were refused: it lies in room that is short.
const turnedAwayEvery = time.Minute

// turnedAway counts the events that Emit refused for want of room, and the trail's own that were too many to remember.
type turnedAway struct {
	count    atomic.Uint64
	reported uint64    // the keeper's
	last     time.Time // likewise: of a report
}

// reportTurnedAway reports what was refused since the last report, if that is old enough.
func (t *Trail) reportTurnedAway(every time.Duration) {
	r := &t.turnedAway
	n := r.count.Load() - r.reported
	if n == 0 || !r.last.IsZero() && time.Since(r.last) < every {
		return
	}
	_, err := t.report(newSystemEvent(ActionEventsDropped, "no_room", t.trailText,
		member{"count", strconv.FormatUint(n, 10)}, member{"trail", t.trailText}))
	if err == nil {
		r.reported += n
		r.last = time.Now()
	}
}

// dropped reports what a route was made to pass over, and returns the report. The route may have to pass over the report
// too: the total in the next one has both.
func (t *Trail) dropped(route string, trail TrailID, gap delivery.Gap) *report {
	t.hooks.dropped(route, gap.Count)
	return t.reportSafely(newSystemEvent(ActionEventsDropped, "route_behind", t.trailText,
		member{"count", strconv.FormatUint(gap.Count, 10)}, member{"fromSequence", Sequence(gap.From).String()},
		member{"route", route}, member{"toSequence", Sequence(gap.To).String()},
		member{"total", strconv.FormatUint(gap.Total, 10)}, member{"trail", trail.String()}))
}

// gapFound tells of records of a trail that are not on the disk any more, and returns the report of them and of the copy of
// what is there instead.
func (t *Trail) gapFound(trail TrailID, gap journal.Gap) []Event {
	count := gap.To - gap.From
	t.gaps.Add(1)
	t.hooks.gap(string(gap.Reason), count)
	about := []member{
		{"count", strconv.FormatUint(count, 10)}, {"fromSequence", Sequence(gap.From).String()},
		{"quarantine", gap.Quarantine}, {"toSequence", Sequence(gap.To - 1).String()}, {"trail", trail.String()},
	}
	list := []Event{newSystemEvent(ActionGapFound, string(gap.Reason), t.trailText, about...)}
	if gap.Quarantine != "" {
		list = append(list, newSystemEvent(ActionEventQuarantined, string(gap.Reason), t.trailText, about...))
	}
	return list
}
