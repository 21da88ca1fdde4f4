package audit

import (
	"context"
	"errors"
	"sync/atomic"

	"github.com/daxis-io/arco-audit/internal/delivery"
	"github.com/daxis-io/arco-audit/internal/journal"
)

// mostReadBytes bounds what a route reads ahead from the disk.
const mostReadBytes = 1 << 20

// reader gives one route the records of one trail's journal.
type reader struct {
	t        *Trail   // which reports
	trail    *TrailID // whose records these are
	name     string   // of the route
	route    *journal.Route
	reported *reported // of the trail
	frames   []journal.Frame
	onGap    func(*journal.GapError) // instead of a report; nil for one

	skipped atomic.Uint64 // records that made room for others
	told    atomic.Uint64 // records that made room for others, and of which the journal knows no more
	dropped uint64        // records that were reported as skipped
}

// Read implements delivery.Reader.
func (r *reader) Read(ctx context.Context, into []delivery.Entry[Record]) (int, uint64, error) {
	if len(r.frames) < len(into) {
		r.frames = make([]journal.Frame, len(into))
	}
	count, err := r.route.Next(ctx, r.frames[:len(into)], mostReadBytes)
	if gap, ok := errors.AsType[*journal.GapError](err); ok {
		return 0, gap.To, r.missing(ctx, gap)
	}
	if err != nil {
		return 0, 0, err
	}
	frames := r.frames[:count]
	defer clear(frames)
	n := 0
	for _, f := range frames {
		record, err := r.t.known.recordOf(f, r.trail)
		if err != nil {
			err = r.missing(ctx, &journal.GapError{From: f.Sequence, To: f.Sequence + 1, Reason: journal.ReasonDamaged})
			if err != nil && n > 0 {
				return n, f.Sequence, nil // it comes again
			}
			if err != nil {
				return 0, 0, err
			}
			continue
		}
		into[n] = delivery.Entry[Record]{Record: record, Sequence: f.Sequence}
		n++
	}
	return n, frames[count-1].Sequence + 1, nil
}

// Settled implements delivery.Reader.
func (r *reader) Settled(next uint64) {
	if err := r.route.Advance(next); err != nil {
		r.t.hooks.failed(r.name, err) // cannot be: the route has read no further
	}
	r.reported.passed(r.name, Sequence(next))
	r.tell(next)
}

// tell has the journal forget what the route was made to pass over, once everything below next is settled and the report is
// on the disk. What the route held by then it has delivered: no report is about that.
func (r *reader) tell(next uint64) {
	moved := r.route.Dropped()
	if moved == r.told.Load() {
		return
	}
	if last := r.reported.lastDrop(r.name); last.report != nil && !r.t.lasts(last.report) {
		return
	}
	if _, to := r.route.Loss(); next >= to {
		r.route.Told(to)
		r.told.Store(moved)
	}
}

// missing reports records that the route will not get. After an error it must not pass them yet, and reads them again.
func (r *reader) missing(ctx context.Context, gap *journal.GapError) error {
	if r.onGap != nil {
		r.onGap(gap)
		return nil
	}
	if gap.Reason == journal.ReasonDropped {
		r.skipped.Add(gap.To - gap.From)
		r.drop(gap.From, gap.To)
		return nil
	}
	found := journal.Gap{From: gap.From, To: gap.To, Reason: gap.Reason}
	err := r.t.settle(ctx, r.reported.hole(found, func(fresh journal.Gap) []Event { return r.t.gapFound(*r.trail, fresh) })...)
	if err != nil {
		r.route.Seek(gap.From)
	}
	return err
}

// inherit reports what a process before this one made the route pass over, and did not live to report.
func (r *reader) inherit() {
	from, to := r.route.Loss()
	r.drop(from, to)
	r.tell(to)
}

// drop reports that the route passed over the records from one up to before the other, as far as that was not reported yet.
func (r *reader) drop(from, to uint64) {
	if from = max(from, r.reported.lastDrop(r.name).to); from >= to {
		return
	}
	r.dropped += to - from
	r.reported.dropped(r.name, drop{to, r.t.dropped(r.name, *r.trail, delivery.Gap{Count: to - from, Total: r.dropped, From: from, To: to - 1})})
}
