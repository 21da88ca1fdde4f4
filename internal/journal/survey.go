package journal

import (
	"cmp"
	"errors"
	"slices"

	"github.com/daxis-io/arco-audit/internal/journal/vfs"
)

// survey reads a trail from its first segment to its last and works out which records are there.
type survey struct {
	fs         vfs.FS
	dir        string
	trail      string
	durable    bool   // write again and sync what was perhaps only in memory of the system, so that it cannot go later
	quarantine bool   // copy damaged ranges aside
	floor      uint64 // everything below was durable once
	oldest     uint64 // everything below is delivered
	cursors    bool   // oldest is known
	visit      func(Frame) error

	segments  []*segment
	nextIndex uint32
	closed    bool
	report    Report
	buf       []byte
	at        uint64 // the sequence expected next
}

// run leaves its findings in s. visit, if not nil, gets every valid record in order.
func (s *survey) run(names []string, visit func(Frame) error) error {
	s.visit = visit
	s.report.Trail = s.trail
	s.list(names)
	for _, seg := range s.segments {
		if err := s.checkVersion(seg); err != nil {
			return err
		}
	}
	mark, closed := readClosed(s.fs, s.dir, s.trail)
	s.closed = closed
	s.floor = max(s.floor, mark)
	s.report.Synced = s.floor
	s.begin()
	for i := range s.segments {
		if err := s.readSegment(i); err != nil {
			return err
		}
	}
	s.finish(mark)
	return nil
}

// list sorts the segments by index, and by base where an unlink did not last and its index was given out again.
func (s *survey) list(names []string) {
	for _, name := range names {
		index, base, ok := parseSegmentName(name)
		if !ok {
			continue
		}
		s.segments = append(s.segments, &segment{index: index, base: base, salt: saltOf(s.trail, index)})
	}
	slices.SortFunc(s.segments, func(a, b *segment) int {
		return cmp.Or(cmp.Compare(a.index, b.index), cmp.Compare(a.base, b.base))
	})
	if n := len(s.segments); n > 0 {
		s.nextIndex = s.segments[n-1].index + 1
	}
}

func (s *survey) checkVersion(seg *segment) error {
	f, err := s.fs.Open(seg.path(s.dir))
	if err != nil {
		return err
	}
	defer closeQuietly(f)
	b := make([]byte, headerSize)
	if n, err := f.ReadAt(b, 0); n < headerSize && err == nil {
		return errors.New("short read of a segment header")
	}
	if h, ok := decodeHeader(b, s.trail); ok && h.version > Version {
		return ErrNewer
	}
	return nil
}

// begin sets where the trail's records start. What the lowest cursor still wants and is not there is a gap.
func (s *survey) begin() {
	s.at = s.oldest
	if !s.cursors {
		s.at = s.floor
	}
	if len(s.segments) > 0 {
		base := s.segments[0].base
		if s.cursors && s.oldest < base {
			s.gap(base, ReasonDeleted, "")
		}
		s.at = base
	}
	s.report.Base, s.report.end = s.at, s.at
}

// readSegment reads one segment up to the base of the one after it.
func (s *survey) readSegment(i int) error {
	seg := s.segments[i]
	if seg.base > s.at {
		s.gap(seg.base, ReasonDeleted, "")
	}
	f, err := s.fs.Open(seg.path(s.dir))
	if err != nil {
		return err
	}
	defer closeQuietly(f)
	if s.durable {
		if err := f.Sync(); err != nil {
			return err
		}
	}
	if seg.size, err = f.Size(); err != nil {
		return err
	}
	var next *segment
	if i < len(s.segments)-1 {
		next = s.segments[i+1]
		seg.end = max(seg.base, next.base)
	} else if err = s.readEnd(f, seg); err != nil {
		return err
	}
	s.report.Segments++
	return s.readFrames(f, seg, next)
}

// readEnd finds the end of the last segment.
func (s *survey) readEnd(f vfs.File, seg *segment) (err error) {
	if seg.end, err = s.trustedEnd(f, seg); err != nil || !s.durable || seg.end <= s.report.Synced {
		return err
	}
	return s.rewrite(f, seg)
}

// rewrite writes the frames again for whose sync nobody vouches, and syncs them. It may have failed: then they are still
// read, but the system holds them for written, and a sync alone would leave them out.
func (s *survey) rewrite(f vfs.File, seg *segment) error {
	scan, _, err := newScanner(f, seg.size, s.trail, seg, s.buf)
	if err != nil {
		return err
	}
	from := scan.off
	for scan.seq < seg.end {
		if scan.seq <= s.report.Synced {
			from = scan.off
		}
		if _, _, ok, err := scan.next(); err != nil {
			return err
		} else if !ok {
			if found, err := scan.resync(); err != nil || !found {
				return err
			}
		}
	}
	to := scan.off
	s.buf = scan.buf
	for b := make([]byte, min(to-from, writeBytes)); from < to; from += int64(len(b)) {
		b = b[:min(to-from, int64(len(b)))]
		if n, err := f.ReadAt(b, from); err != nil && n < len(b) {
			return err
		}
		if err := writeFull(f, b, from); err != nil {
			return err
		}
	}
	return f.Sync()
}

