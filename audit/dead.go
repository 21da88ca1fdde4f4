package audit

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/daxis-io/arco-audit/internal/delivery"
	"github.com/daxis-io/arco-audit/internal/journal"
)

var errNoProgress = errors.New("audit: the trail of a dead process is not delivered yet: no route takes any of it")

// deadTrail is the trail of a dead process while it is delivered.
type deadTrail struct {
	a       *adopter
	id      TrailID
	journal *journal.Journal
	feed    *delivery.Feed[Record]
	found   journal.Report
	routes  []*delivery.Route[Record]
	readers []*reader
	voice   *Trail      // encodes what the adopter adds
	scanned atomic.Bool // every intent has its end, and every folded deny its event
	pinned  []string    // unknown routes that the trail has a cursor of
}

// deliver delivers the trail to the routes, closes it and lets go of it. On an error it is still the caller's.
func (d *deadTrail) deliver() error {
	err := d.open()
	if err == nil {
		for _, r := range d.routes {
			r.Start()
		}
		err = d.drain()
		d.stop()
	}
	if err != nil {
		return err
	}
	return d.finish()
}

// settleDrops sees that what routes were made to pass over is reported on the disk before the trail, which knows it too, goes.
func (d *deadTrail) settleDrops() error {
	var list []*report
	for _, r := range d.readers {
		if last := r.reported.lastDrop(r.name); last.report != nil {
			list = append(list, last.report)
		}
	}
	if err := d.a.t.settle(d.a.ctx, list...); err != nil {
		return err
	}
	for i, r := range d.readers {
		r.tell(d.routes[i].Status().Acked)
	}
	return nil
}

// open makes the routes and reports what recovery found.
func (d *deadTrail) open() error {
	t := d.a.t
	d.feed.Publish(d.journal.Synced())
	known := d.a.reportedOf(d.id.String())
	if err := d.reportGaps(known); err != nil {
		return err
	}
	for _, name := range t.config.Retired {
		if err := d.journal.Forget(name); err != nil {
			return err
		}
	}
	for i := range t.config.Routes {
		r := &t.config.Routes[i]
		c := t.routeConfig(r, known, nil)
		read := &reader{t: t, trail: &d.id, name: c.Name, reported: known}
		route, err := t.addRoute(d.journal, d.feed, i, read, c, r.Start)
		if err != nil {
			return err
		}
		d.routes, d.readers = append(d.routes, route), append(d.readers, read)
	}
	for _, r := range d.journal.Stats().Routes {
		if !r.Registered {
			d.pinned = append(d.pinned, r.Name)
		}
	}
	return nil
}

// reportGaps reports what recovery found missing and is not delivered, before any route can pass it.
func (d *deadTrail) reportGaps(known *reported) error {
	t := d.a.t
	var list []*report
	for _, gap := range d.found.Gaps {
		list = append(list, known.hole(gap, func(fresh journal.Gap) []Event {
			if gap.Delivered {
				return nil
			}
			return t.gapFound(d.id, fresh)
		})...)
	}
	return t.settle(d.a.ctx, list...)
}

// drain delivers what is there and then, unless its owner closed the trail, the ends of its intents, the counts of its
// folded denies, and TRAIL_ADOPTED as its last event.
func (d *deadTrail) drain() error {
	if !d.settled(d.journal.Synced()) {
		return errNoProgress
	}
	if err := d.settleDrops(); err != nil {
		return err
	}
	if !d.found.Unclean {
		d.scanned.Store(true)
		return nil
	}
	if err := d.abandonIntents(); err != nil {
		return err
	}
	if err := d.countFolds(); err != nil {
		return err
	}
	d.scanned.Store(true)
	ctx, cancel := context.WithTimeout(d.a.ctx, adoptPatience)
	defer cancel()
	seq, err := d.append(ctx, newSystemEvent(ActionTrailAdopted, "adopted", d.id.String(),
		member{"adopter", d.a.t.trailText}, member{"gaps", strconv.Itoa(len(d.found.Gaps))},
		member{"nextSequence", Sequence(d.found.Next).String()}, member{"tornBytes", strconv.FormatInt(d.found.Torn, 10)}))
	if err != nil {
		return err
	}
	if !d.settled(seq + 1) {
		return errNoProgress
	}
	return nil
}

