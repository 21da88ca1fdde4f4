package journal

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"sort"
	"sync/atomic"

	"github.com/daxis-io/arco-audit/internal/journal/vfs"
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

	pos      uint64 // what Next returns next; endless while the route is known only by its cursor
	reported uint64 // drops that Next has told of
	chunk    *chunkPlace
	segment  *segmentReader
}

// chunkPlace remembers where in a chunk of the tail a sequence begins. It does not keep the chunk.
type chunkPlace struct {
	first uint64
	seq   uint64
	off   int
}

// segmentReader is the place of a lagging route.
type segmentReader struct {
	seg  *segment
	file vfs.File
	scan *scanner
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
	closed := j.closed
	first := j.synced.Load()
	if start == StartOldest && len(j.segments) > 0 {
		first = min(first, j.segments[0].base)
	}
	j.mu.Unlock()
	switch {
	case closed:
		return nil, ErrClosed
	case known && r.pos != endless:
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
	r.required = required
	r.pos = r.cursor.Load()
	j.routes[name] = r
	j.tail.read = true
	j.mu.Unlock()
	return r, nil
}

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
	if err := j.o.FS.Remove(r.file.name); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("journal: forget: %w", err)
	}
	return j.o.FS.SyncDir(j.dir)
}

// Cursor returns the sequence below which everything is delivered.
func (r *Route) Cursor() uint64 { return r.cursor.Load() }

// Dropped counts the records that this route was made to pass over, durably.
func (r *Route) Dropped() uint64 { return r.dropped.Load() }

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
}

// Next fills frames with the records that follow the last ones, up to maxBytes of payload but at least one, and waits
// while there is none behind the synced mark. A *GapError stands for missing records; the next call goes on behind
// them. The payloads may be kept but not written to. It returns ErrClosed once the journal is closed.
func (r *Route) Next(ctx context.Context, frames []Frame, maxBytes int) (int, error) {
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
	j.followers = append(j.followers, r)
	return r.wake, false
}

func (r *Route) readableLocked() uint64 {
	if planted(plantReadUnsynced) {
		return r.j.next
	}
	return r.j.synced.Load()
}

// read serves from the shared tail, else from the segments.
func (r *Route) read(frames []Frame, maxBytes int) (int, error) {
	j := r.j
	j.mu.Lock()
	end := r.readableLocked()
	c, readable := j.tail.find(r.pos, end)
	var seg *segment
	if c == nil {
		seg = j.segmentOfLocked(r.pos)
	}
	j.mu.Unlock()
	if c != nil {
		r.closeSegment()
		return r.readChunk(c, readable, frames, maxBytes), nil
	}
	if seg == nil || seg.base > r.pos {
		to := end
		if seg != nil {
			to = seg.base
		}
		return 0, r.skip(to, ReasonDeleted)
	}
	n, err := r.readSegment(seg, min(end, seg.end), frames, maxBytes)
	if err != nil {
		r.closeSegment()
	}
	return n, err
}

// segmentOfLocked returns the segment that holds seq or, if there is none, the first one after it.
func (j *Journal) segmentOfLocked(seq uint64) *segment {
	i := sort.Search(len(j.segments), func(i int) bool { return j.segments[i].end > seq })
	if i == len(j.segments) {
		return nil
	}
	copied := *j.segments[i]
	return &copied
}

// readChunk hands out views of the tail. Everything in them is durable and will not change.
func (r *Route) readChunk(c *chunk, readable uint64, frames []Frame, maxBytes int) int {
	at := r.chunk
	if at == nil || at.first != c.first || at.seq > r.pos {
		at = &chunkPlace{first: c.first, seq: c.first}
		r.chunk = at
	}
	n, size := 0, 0
	for at.seq < c.first+readable && n < len(frames) {
		length, _, _ := frameLength(c.mem[at.off:])
		if at.seq >= r.pos {
			if n > 0 && size+length > maxBytes {
				break
			}
			body := at.off + frameHeaderSize
			frames[n] = Frame{Sequence: at.seq, Payload: c.mem[body : body+length : body+length]}
			n++
			size += length
		}
		at.off += frameHeaderSize + length
		at.seq++
	}
	r.pos = at.seq
	return n
}

// readSegment copies records out of a segment's file up to, not including, end.
func (r *Route) readSegment(seg *segment, end uint64, frames []Frame, maxBytes int) (int, error) {
	if err := r.openSegment(seg); err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return 0, r.skip(end, ReasonDeleted)
		}
		return 0, fmt.Errorf("journal: read: %w", err)
	}
	s := r.segment.scan
	n, size, current := 0, 0, false
	for s.seq < end && n < len(frames) && (n == 0 || size < maxBytes) {
		payload, _, ok, err := s.next()
		switch {
		case err != nil:
			return n, fmt.Errorf("journal: read: %w", err)
		case !ok && !current:
			// What the buffer holds may be from before the frame was written.
			s.buf, current = s.buf[:0], true
			continue
		case !ok && n > 0:
			return n, nil
		case !ok:
			if err := r.skipDamage(s, end); err != nil {
				return 0, err
			}
			continue
		case s.seq <= r.pos:
			continue
		}
		frames[n] = Frame{Sequence: s.seq - 1, Payload: append([]byte(nil), payload...)}
		r.pos = s.seq
		n++
		size += len(payload)
	}
	return n, nil
}

// skipDamage finds the record after damage and returns the gap.
func (r *Route) skipDamage(s *scanner, end uint64) error {
	ok, err := s.resync()
	if err != nil {
		return fmt.Errorf("journal: read: %w", err)
	}
	if !ok || s.seq > end {
		s.seq = end
	}
	if s.seq <= r.pos {
		return nil
	}
	return r.skip(s.seq, ReasonDamaged)
}

// openSegment makes r.segment a reader of seg that stands at or before r.pos.
func (r *Route) openSegment(seg *segment) error {
	if at := r.segment; at != nil && at.seg.index == seg.index && at.seg.revision == seg.revision &&
		at.scan.seq <= r.pos {
		return nil
	}
	r.closeSegment()
	f, err := r.j.o.FS.Open(seg.path(r.j.dir))
	if err != nil {
		return err
	}
	size, err := f.Size()
	if err != nil {
		return errors.Join(err, f.Close())
	}
	scan, _, err := newScanner(f, size, r.j.o.Trail, seg, nil)
	if err != nil {
		return errors.Join(err, f.Close())
	}
	r.segment = &segmentReader{seg: seg, file: f, scan: scan}
	return nil
}

func (r *Route) closeSegment() {
	if r.segment != nil {
		closeQuietly(r.segment.file)
		r.segment = nil
	}
}
