package audit

import (
	"context"
	"errors"
	"io/fs"
	"maps"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/daxis-io/arco-audit/internal/delivery"
	"github.com/daxis-io/arco-audit/internal/journal"
)

const (
	// adoptEvery is how often dead trails are looked for.
	adoptEvery = 10 * time.Second
	// adoptPatience is how long a dead trail may make no progress before the next has its turn.
	adoptPatience = 10 * time.Second
	// adoptAgain is when a trail is looked at again that cannot be adopted, or is pinned.
	adoptAgain = 10 * time.Minute
)

// adopter takes over the trails of dead processes, one at a time: it delivers them under their own ids to the routes of
// its own trail, closes them with TRAIL_ADOPTED, and removes them when Keep allows.
type adopter struct {
	t      *Trail
	ctx    context.Context // ends with the trail
	cancel context.CancelFunc
	ended  chan struct{}
	begun  bool
	later  map[string]time.Time // not to be looked at before
	known  map[string]*reported // by trail
	spent  map[string]int       // how often a trail has used up the patience of a round
	hung   map[string]bool      // routes that did so in this round: nobody waits for them again before the next

	adopted atomic.Uint64
	mu      sync.Mutex
	pinned  map[string][]string // routes, by trail
	left    int                 // trails that the last round left behind
	last    error               // why a trail could not be adopted
}

func newAdopter(t *Trail) *adopter {
	a := &adopter{t: t, ended: make(chan struct{}), later: map[string]time.Time{}, known: map[string]*reported{}, spent: map[string]int{}, pinned: map[string][]string{}}
	a.ctx, a.cancel = context.WithCancel(context.Background())
	return a
}

// begin starts the goroutine, once TRAIL_OPENED is on the disk.
func (a *adopter) begin() {
	a.begun = true
	go a.run()
}

func (a *adopter) run() {
	defer close(a.ended)
	tick := time.NewTicker(adoptEvery)
	defer tick.Stop()
	for {
		a.round()
		select {
		case <-tick.C:
		case <-a.ctx.Done():
			return
		}
	}
}

// round looks at every trail once, at one that has not yet used up the patience for a route that hangs before those that
// have: what hangs with the events of one trail need not hang with those of another.
func (a *adopter) round() {
	trails, err := journal.Trails(a.t.disk.fs, a.t.disk.dir)
	a.note(err)
	a.hung = map[string]bool{}
	slices.SortStableFunc(trails, func(x, y string) int { return a.spent[x] - a.spent[y] })
	left := 0
	for _, trail := range trails {
		if a.ctx.Err() != nil {
			return
		}
		if trail == a.t.trailText || time.Now().Before(a.later[trail]) {
			continue
		}
		if !a.adopt(trail) {
			left++
		}
	}
	a.forget(trails)
	a.mu.Lock()
	a.left = left
	a.mu.Unlock()
}

// forget drops what is known of trails that are gone.
func (a *adopter) forget(trails []string) {
	gone := func(trail string) bool { return !slices.Contains(trails, trail) }
	maps.DeleteFunc(a.later, func(trail string, _ time.Time) bool { return gone(trail) })
	maps.DeleteFunc(a.spent, func(trail string, _ int) bool { return gone(trail) })
	maps.DeleteFunc(a.known, func(trail string, _ *reported) bool { return gone(trail) })
	a.mu.Lock()
	defer a.mu.Unlock()
	maps.DeleteFunc(a.pinned, func(trail string, _ []string) bool { return gone(trail) })
}

// reportedOf returns what was reported of a trail.
func (a *adopter) reportedOf(trail string) *reported {
	if a.known[trail] == nil {
		a.known[trail] = &reported{}
	}
	return a.known[trail]
}

// adopt takes over one trail if it can. It returns false for one that still has something to deliver.
func (a *adopter) adopt(trail string) bool {
	id, err := ParseTrailID(trail)
	if err != nil {
		return true // no trail of this package's
	}
	feed := delivery.NewFeed[Record](0)
	o := a.t.disk.options
	d := &deadTrail{a: a, id: id, feed: feed}
	o.Trail, o.Synced, o.Wanted = trail, feed.Publish, d.wanted
	o.Keep.Bytes += o.SegmentBytes + o.Reserve // the dead process may have used up its own, and what ends the trail needs some
	j, err := journal.Adopt(o)
	switch {
	case errors.Is(err, journal.ErrLive), errors.Is(err, journal.ErrEmpty), errors.Is(err, fs.ErrNotExist):
		return true // somebody else's, or gone meanwhile
	case err != nil:
		if !errors.Is(err, journal.ErrNewer) {
			a.note(err)
		}
		a.later[trail] = time.Now().Add(adoptAgain)
		return errors.Is(err, journal.ErrNewer)
	}
	d.journal, d.found = j, j.Recovered()
	err = a.ctx.Err() // the disk may have hung for long
	if err == nil {
		err = d.deliver()
	}
	if err != nil {
		a.note(err)
		a.note(end(a.ctx, j.Release))
		return false
	}
	if d.found.Unclean {
		a.adopted.Add(1)
		a.t.hooks.adopted()
	}
	return true
}

func (a *adopter) note(err error) {
	if err == nil || a.ctx.Err() != nil {
		return
	}
	a.t.hooks.failed("journal", err)
	a.mu.Lock()
	defer a.mu.Unlock()
	a.last = err
}

// pin remembers for which unknown routes a trail keeps events.
func (a *adopter) pin(trail string, routes []string) {
	a.mu.Lock()
	a.pinned[trail] = routes
	a.mu.Unlock()
	for _, r := range routes {
		a.t.hooks.pinned(r)
	}
}

func (a *adopter) unpin(trail string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	delete(a.pinned, trail)
}

// status returns the routes that trails are kept for, and how many trails wait to be delivered.
func (a *adopter) status() (pinned []string, left int, last error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, routes := range a.pinned {
		pinned = append(pinned, routes...)
	}
	slices.Sort(pinned)
	return slices.Compact(pinned), a.left, a.last
}

// halt ends the adopter; a trail that it was delivering stays where it is for the next. A disk that hangs is not
// waited for longer than ctx and the grace allow.
func (a *adopter) halt(ctx context.Context) {
	a.cancel()
	if a.begun {
		awaitEnd(ctx, a.ended)
	}
}

// awaitEnd waits for a goroutine that may hang with the disk, no longer than ctx and the grace allow.
func awaitEnd(ctx context.Context, ended <-chan struct{}) {
	select {
	case <-ended:
		return
	case <-ctx.Done():
	}
	grace := time.NewTimer(diskGrace)
	defer grace.Stop()
	select {
	case <-ended:
	case <-grace.C:
	}
}
