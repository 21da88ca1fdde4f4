package audit

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sort"
	"sync"
	"sync/atomic"

	"github.com/daxis-io/arco-audit/internal/journal"
)

// reported is what was reported of the records of one trail: those that a route set aside, and holes. No cursor passes
// them before their reports are on the disk, so that a process that dies leaves them to the next; what comes again
// meanwhile is not reported again. It is safe for concurrent use.
type reported struct {
	mu    sync.Mutex
	aside map[refusal]*report
	holes []hole          // by sequence, none of them over another; every route meets them
	drops map[string]drop // the last of each route
}

// hole are the records from one up to before the other that are missing, and the report of them.
type hole struct {
	from, to uint64
	report   *report
}

// drop is what a route was made to pass over, below to, and the report of it.
type drop struct {
	to     uint64
	report *report
}

// refusal is a record that one route set aside.
type refusal struct {
	route    string
	sequence Sequence
}

// report is what has to be said of one of them.
type report struct {
	mu     sync.Mutex
	unsent []Event
	upTo   atomic.Uint64 // the sequence after the last event of it, 0 for none
}

// refusalsOf returns the reports of records that a route set aside before, nil for one that it did not.
func (k *reported) refusalsOf(route string, records []Record) []*report {
	list := make([]*report, len(records))
	if k == nil {
		return list
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	for i := range records {
		list[i] = k.aside[refusal{route, records[i].sequence}]
	}
	return list
}

// keep remembers the reports of records that a route set aside, until passed.
func (k *reported) keep(route string, records []Record, list []*report) {
	if k == nil {
		return
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.aside == nil {
		k.aside = map[refusal]*report{}
	}
	for i := range records {
		k.aside[refusal{route, records[i].sequence}] = list[i]
	}
}

// passed forgets what a route set aside below next, for it is settled.
func (k *reported) passed(route string, next Sequence) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for r := range k.aside {
		if r.route == route && r.sequence < next {
			delete(k.aside, r)
		}
	}
}

// dropped remembers what a route was made to pass over.
func (k *reported) dropped(route string, d drop) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.drops == nil {
		k.drops = map[string]drop{}
	}
	k.drops[route] = d
}

// lastDrop returns what a route was made to pass over last.
func (k *reported) lastDrop(route string) drop {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.drops[route]
}

// hole returns the reports of a gap. What of it nobody has met before is told of: a gap may have grown since it was met,
// and routes may meet it in different places.
func (k *reported) hole(gap journal.Gap, tell func(journal.Gap) []Event) (list []*report) {
	k.mu.Lock()
	defer k.mu.Unlock()
	at := sort.Search(len(k.holes), func(i int) bool { return k.holes[i].to > gap.From })
	for from := gap.From; from < gap.To; at++ {
		if at == len(k.holes) || k.holes[at].from > from {
			fresh := gap
			if fresh.From = from; at < len(k.holes) {
				fresh.To = min(gap.To, k.holes[at].from)
			}
			k.holes = slices.Insert(k.holes, at, hole{fresh.From, fresh.To, &report{unsent: tell(fresh)}})
		}
		list = append(list, k.holes[at].report)
		from = k.holes[at].to
	}
	return list
}

var errUnreported = errors.New("audit: Config.Dir does not take the event about what was set aside or is missing: repair the disk")

// settle sends what was not sent yet, and waits a while until all is on the disk. After an error nothing may go on to where
// only the report would tell of what it is about. Without a journal, and when that has no room or does not work, nobody
// waits: the room may be what waits.
func (t *Trail) settle(ctx context.Context, list ...*report) error {
	upTo := Sequence(0)
	for _, r := range list {
		if err := t.send(r); err != nil {
			return err
		}
		upTo = max(upTo, Sequence(r.upTo.Load()))
	}
	if t.disk == nil || upTo == 0 {
		return nil
	}
	err := t.awaitReport(ctx, upTo)
	if errors.Is(err, journal.ErrFull) {
		t.hooks.failed("journal", err)
		return nil
	}
	return err
}

// send gives the journal what it has not taken yet of a report. What the journal refuses the keeper sends later.
func (t *Trail) send(r *report) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	for ; len(r.unsent) > 0; r.unsent = r.unsent[1:] {
		after, _, err := t.submit(r.unsent[0])
		switch {
		case err == nil:
			r.upTo.Store(uint64(after))
		case errors.Is(err, context.DeadlineExceeded), errors.Is(err, journal.ErrClosed): // too much waits for the disk; too late
			return fmt.Errorf("%w: %w", errUnreported, err)
		default:
			t.hooks.failed("journal", err)
			t.sendLater(r.unsent[0], r)
		}
	}
	return nil
}

// lasts reports whether a report is on the disk.
func (t *Trail) lasts(r *report) bool {
	upTo := r.upTo.Load()
	return t.disk != nil && upTo > 0 && t.disk.journal.Synced() >= upTo
}

// awaitReport waits a while until everything below upTo is on the disk.
func (t *Trail) awaitReport(ctx context.Context, upTo Sequence) error {
	ctx, cancel := context.WithTimeout(ctx, reportPatience)
	defer cancel()
	if err := t.sync(ctx, upTo); err != nil {
		return fmt.Errorf("%w: %w", errUnreported, err)
	}
	return nil
}
