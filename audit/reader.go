package audit

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"

	"github.com/daxis-io/arco-audit/internal/delivery"
	"github.com/daxis-io/arco-audit/internal/journal"
)

// mostReadBytes bounds what a route reads ahead from the disk.
const mostReadBytes = 1 << 20

// reader gives one route the records of one trail's journal.
type reader struct {
	t      *Trail   // which reports
	trail  *TrailID // whose records these are
	name   string   // of the route
	route  *journal.Route
	holes  *holes
	frames []journal.Frame
	onGap  func(*journal.GapError) // instead of a report; nil for one

	skipped atomic.Uint64 // records that made room for others
	told    uint64        // what the route has lost below is on the disk
	dropped uint64        // records that were reported as skipped
}

// holes are the damaged and deleted ranges of a trail that were reported: every route meets them.
type holes struct {
	mu    sync.Mutex
	known map[uint64]bool // by first sequence
}

// first reports whether nobody has met the hole at from before.
func (h *holes) first(from uint64) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.known[from] {
		return false
	}
	if h.known == nil {
		h.known = map[uint64]bool{}
	}
	h.known[from] = true
	return true
}

// Read implements delivery.Reader.
func (r *reader) Read(ctx context.Context, into []delivery.Entry[Record]) (int, uint64, error) {
	if len(r.frames) < len(into) {
		r.frames = make([]journal.Frame, len(into))
	}
	count, err := r.route.Next(ctx, r.frames[:len(into)], mostReadBytes)
	if gap, ok := errors.AsType[*journal.GapError](err); ok {
		r.missing(gap)
		return 0, gap.To, nil
	}
	if err != nil {
		return 0, 0, err
	}
	n, next := 0, r.frames[count-1].Sequence+1
	for _, f := range r.frames[:count] {
		record, err := r.t.known.recordOf(f, r.trail)
		if err != nil {
			r.missing(&journal.GapError{From: f.Sequence, To: f.Sequence + 1, Reason: journal.ReasonDamaged})
			continue
		}
		into[n] = delivery.Entry[Record]{Record: record, Sequence: f.Sequence}
		n++
	}
	clear(r.frames[:count])
	return n, next, nil
}

// Settled implements delivery.Reader.
func (r *reader) Settled(next uint64) {
	if err := r.route.Advance(next); err != nil {
		r.t.hooks.failed(r.name, err) // cannot be: the route has read no further
	}
	if r.told > 0 && next >= r.told {
		r.route.Told(r.told)
		r.told = 0
	}
}

// missing reports records that the route will not get.
func (r *reader) missing(gap *journal.GapError) {
	if r.onGap != nil {
		r.onGap(gap)
		return
	}
	if gap.Reason == journal.ReasonDropped {
		r.skipped.Add(gap.To - gap.From)
		if r.drop(gap.From, gap.To) {
			r.told = gap.To
		}
		return
	}
	if r.holes.first(gap.From) {
		r.t.gapFound(*r.trail, journal.Gap{From: gap.From, To: gap.To, Reason: gap.Reason})
	}
}

// inherit reports what a process before this one made the route pass over, and did not live to report.
func (r *reader) inherit() {
	from, to := r.route.Loss()
	if from < to && r.drop(from, to) {
		r.route.Told(to)
	}
}

// drop reports that the route passed over the records from one up to before the other, and whether the report is on the
// disk.
func (r *reader) drop(from, to uint64) bool {
	r.dropped += to - from
	return r.t.dropped(r.name, *r.trail, delivery.Gap{Count: to - from, Total: r.dropped, From: from, To: to - 1})
}