// append is submit and waits until the event is on the disk.
func (d *deadTrail) append(ctx context.Context, e Event) (uint64, error) {
	seq, ticket, err := d.submit(ctx, e, "", newID(time.Now()))
	if err != nil {
		return 0, err
	}
	return seq, ticket.Wait(ctx)
}

// submit adds an event of the adopter's to the dead trail.
func (d *deadTrail) submit(ctx context.Context, e Event, tenant string, id [16]byte) (uint64, journal.Ticket, error) {
	if d.voice == nil {
		d.voice = newTrail(d.a.t.config, d.id)
	}
	x := encoders.Get().(*encoder)
	defer x.release()
	s := d.voice.service
	s.Tenant = Tenant{t: text{s: tenant}}
	x.encode(d.voice, &e, &s, id, time.Now())
	seq, ticket, err := d.journal.Submit(ctx, &journal.Entry{
		Payload: x.buf, Slot: x.layout.Sequence, Kind: journal.KindSystem, Tag: tagOf(x, &e, &d.a.t.known),
	})
	if err == nil {
		_ = x.keep()
	}
	return seq, ticket, err
}

// settled waits until every route has settled everything below upTo. It returns false when no route gets any further, and
// none is in the middle of an attempt that may still end well. A route that hung with a trail before this one is not waited
// for: the others get what is theirs at once.
func (d *deadTrail) settled(upTo uint64) bool {
	behind := func(r *delivery.Route[Record]) bool { return r.Status().Acked < upTo }
	for before, since := ^uint64(0), time.Now(); ; {
		ctx, cancel := context.WithTimeout(d.a.ctx, adoptPatience)
		late := slices.ContainsFunc(d.routes, func(r *delivery.Route[Record]) bool {
			return !d.a.hung[r.Status().Name] && r.Await(ctx, upTo) != nil
		})
		cancel()
		if !late || d.a.ctx.Err() != nil {
			return !slices.ContainsFunc(d.routes, behind)
		}
		if now := d.progress(); now != before {
			before, since = now, time.Now()
		} else if time.Since(since) >= d.patience() {
			for _, r := range d.routes {
				d.a.hung[r.Status().Name] = d.a.hung[r.Status().Name] || behind(r)
			}
			d.a.spent[d.id.String()]++
			return false
		}
	}
}

// patience is how long the trail may make no progress: until those of its routes that are at work must have had their turn
// and an answer.
func (d *deadTrail) patience() time.Duration {
	longest := adoptPatience
	for i, r := range d.routes {
		if r.Status().State == delivery.Working {
			longest = max(longest, 2*d.a.t.config.Routes[i].Deadline)
		}
	}
	return longest
}

func (d *deadTrail) progress() uint64 {
	var sum uint64
	for _, r := range d.routes {
		sum += r.Status().Acked
	}
	return sum
}

// stop ends the routes. One whose sink hangs is left to it.
func (d *deadTrail) stop() {
	d.feed.Seal()
	for _, r := range d.routes {
		r.Stop(errClosing)
	}
	grace := time.NewTimer(closeGrace)
	defer grace.Stop()
	for _, r := range d.routes {
		select {
		case <-r.Stopped():
		case <-grace.C:
			return
		}
	}
}

// finish removes the trail, or keeps it as long as Keep or an unknown route asks for.
func (d *deadTrail) finish() error {
	a, name := d.a, d.id.String()
	if len(d.pinned) > 0 {
		a.later[name] = time.Now().Add(adoptAgain)
		a.pin(name, d.pinned)
		return end(a.ctx, d.journal.Close)
	}
	a.unpin(name)
	now := time.Now()
	last := d.lastTime()
	if last.After(now) { // a clock that was wrong keeps nothing for longer
		last = now
	}
	until := last.Add(a.t.config.Keep.Age)
	if now.Before(until) {
		a.later[name] = until
		return end(a.ctx, d.journal.Close)
	}
	return d.journal.Remove()
}

// lastTime is when the last event before the adoption was emitted.
func (d *deadTrail) lastTime() time.Time {
	r, err := d.a.t.known.decode(string(d.found.Last), 0, &d.id)
	if err != nil {
		return time.Time{}
	}
	return r.Time()
}
