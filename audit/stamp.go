package audit

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/daxis-io/arco-audit/internal/journal"
)

// Restamper is a sink whose destination refuses or drops what is too old for it, or lies in the future, and
// de-duplicates only what comes under the same time. It hands each record over under Record.Stamp.
//
// Before every delivery the route asks it about each record. When it wants another time, that decision is kept, with
// Config.Dir durably, before the record goes out under it, and all later deliveries of the record by this route, also
// those of a process that adopts the trail, use the same one until Restamp refuses that too. The event itself does not
// change: its own time stays Record.Time, and in its JSON. Trail.Replay decides anew.
type Restamper interface {
	Sink
	// Restamp returns the time under which the destination takes an event now, of which only whole milliseconds count,
	// and true, when it would not take it under stamp. It depends on its arguments alone, and may be called concurrently.
	Restamp(now, stamp time.Time) (time.Time, bool)
}

// stampTogether is how far apart records may be decided on and still get one time, and one entry on the disk.
const stampTogether = time.Minute

// stampStore keeps decisions longer than the process.
type stampStore interface {
	Stamps() ([]journal.Stamp, error)
	KeepStamps(list []journal.Stamp) error
	Settled() uint64
}

// stamper decides, once, under which times one route hands over the records of one trail. The route's goroutine calls
// it.
type stamper struct {
	sink    Restamper
	store   stampStore // nil: what is decided is forgotten with the process
	failed  func(error)
	loaded  bool
	decided []journal.Stamp // of two for one record the later counts
	handed  uint64          // the record that went out last
}

// restamped returns how the records of a route are delivered.
func (t *Trail) restamped(r *Route, route *journal.Route) func(context.Context, []Record) error {
	sink, ok := r.Sink.(Restamper)
	if !ok {
		return r.Sink.Deliver
	}
	s := &stamper{sink: sink, failed: func(err error) { t.hooks.failed(r.Name, err) }}
	if route != nil {
		s.store = route
	}
	return func(ctx context.Context, batch []Record) error {
		if err := s.stamp(batch, time.Now()); err != nil {
			return err
		}
		return sink.Deliver(ctx, batch)
	}
}

// stamp gives the records of a batch, which ascend, their times. After an error none of them may go out.
func (s *stamper) stamp(batch []Record, now time.Time) error {
	s.load()
	s.forget(uint64(batch[0].sequence))
	kept := len(s.decided)
	var fresh []journal.Stamp
	for i := range batch {
		rec := &batch[i]
		rec.stamp = s.find(uint64(rec.sequence))
		to, ok := s.sink.Restamp(now, rec.Stamp())
		if !ok {
			continue
		}
		before := s.handed
		if i > 0 {
			before = uint64(batch[i-1].sequence)
		}
		fresh = join(fresh, s.decided[:kept], journal.Stamp{From: uint64(rec.sequence), To: uint64(rec.sequence), Millis: to.UnixMilli()}, before)
		rec.stamp = fresh[len(fresh)-1].Millis
	}
	if len(fresh) > 0 {
		if err := s.keep(fresh); err != nil {
			return err
		}
	}
	s.handed = uint64(batch[len(batch)-1].sequence)
	return nil
}

// join adds a decision to fresh. It extends the one before it, in fresh or the last of decided, when that ends with
// the record before and gives nearly the same time.
func join(fresh, decided []journal.Stamp, d journal.Stamp, before uint64) []journal.Stamp {
	last := fresh
	if len(last) == 0 {
		last = decided
	}
	if len(last) > 0 {
		l := last[len(last)-1]
		near := time.Duration(max(l.Millis-d.Millis, d.Millis-l.Millis)) * time.Millisecond
		if l.To == before && l.To < d.From && near <= stampTogether {
			d.Millis = l.Millis
			if len(fresh) > 0 {
				fresh[len(fresh)-1].To = d.To
				return fresh
			}
			d.From = l.From
		}
	}
	return append(fresh, d)
}

// keep makes decisions last before anything goes out under them.
func (s *stamper) keep(fresh []journal.Stamp) error {
	list := slices.Clone(s.decided)
	if n := len(list); n > 0 && list[n-1].From == fresh[0].From && list[n-1].Millis == fresh[0].Millis {
		list = list[:n-1] // it was extended
	}
	list = append(list, fresh...)
	if s.store != nil {
		if err := s.store.KeepStamps(list); err != nil {
			return fmt.Errorf("audit: Config.Dir does not take the time under which events go out: repair or enlarge the disk: %w", masked{err})
		}
	}
	s.decided = list
	return nil
}

// load reads what a process before this one decided. What cannot be read is decided again.
func (s *stamper) load() {
	if s.loaded || s.store == nil {
		return
	}
	list, err := s.store.Stamps()
	if err != nil {
		s.failed(fmt.Errorf("audit: Config.Dir has lost the times under which events went out: those that come again may stand twice in the destination: %w", masked{err}))
	}
	s.decided, s.loaded = list, true
}

// forget drops the decisions about records that cannot come again; first is the first of a batch.
func (s *stamper) forget(first uint64) {
	if len(s.decided) == 0 {
		return
	}
	if s.store != nil {
		first = min(first, s.store.Settled())
	}
	s.decided = slices.DeleteFunc(s.decided, func(d journal.Stamp) bool { return d.To < first && d.To != s.handed })
}

// find returns the time that was decided for a record, 0 when there is none.
func (s *stamper) find(sequence uint64) int64 {
	for _, d := range slices.Backward(s.decided) {
		if d.From <= sequence && sequence <= d.To {
			return d.Millis
		}
	}
	return 0
}
