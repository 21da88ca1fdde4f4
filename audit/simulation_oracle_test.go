package audit_test

import (
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"github.com/daxis-io/arco-audit/audit"
)

// simReports is what the trails said of themselves.
type simReports struct {
	dropped     map[string][]simRange // by route and trail
	gaps        map[string][]simRange // by trail
	quarantined map[string]bool       // by route and event
	records     map[audit.ID]audit.Record
}

type simRange struct{ from, to audit.Sequence }

type simDetails struct {
	Trail, Route, EventID, Count, Counts string
	FromSequence, ToSequence             string
}

func simDetailsOf(r audit.Record) simDetails {
	var e struct {
		Data struct{ Details simDetails }
	}
	_ = json.Unmarshal([]byte(r.JSON()), &e) // what is no event has no details, and is found missing
	return e.Data.Details
}

func (d simDetails) covers() simRange {
	from, _ := strconv.ParseUint(d.FromSequence, 10, 64)
	to, _ := strconv.ParseUint(d.ToSequence, 10, 64)
	return simRange{audit.Sequence(from), audit.Sequence(to)}
}

func covered(list []simRange, s audit.Sequence) bool {
	for _, r := range list {
		if r.from <= s && s <= r.to {
			return true
		}
	}
	return false
}

// judge checks everything that was promised, once nothing moves any more.
func (w *simWorld) judge() {
	w.mu.Lock()
	defer w.mu.Unlock()
	reports := w.reports()
	for id, e := range w.emissions {
		w.judgeEmission(&reports, id, e)
	}
	for id, r := range reports.records {
		if r.Outcome() != audit.OutcomeSystem && w.emissions[id] == nil {
			w.failLocked("%s %v was delivered and never emitted, or refused", r.ActionName(), id)
		}
		if r.Action() == audit.ActionDeniesSuppressed {
			w.judgeSummary(id, r)
		}
		w.judgeCopies(&reports, id, r)
	}
}

func (w *simWorld) reports() simReports {
	all := simReports{map[string][]simRange{}, map[string][]simRange{}, map[string]bool{}, map[audit.ID]audit.Record{}}
	for _, d := range w.destinations {
		for _, r := range d.list {
			if _, met := all.records[r.ID()]; met {
				continue
			}
			all.records[r.ID()] = r
			switch details := simDetailsOf(r); r.Action() {
			case audit.ActionEventsDropped:
				key := details.Route + details.Trail
				all.dropped[key] = append(all.dropped[key], details.covers())
			case audit.ActionGapFound:
				all.gaps[details.Trail] = append(all.gaps[details.Trail], details.covers())
			case audit.ActionEventQuarantined:
				all.quarantined[details.Route+details.EventID] = true
			}
		}
	}
	return all
}

// simUnsynced is how long before a crash an event may have been accepted that nobody waited for, a folded deny included:
// SyncEvery, and what a disk takes.
const simUnsynced = 100 * time.Millisecond

// lasting returns how many of the events that were accepted without waiting cannot be gone.
func (w *simWorld) lasting(e *simEmissions) int {
	l := e.life
	switch {
	case l.faulty, l.dead && w.history.store != storeDisk, !l.dead && l.left != nil && w.history.store != storeDisk:
		return 0
	case !l.dead:
		return len(e.accepted)
	}
	n := 0
	for _, at := range e.accepted {
		if l.diedAt.Sub(at) > simUnsynced {
			n++
		}
	}
	return n
}

func (w *simWorld) judgeEmission(reports *simReports, id audit.ID, e *simEmissions) {
	critical := e.class == simCritical && len(e.accepted) > 0
	if !critical && w.lasting(e) == 0 {
		return
	}
	r, delivered := reports.records[id]
	for _, d := range w.destinations {
		route := w.history.routes[d.index]
		if !route.required || d.refused[id] != "" || w.resort[id] {
			continue
		}
		action, outcome := audit.ActionAuthAllow, audit.OutcomeAllow
		switch e.class {
		case simCritical:
			action = audit.ActionCredVendAllow
		case simDeny:
			outcome = audit.OutcomeDeny
		}
		if route.wants(action, outcome) && d.got[id] == 0 {
			w.failLocked("event %v (class %d, %s, life %d, delivered elsewhere %v %s) was accepted and never reached required route %d",
				id, e.class, e.key, e.life.index, delivered, r.Sequence(), d.index)
		}
	}
}

// judgeSummary checks that a summary counts exactly the denies whose Emit returned its id, but for what may be lost.
func (w *simWorld) judgeSummary(id audit.ID, r audit.Record) {
	details := simDetailsOf(r)
	total, _ := strconv.Atoi(details.Count)
	sum := 0
	for item := range strings.SplitSeq(details.Counts, ",") {
		_, count, _ := strings.Cut(item, "=")
		n, err := strconv.Atoi(count)
		if err != nil {
			w.failLocked("summary %v counts %q", id, item)
		}
		sum += n
	}
	least, most := 0, 0
	if e := w.emissions[id]; e != nil {
		least, most = w.lasting(e), len(e.accepted)+e.unknown
	}
	if sum != total || total < least || total > most {
		w.failLocked("summary %v counts %d, by lines %d, but %d to %d denies were folded", id, total, sum, least, most)
	}
}

// judgeCopies checks that what one route got the others got too, or that an event says why not.
func (w *simWorld) judgeCopies(reports *simReports, id audit.ID, r audit.Record) {
	trail := r.Trail().String()
	for _, l := range w.lives {
		if l.id != r.Trail() {
			continue
		}
		if w.history.store != storeDisk && (l.dead || l.left != nil) {
			return
		}
	}
	for _, d := range w.destinations {
		name := simName(d.index)
		switch {
		case !w.history.routes[d.index].wants(r.Action(), r.Outcome()), d.got[id] > 0:
		case d.refused[id] != "" && reports.quarantined[name+id.String()]:
		case d.suspected[id] != "" && r.Action() == audit.ActionEventQuarantined: // no report of a report
		case covered(reports.dropped[name+trail], r.Sequence()) && !w.history.routes[d.index].required:
		case covered(reports.gaps[trail], r.Sequence()):
			w.failLocked("trail %s has a gap at %v, although nothing was damaged", trail, r.Sequence())
		case d.refused[id] != "":
			w.failLocked("route %d refused %v, and no event says so", d.index, id)
		default:
			w.failLocked("%s %v of trail %s never reached route %d, and no event says so", r.ActionName(), r.Sequence(), trail, d.index)
		}
	}
}
