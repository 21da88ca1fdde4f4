package audit

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/daxis-io/arco-audit/internal/journal"
)

// reported is what was reported of the records of one trail: those that a route set aside, and holes. No cursor passes
// them before their reports are on the disk, so that a process that dies leaves them to the next; what comes again
// meanwhile is not reported again. It is safe for concurrent use.
type reported struct {
	mu    sync.Mutex
	aside map[refusal]*report
	holes map[uint64]*report // by first sequence; every route meets them
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
	upTo   Sequence // the sequence after the last event of it, 0 for none
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

// hole returns the report of a hole, which is told of when nobody has met it before.
func (k *reported) hole(from uint64, tell func() []Event) *report {
	k.mu.Lock()
	defer k.mu.Unlock()
	if r := k.holes[from]; r != nil {
		return r
	}
	if k.holes == nil {
		k.holes = map[uint64]*report{}
	}
	r := &report{unsent: tell()}
	k.holes[from] = r
	return r
}

var errUnreported = errors.New("audit: Config.Dir does not take the event about what was set aside or is missing: repair the disk")

// settle sends what was not sent yet, and waits a while until all is on the disk. After an error nothing may go on to where
// only the report would tell of what it is about. Without a journal, and when that has no room or does not work, nobody
// waits: the room may be what waits.
func (t *Trail) settle(ctx context.Context, list ...*report) error {
	upTo := Sequence(0)
	for _, r := range list {
		after, err := t.send(r)
		if err != nil {
			return err
		}
		upTo = max(upTo, after)
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

// send gives the journal what it has not taken yet of a report, and returns the sequence after it. What the journal refuses
// the keeper sends later.
func (t *Trail) send(r *report) (Sequence, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for ; len(r.unsent) > 0; r.unsent = r.unsent[1:] {
		after, _, err := t.submit(r.unsent[0])
		switch {
		case err == nil:
			r.upTo = after
		case errors.Is(err, context.DeadlineExceeded): // too much waits for the disk
			return 0, fmt.Errorf("%w: %w", errUnreported, err)
		default:
			t.hooks.failed("journal", err)
			t.unreported.add(r.unsent[0])
		}
	}
	return r.upTo, nil
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