// readFrames accepts the frames of a segment up to its end and notes the damage between them. next is the segment after
// it, or nil.
func (s *survey) readFrames(f vfs.File, seg, next *segment) error {
	scan, _, err := newScanner(f, seg.size, s.trail, seg, s.buf)
	if err != nil {
		return err
	}
	defer func() { s.buf = scan.buf }()
	for scan.seq < seg.end {
		payload, _, ok, err := scan.next()
		if err != nil {
			return err
		}
		if ok {
			if err := s.accept(scan.seq-1, payload); err != nil {
				return err
			}
			continue
		}
		lost, err := s.passDamage(f, scan, seg, next)
		if err != nil || lost {
			return err
		}
	}
	return nil
}

// passDamage moves behind damage, copies it aside and notes the gap. lost says that the rest of the segment is missing
// because the one after it is.
func (s *survey) passDamage(f vfs.File, scan *scanner, seg, next *segment) (lost bool, err error) {
	off := scan.off
	found, err := scan.resync()
	if err != nil {
		return false, err
	}
	if !found && next != nil && next.index != seg.index+1 {
		seg.end = scan.seq
		return true, nil
	}
	if !found || scan.seq > seg.end {
		scan.seq, scan.off = seg.end, seg.size
	}
	name, err := s.copyAside(f, seg, off, scan.off)
	if err != nil && !noSpace(err) {
		return false, err
	}
	// On a full disk delivering the rest matters more than the copy.
	s.gap(scan.seq, ReasonDamaged, name)
	return false, nil
}

// accept counts a valid frame and shows it.
func (s *survey) accept(seq uint64, payload []byte) error {
	s.report.Bytes += int64(frameHeaderSize + len(payload))
	s.at, s.report.end = seq+1, seq+1
	s.report.Last = append(s.report.Last[:0], payload...)
	if s.visit == nil {
		return nil
	}
	return s.visit(Frame{Sequence: seq, Payload: payload})
}

// gap notes that the records from s.at to to are missing.
func (s *survey) gap(to uint64, why Reason, quarantine string) {
	if to <= s.at {
		return
	}
	delivered := s.cursors && to <= s.oldest
	s.report.Gaps = append(s.report.Gaps, Gap{From: s.at, To: to, Reason: why, Quarantine: quarantine, Delivered: delivered})
	s.at = to
}

// trustedEnd finds where the records of the last segment end: at the first place without a valid frame that nothing
// vouches for. A later frame that starts a batch vouches for everything before it, a cursor or the mark of a clean
// close for everything below.
func (s *survey) trustedEnd(f vfs.File, seg *segment) (uint64, error) {
	scan, h, err := newScanner(f, seg.size, s.trail, seg, s.buf)
	if err != nil {
		return 0, err
	}
	defer func() { s.buf = scan.buf }()
	cut, cutAt, err := s.findCut(scan)
	if err != nil {
		return 0, err
	}
	if cut == endless {
		return max(seg.base, s.report.Synced), nil
	}
	end := scan.off
	if h.old.index == noIndex {
		if end, err = lastByte(f, cutAt, seg.size); err != nil {
			return 0, err
		}
	}
	s.report.Torn = max(0, end-cutAt)
	return cut, nil
}

// findCut returns the sequence and place of the first missing frame that nothing vouches for, endless if there is none.
func (s *survey) findCut(scan *scanner) (cut uint64, at int64, err error) {
	cut = endless
	for {
		_, starts, ok, err := scan.next()
		if err != nil {
			return 0, 0, err
		}
		if ok && starts {
			s.report.Synced = max(s.report.Synced, scan.seq-1)
			cut = endless
		}
		if ok {
			continue
		}
		if cut == endless && scan.seq >= s.report.Synced {
			cut, at = scan.seq, scan.off
		}
		if found, err := scan.resync(); err != nil || !found {
			return cut, at, err
		}
	}
}

// finish works out the next sequence: behind everything that was there and everything that a cursor has seen, so that
// no new record can take the place of an old one.
func (s *survey) finish(mark uint64) {
	if s.floor > s.at {
		s.gap(s.floor, ReasonDeleted, "")
	}
	s.report.Next = s.at
	s.report.Synced = min(s.report.Synced, s.at)
	s.report.Unclean = !s.closed || mark != s.at
}
