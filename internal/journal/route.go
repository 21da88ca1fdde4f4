package journal

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"sync/atomic"
)

// Start says where a route that the trail has no cursor for begins.
type Start uint8

const (
	// StartOldest begins with the oldest record that is still there.
	StartOldest Start = iota
	// StartNow begins at the synced mark.
	StartNow
)

// Reason says why records are missing.
type Reason string

const (
	// ReasonDamaged means that stored bytes changed; a copy of them is in quarantine after the trail's next adoption.
	ReasonDamaged Reason = "damaged"
	// ReasonDeleted means that a segment's file has gone.
	ReasonDeleted Reason = "deleted"
	// ReasonDropped means that a route that is not required was moved on to make room.
	ReasonDropped Reason = "dropped"
)

// GapError says that the records from From up to, not including, To will not be read.
type GapError struct {
	From, To uint64
	Reason   Reason
}

// Error implements error.
func (e *GapError) Error() string {
	return fmt.Sprintf("journal: records %d to %d are missing: %s", e.From, e.To-1, e.Reason)
}

// Route is one reader of the journal with a durable cursor. Next, Seek and Advance belong to one goroutine.
type Route struct {
	j        *Journal
	name     string
	required bool
	file     *cursorFile
	cursor   atomic.Uint64 // everything below is delivered
	dropped  atomic.Uint64
	wake     chan struct{}
	lost     bool // the cursor was unreadable when the trail was adopted

	registered bool   // guarded by the journal's lock; false while the route is known only by its cursor
	waiting    bool   // likewise: it is among the journal's followers
	loss       loss   // likewise
	pos        uint64 // what Next returns next
	reported   uint64 // drops that Next has told of
	segment    *segmentReader
}

// Route registers a reader under a name that is unique in the journal. A known name goes on at its cursor, a new one
// where start says. A required route is never passed over to make room. The route's records stay until Advance passes
// them, also over crashes, or Forget is called.
func (j *Journal) Route(name string, start Start, required bool) (*Route, error) {
	if name == "" || len(cursorName(name)) > 200 {
		return nil, fmt.Errorf("%w: route name is empty or too long", ErrInvalid)
	}
	j.keeping.Lock()
	defer j.keeping.Unlock()
	j.mu.Lock()
	r, known := j.routes[name]
	taken := known && r.registered
	closed := j.closed
	first := j.synced.Load()
	if start == StartOldest && len(j.segments) > 0 {
		first = min(first, j.segments[0].base)
	}
	j.mu.Unlock()
	switch {
	case closed:
		return nil, ErrClosed
	case taken:
		return nil, fmt.Errorf("%w: route is registered already", ErrInvalid)
	case !known:
		file, err := createCursor(j.o.FS, j.dir, j.o.Trail, name, cursorSlot{generation: 1, next: first})
		if err != nil {
			return nil, fmt.Errorf("journal: route: %w", err)
		}
		r = &Route{j: j, name: name, file: file, wake: make(chan struct{}, 1)}
		r.cursor.Store(first)
	}
	j.mu.Lock()
	r.required, r.registered = required, true
	r.pos = r.cursor.Load()
	j.routes[name] = r
	j.tail.read = true
	j.mu.Unlock()
	return r, nil
}

// Base returns the oldest sequence that is still there.
func (j *Journal) Base() uint64 {
	j.mu.Lock()
	defer j.mu.Unlock()
	if len(j.segments) == 0 {
		return j.synced.Load()
	}
	return j.segments[0].base
}

// Reader returns a route without a cursor that starts at from: nothing stays for it, and what goes while it reads is a
// gap. Stop reading at the synced mark, or end Next by its context; Close it.
func (j *Journal) Reader(from uint64) *Route {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.tail.read = true
	return &Route{j: j, pos: from, wake: make(chan struct{}, 1)}
}

// Close lets go of what a Reader holds.
func (r *Route) Close() { r.closeSegment() }

