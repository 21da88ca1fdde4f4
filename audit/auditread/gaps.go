package auditread

import (
	"container/list"
	"slices"
	"sync"

	"github.com/daxis-io/arco-audit/audit"
)

// GapsConfig are the bounds of Gaps. Zero fields are the defaults.
type GapsConfig struct {
	Trails int // how many trails are watched, 4,096; a new one takes the place of the one that was quiet longest
	Runs   int // how many runs of received numbers are kept for a trail, 1,024
}

// Gaps keeps which events of every trail have come, and so which have not. Events may come in any order and any
// number of times. It is meaningful where all events of a trail pass, not behind a filter. Memory is bounded by
// GapsConfig. It is safe for concurrent use.
type Gaps struct {
	mu      sync.Mutex
	config  GapsConfig
	trails  map[audit.TrailID]*list.Element // of *watched
	recent  *list.List                      // the trail that was heard of last is in front
	evicted uint64
}

type watched struct {
	report TrailReport
	got    ranges
}

// TrailReport is what has come of one trail.
type TrailReport struct {
	Trail  audit.TrailID
	Source string // "//service/environment/instance"
	// Received are the runs of sequence numbers that have come, in ascending order.
	Received []Range
	// Closed says that the trail's end is known: its TRAIL_CLOSED, or the TRAIL_ADOPTED of another process, has come.
	Closed bool
	// End is the sequence of that end; of a trail that is open, the highest that has come.
	End audit.Sequence
	// Unlisted counts numbers that were missing in the lowest part of a trail with more holes than are kept; they
	// are in no run, and are counted missing even if they come later.
	Unlisted uint64
}

// Missing returns the runs from 0 to End that have not come. Those of an open trail may still be on their way.
func (r TrailReport) Missing() []Range { return ranges(r.Received).missing(r.End) }

// Complete reports whether the trail has ended and nothing is missing of it.
func (r TrailReport) Complete() bool { return r.Closed && r.Unlisted == 0 && len(r.Missing()) == 0 }

// NewGaps returns Gaps that have heard of nothing.
func NewGaps(c GapsConfig) *Gaps {
	if c.Trails <= 0 {
		c.Trails = 4096
	}
	if c.Runs <= 0 {
		c.Runs = 1024
	}
	c.Runs = max(c.Runs, 2)
	return &Gaps{config: c, trails: map[audit.TrailID]*list.Element{}, recent: list.New()}
}

// Restore takes up reports that an earlier process made, before the first Add. A trail that is watched already
// keeps what it has.
func (g *Gaps) Restore(reports []TrailReport) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, r := range reports {
		if _, found := g.trails[r.Trail]; found {
			continue
		}
		w := g.watch(r.Trail)
		w.report, w.got = r, slices.Clone(r.Received)
		w.report.Received = nil
	}
}

// Add notes that an entry has come.
func (g *Gaps) Add(e Entry) {
	g.mu.Lock()
	defer g.mu.Unlock()
	element, found := g.trails[e.Trail]
	var w *watched
	if found {
		w = element.Value.(*watched)
		g.recent.MoveToFront(element)
	} else {
		w = g.watch(e.Trail)
	}
	w.report.Source = e.Source
	w.got.add(e.Sequence)
	if e.Action == audit.ActionTrailClosed || e.Action == audit.ActionTrailAdopted {
		w.report.Closed = true
	}
	w.report.End = max(w.report.End, e.Sequence)
	for len(w.got) > g.config.Runs {
		w.report.Unlisted += w.got.fold()
	}
}

// watch makes room for a new trail. g.mu is held.
func (g *Gaps) watch(id audit.TrailID) *watched {
	for g.recent.Len() >= g.config.Trails {
		oldest := g.recent.Remove(g.recent.Back()).(*watched)
		delete(g.trails, oldest.report.Trail)
		g.evicted++
	}
	w := &watched{report: TrailReport{Trail: id}}
	g.trails[id] = g.recent.PushFront(w)
	return w
}

// Report returns one report a trail, the trail that was heard of last first.
func (g *Gaps) Report() []TrailReport {
	g.mu.Lock()
	defer g.mu.Unlock()
	reports := make([]TrailReport, 0, g.recent.Len())
	for element := g.recent.Front(); element != nil; element = element.Next() {
		w := element.Value.(*watched)
		r := w.report
		r.Received = slices.Clone(w.got)
		reports = append(reports, r)
	}
	return reports
}

// Evicted is how many trails are watched no longer because there were too many.
func (g *Gaps) Evicted() uint64 {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.evicted
}
