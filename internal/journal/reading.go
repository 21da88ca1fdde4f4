package journal

import (
	"errors"
	"fmt"
	"io/fs"
	"sort"

	"github.com/daxis-io/arco-audit/internal/journal/vfs"
)

// segmentReader is the place of a lagging route.
type segmentReader struct {
	seg  *segment
	file vfs.File
	scan *scanner
}

// read serves from the shared tail, else from the segments.
func (r *Route) read(frames []Frame, maxBytes int) (int, error) {
	j := r.j
	j.mu.Lock()
	end := r.readableLocked()
	items := j.tail.find(r.pos, end)
	var seg *segment
	if items == nil {
		seg = j.segmentOfLocked(r.pos)
	}
	j.mu.Unlock()
	if items != nil {
		r.closeSegment()
		return r.readItems(items, frames, maxBytes), nil
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

// readItems hands out records of the tail. Everything in them is durable and will not change.
func (r *Route) readItems(items []item, frames []Frame, maxBytes int) int {
	n, size := 0, 0
	for n < min(len(items), len(frames)) && (n == 0 || size+len(items[n].payload) <= maxBytes) {
		frames[n] = Frame{Sequence: r.pos, Payload: items[n].payload, Tag: items[n].tag}
		size += len(items[n].payload)
		r.pos++
		n++
	}
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