// Forget removes the cursor of a route that is registered no more, so that it does not pin the disk.
func (j *Journal) Forget(name string) error {
	j.keeping.Lock()
	defer j.keeping.Unlock()
	j.mu.Lock()
	r := j.routes[name]
	delete(j.routes, name)
	j.mu.Unlock()
	if r == nil {
		return nil
	}
	closeQuietly(r.file.file)
	for _, file := range []string{r.file.name, r.stampFile()} {
		if err := j.o.FS.Remove(file); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("journal: forget: %w", err)
		}
	}
	return j.o.FS.SyncDir(j.dir)
}

// Cursor returns the sequence below which everything is delivered.
func (r *Route) Cursor() uint64 { return r.cursor.Load() }

// Dropped counts the records that this route was made to pass over, durably.
func (r *Route) Dropped() uint64 { return r.dropped.Load() }

// Loss returns the records, from and up to, not including, to, that the route was made to pass over, also in a process
// before this one, since the last Told. Some of them may have been delivered.
func (r *Route) Loss() (from, to uint64) {
	r.j.mu.Lock()
	defer r.j.mu.Unlock()
	return r.loss.from, r.loss.to
}

// Told says that the loss below to is recorded somewhere that lasts, and that nothing below to is still to be delivered.
func (r *Route) Told(to uint64) {
	r.j.mu.Lock()
	defer r.j.mu.Unlock()
	if r.loss.from = max(r.loss.from, to); r.loss.from >= r.loss.to {
		r.loss = loss{}
	}
}

// Seek makes Next go on at seq, for sending again what was read but not delivered, or for a replay.
func (r *Route) Seek(seq uint64) { r.pos = seq }

// Advance moves the cursor: everything below next is delivered. It is durable within CursorEvery, before the segments
// below it go, and at Close. It never moves back.
func (r *Route) Advance(next uint64) error {
	if next > r.j.synced.Load() {
		return fmt.Errorf("%w: cursor would pass the synced mark", ErrInvalid)
	}
	for {
		now := r.cursor.Load()
		if next <= now || r.cursor.CompareAndSwap(now, next) {
			return nil
		}
	}
}

// shedLocked moves a route past end and counts what it loses.
func (r *Route) shedLocked(end uint64) {
	now := r.cursor.Load()
	if now >= end || !r.cursor.CompareAndSwap(now, end) {
		return
	}
	r.dropped.Add(end - now)
	if r.loss.to == 0 {
		r.loss.from = now
	}
	r.loss.to = end
}

// Next fills frames with the records that follow the last ones, up to maxBytes of payload but at least one, and waits
// while there is none behind the synced mark. A *GapError stands for missing records; the next call goes on behind
// them. The payloads may be kept but not written to. It returns ErrClosed once the journal is closed.
func (r *Route) Next(ctx context.Context, frames []Frame, maxBytes int) (int, error) {
	if len(frames) == 0 {
		return 0, fmt.Errorf("%w: frames is empty", ErrInvalid)
	}
	for {
		if floor := r.cursor.Load(); r.pos < floor && r.dropped.Load() > r.reported {
			return 0, r.skip(floor, ReasonDropped)
		}
		wait, closed := r.waitChannel()
		if closed {
			r.closeSegment()
			return 0, ErrClosed
		}
		if wait == nil {
			if n, err := r.read(frames, maxBytes); n > 0 || err != nil {
				return n, err
			}
			continue
		}
		select {
		case <-wait:
		case <-ctx.Done():
			return 0, context.Cause(ctx)
		}
	}
}

func (r *Route) skip(to uint64, why Reason) error {
	gap := &GapError{From: r.pos, To: to, Reason: why}
	if why == ReasonDropped {
		r.reported = r.dropped.Load()
	}
	r.pos = to
	return gap
}

// waitChannel returns nil if there is something to read.
func (r *Route) waitChannel() (wait <-chan struct{}, closed bool) {
	j := r.j
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.closed {
		return nil, true
	}
	if r.pos < r.readableLocked() {
		return nil, false
	}
	if !r.waiting {
		r.waiting = true
		j.followers = append(j.followers, r)
	}
	return r.wake, false
}

func (r *Route) readableLocked() uint64 {
	if planted(plantReadUnsynced) {
		return r.j.next
	}
	return r.j.synced.Load()
}
