package audit

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/daxis-io/arco-audit/internal/delivery"
	"github.com/daxis-io/arco-audit/internal/journal"
)

// Replay delivers this trail's events from sequence from on, up to those that are on the disk when it is called, to a
// route again: same ids, times and bytes. The route's own deliveries go on, and take turns with it. Replay returns when
// the sink has everything that passes the route's filter, or ctx ends; what the sink refuses for good is reported
// as always. It needs Config.Dir, and what it reads must still be there: see Keep.Age.
func (t *Trail) Replay(ctx context.Context, route string, from Sequence) error {
	ctx = orBackground(ctx)
	at := slices.IndexFunc(t.config.Routes, func(r Route) bool { return r.Name == route })
	switch {
	case at < 0:
		return errors.New("audit: replay: the trail has no such route: use a name of Config.Routes")
	case t.disk == nil:
		return errors.New("audit: replay: events in memory are gone once they are delivered: open the trail with Config.Dir")
	}
	select {
	case <-t.stop:
		return ErrClosed
	default:
	}
	upTo := t.disk.journal.Synced()
	if base := t.disk.journal.Base(); uint64(from) < base || uint64(from) > upTo {
		return fmt.Errorf("audit: replay: the sequence is not on the disk: use one from %d to %d", base, upTo)
	}
	return t.replay(ctx, at, uint64(from), upTo)
}

func (t *Trail) replay(ctx context.Context, at int, from, upTo uint64) error {
	route := t.config.Routes[at]
	route.Required = false // what it sets aside is no concern of an Emit
	wanted := t.config.Routes[at].filter()
	known := &reported{}
	c := t.routeConfig(&route, known, nil)
	c.Wants, c.Destination = wanted, t.disk.destinations[at]

	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	source := t.disk.journal.Reader(from)
	feed := delivery.NewFeed[Record](upTo)
	again := feed.AddRoute(c, from, &reader{t: t, trail: &t.id, name: route.Name, route: source, reported: known, onGap: func(gap *journal.GapError) {
		cancel(gap)
	}})
	again.Start()
	err := again.Await(ctx, upTo)
	if err == nil {
		err = context.Cause(ctx) // a gap at the end
	}
	acked := again.Status().Acked
	again.Stop(errClosing)
	grace := time.NewTimer(closeGrace)
	defer grace.Stop()
	select {
	case <-again.Stopped():
		source.Close()
	case <-grace.C: // the sink ignores its context, and holds the file as long
	}
	if err == nil {
		return nil
	}
	return fmt.Errorf("audit: replay of route %s ended at sequence %d of %d: %w", route.Name, acked, upTo, err)
}
