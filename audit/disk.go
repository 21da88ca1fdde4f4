package audit

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"path/filepath"
	"time"

	"github.com/daxis-io/arco-audit/internal/delivery"
	"github.com/daxis-io/arco-audit/internal/journal"
	"github.com/daxis-io/arco-audit/internal/journal/vfs"
	"github.com/daxis-io/arco-audit/internal/owner"
)

// place is where journals are.
type place struct {
	fs       vfs.FS
	mediumOf func(dir string) (vfs.Medium, error)
}

func systemPlace() place { return place{fs: vfs.OS{}, mediumOf: vfs.MediumOf} }

// The bounds of what a journal prepares ahead: an eighth of Keep.Bytes a segment.
const (
	leastSegment = 256 << 10
	mostSegment  = 64 << 20
	mostReserve  = 1 << 20
)

// disk is the journal of a trail and what its routes need of it.
type disk struct {
	place
	dir     string // Config.Dir with slashes
	medium  vfs.Medium
	unclean []leftBehind
	options journal.Options // of this trail's journal; Trail and Synced differ for others
	journal *journal.Journal
	feed    *delivery.Feed[Record]
	readers []*reader
	adopter *adopter
	// destinations are those of the routes, which get the records of this trail and those of dead ones.
	destinations []*delivery.Destination
}

// leftBehind is a trail of a dead process that did not close it.
type leftBehind struct {
	trail string
	last  Sequence
}

// checkMedium refuses a directory that does not outlive the process, unless the configuration says that this is meant.
func (c *Config) checkMedium(p place) (vfs.Medium, error) {
	dir := filepath.ToSlash(c.Dir)
	m, err := p.mediumOf(dir)
	for errors.Is(err, fs.ErrNotExist) && path.Dir(dir) != dir {
		dir = path.Dir(dir)
		m, err = p.mediumOf(dir)
	}
	switch {
	case err != nil:
		return m, fmt.Errorf("audit: Config.Dir cannot be looked at: give a directory that this process may write to: %w", masked{err})
	case m.Volatile && !c.Volatile:
		return m, fmt.Errorf("audit: Config.Dir lies on %s, which dies with the machine or the container: mount a disk there, or set Volatile to say that this is meant", m.Name)
	case m.Network && !c.Volatile:
		return m, fmt.Errorf("audit: Config.Dir lies on %s, whose syncs and locks another machine answers for: mount a local disk there, or set Volatile to have critical events accepted by the required routes", m.Name)
	}
	return m, nil
}

// openDisk makes the trail's journal. What dead processes left is looked at, not touched.
func (t *Trail) openDisk(p place) error {
	medium, err := t.config.checkMedium(p)
	if err != nil {
		return err
	}
	d := &disk{place: p, dir: filepath.ToSlash(t.config.Dir), medium: medium}
	if err := p.fs.MkdirAll(d.dir); err != nil {
		return fmt.Errorf("audit: Config.Dir cannot be made: give a directory that this process may write to: %w", masked{err})
	}
	d.unclean = uncleanIn(p.fs, d.dir)
	d.feed = delivery.NewFeed[Record](0)
	d.options = t.config.journalOptions(p.fs, d.dir)
	o := d.options
	o.Trail, o.Synced = t.trailText, d.feed.Publish
	t.ledger = newLedger()
	o.Wanted = func(synced uint64) uint64 { return uint64(t.ledger.floor(t.intents.floor(Sequence(synced)))) }
	if d.journal, err = journal.Open(o); err != nil {
		return fmt.Errorf("audit: Config.Dir takes no journal: %w", masked{err})
	}
	t.disk, t.log, t.synced = d, d.feed, !t.config.Volatile
	return nil
}

