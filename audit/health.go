package audit

import (
	"time"

	"github.com/daxis-io/arco-audit/internal/delivery"
)

// Health is how a trail does.
type Health struct {
	Trail TrailID
	// State is "open", "closed" or, with a journal: "full" when there is no room for more, "failing" when the disk
	// refuses writes, "stalled" when it has not answered for a second. Emit returns ErrFull while "full" and "failing".
	State    string
	Closed   bool
	Next     Sequence // of the next event
	Accepted uint64   // events that Emit accepted
	Refused  uint64   // events that Emit did not write
	Withheld uint64   // redactions
	Gaps     uint64   // ranges of events that were found damaged or deleted
	Intents  int      // begun and without an end that lasts
	Held     int64    // bytes in memory for routes that are behind; with a journal, of its segments on the disk
	Limit    int64    // of Held
	Journal  *JournalHealth
	Routes   []RouteHealth
}

// JournalHealth is how the journal of a trail does.
type JournalHealth struct {
	FileSystem   string
	Acknowledged string        // when a critical event is accepted: "synced" or "routes"
	Synced       Sequence      // every event below is on the disk
	Unsynced     int64         // bytes accepted or being accepted that are not
	Stalled      time.Duration // how long the disk has not answered
	LastError    string        // of the disk, secrets masked; "" while it works
	Adopted      uint64        // trails of dead processes that were taken over
	Unadopted    int           // trails of dead processes that are not delivered yet
	Pinned       []string      // unknown routes for which trails of dead processes are kept
}

// RouteHealth is how a route does.
type RouteHealth struct {
	Name        string
	Required    bool
	State       string        // "idle", "gathering", "working", "waiting", "down", "ended"
	Lag         uint64        // events not yet settled
	LagBytes    int64         // of them, about: by the mean size of the trail's events
	LagAge      time.Duration // of the oldest event that is being delivered; 0 when none is
	Delivered   uint64
	Skipped     uint64 // because the trail was full
	Quarantined uint64 // events that the destination got a stub of, see Poison
	Refused     uint64 // stubs that it did not take either
	Failures    uint64 // attempts that left something to do
	FailuresRow uint64 // of them, since the last success
	LastError   string // of the last attempt, secrets masked; "" after a success
}

var routeStates = []string{"idle", "gathering", "working", "waiting", "down", "ended"}

// Ready reports whether critical events can be accepted: the trail is open and its disk, if it has one, works; where
// they are accepted by the required routes, none of these is failing or holds the trail more than half full.
func (h Health) Ready() bool {
	if h.State != stateOpen {
		return false
	}
	if h.Journal != nil && h.Journal.Acknowledged == acknowledgedSynced {
		return true
	}
	for _, r := range h.Routes {
		if r.Required && (r.FailuresRow > 0 || h.Held > h.Limit/2 && r.Lag > 0) {
			return false
		}
	}
	return true
}

const (
	stateOpen          = "open"
	acknowledgedSynced = "synced"
	acknowledgedRoutes = "routes"
	// stalledAfter is how long a sync takes before Health says so.
	stalledAfter = time.Second
)

// Health returns how the trail does. It takes no lock that an Emit holds for long, and never waits for the disk.
func (t *Trail) Health() Health {
	h := Health{
		Trail: t.id, State: stateOpen, Next: t.next(), Accepted: t.emitted.Load(), Refused: t.refused.Load(),
		Withheld: t.withheld.Load(), Gaps: t.gaps.Load(),
		Intents: t.intents.count(),
	}
	var mean int64
	if t.disk != nil {
		mean = t.disk.health(&h, t.acknowledgement())
	} else {
		h.Held, h.Limit = t.memory.Bytes()
		mean = t.memory.Mean()
	}
	select {
	case <-t.stop:
		h.Closed, h.State = true, "closed"
	default:
	}
	for i, r := range t.routes {
		h.Routes = append(h.Routes, routeHealth(r.Status(), uint64(h.Next), mean))
		if t.disk != nil {
			h.Routes[i].Skipped = t.disk.readers[i].skipped.Load()
		}
	}
	return h
}

func routeHealth(s delivery.Status, next uint64, mean int64) RouteHealth {
	h := RouteHealth{
		Name: s.Name, Required: s.Required, State: code(routeStates, uint8(s.State)), Lag: next - min(s.Acked, next), Delivered: s.Delivered,
		Skipped: s.Skipped, Quarantined: s.Poisoned, Refused: s.Refused, Failures: s.Failures, FailuresRow: s.InARow,
	}
	h.LagBytes = int64(h.Lag) * mean
	if s.Oldest > 0 {
		h.LagAge = max(0, time.Since(time.UnixMilli(s.Oldest)))
	}
	if s.Last != nil {
		h.LastError = masked{s.Last}.Error()
	}
	return h
}

// acknowledgement says when a critical event is accepted.
func (t *Trail) acknowledgement() string {
	if t.synced {
		return acknowledgedSynced
	}
	return acknowledgedRoutes
}

// health fills in what the journal knows and returns the mean size of its events.
func (d *disk) health(h *Health, acknowledged string) int64 {
	s := d.journal.Stats()
	j := &JournalHealth{
		FileSystem: d.medium.Name, Acknowledged: acknowledged, Synced: Sequence(s.Synced), Unsynced: int64(s.Pending),
		Stalled: s.Stalled, Adopted: d.adopter.adopted.Load(),
	}
	var adopting error
	j.Pinned, j.Unadopted, adopting = d.adopter.status()
	for _, err := range []error{s.Failure, s.Full, s.Keeping, adopting} {
		if err != nil && j.LastError == "" {
			j.LastError = masked{err}.Error()
		}
	}
	switch {
	case s.Failure != nil:
		h.State = "failing"
	case s.Full != nil:
		h.State = "full"
	case s.Stalled > stalledAfter:
		h.State = "stalled"
	}
	h.Journal, h.Held, h.Limit = j, s.Disk, d.options.Keep.Bytes
	return s.Appended / max(1, int64(s.Next))
}