// journalOptions sizes a journal by Keep.Bytes.
func (c *Config) journalOptions(fsys vfs.FS, dir string) journal.Options {
	segment := min(max(c.Keep.Bytes/8, leastSegment), mostSegment)
	return journal.Options{
		FS: fsys, Dir: dir, SegmentBytes: segment, Reserve: min(segment, mostReserve), SyncEvery: c.SyncEvery,
		Keep: journal.Keep{Age: c.Keep.Age, Bytes: c.Keep.Bytes}, TenantShare: c.TenantShare,
	}
}

// uncleanIn finds the trails that dead processes did not close. What cannot be read is the adopter's case.
func uncleanIn(fsys vfs.FS, dir string) []leftBehind {
	trails, err := journal.Trails(fsys, dir)
	if err != nil {
		return nil
	}
	var list []leftBehind
	for _, trail := range trails {
		found, err := journal.Inspect(fsys, dir, trail)
		if err == nil && !found.Live && !found.Newer && !found.Closed && found.Next > 0 {
			list = append(list, leftBehind{trail, Sequence(found.Next - 1)})
		}
	}
	return list
}

// add is Trail.add with a journal.
func (d *disk) add(ctx context.Context, x *encoder, e *Event, urgent bool, kinds *kindTable) (Sequence, journal.Ticket, error) {
	tag := tagOf(x, e, kinds)
	if !urgent {
		if seq, ok := d.journal.Follow(x.buf, x.layout.Sequence, x.env.Tenant, tag); ok {
			_ = x.keep()
			return Sequence(seq) + 1, journal.Ticket{}, nil
		}
	}
	return d.append(ctx, x, urgent, tag)
}

// append is add for an event about which the journal has to decide.
func (d *disk) append(ctx context.Context, x *encoder, urgent bool, tag journal.Tag) (Sequence, journal.Ticket, error) {
	entry := journal.Entry{Payload: x.buf, Slot: x.layout.Sequence, Tenant: x.env.Tenant, Tag: tag}
	if x.system {
		entry.Kind, entry.Tenant = journal.KindSystem, owner.None
	}
	if x.room > 0 {
		entry.Kind, entry.Room, entry.Tenant = x.kind, x.room, x.env.Tenant
	}
	ctx = orBackground(ctx)
	var seq uint64
	var ticket journal.Ticket
	var err error
	if urgent {
		seq, ticket, err = d.journal.Submit(ctx, &entry)
	} else {
		seq, err = d.journal.Append(ctx, &entry)
	}
	if err == nil {
		_ = x.keep()
	}
	return Sequence(seq) + 1, ticket, err
}

// addRoute adds a route that reads j from its cursor, under the name and with the deliveries of c, in turn.
func (t *Trail) addRoute(j *journal.Journal, feed *delivery.Feed[Record], i int, r *reader, c delivery.Config[Record], start Start) (*delivery.Route[Record], error) {
	route, err := j.Route(c.Name, journal.Start(start), c.Required)
	if err != nil {
		return nil, fmt.Errorf("audit: Config.Dir takes no cursor of route %s: %w", c.Name, masked{err})
	}
	r.route = route
	r.inherit()
	c.Destination, c.Deliver = t.disk.destinations[i], t.restamped(&t.config.Routes[i], route)
	return feed.AddRoute(c, route.Cursor(), r), nil
}

// lastTurn takes the turn for good before closeSink closes the sink, so that nothing of a dead trail comes after that. It
// does not wait for a sink that hangs in such a delivery.
func lastTurn(to *delivery.Destination, closeSink func() error) func() error {
	if closeSink == nil {
		return nil
	}
	return func() error {
		to.Take(context.Background(), closeGrace)
		return closeSink()
	}
}

// diskGrace is how long Close waits for the disk once its context has ended.
const diskGrace = time.Second

// end closes a journal by shut. When the disk takes longer than ctx and the grace allow, the rest goes on in the
// background.
func end(ctx context.Context, shut func(context.Context) error) error {
	if err := shut(ctx); ctx.Err() == nil {
		return err
	}
	late, cancel := context.WithTimeout(context.Background(), diskGrace)
	defer cancel()
	return shut(late)
}
