package journal

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"

	"github.com/daxis-io/arco-audit/internal/journal/vfs"
)

// survey reads a trail from its first segment to its last and works out which records are there.
type survey struct {
	fs         vfs.FS
	dir        string
	trail      string
	durable    bool   // sync the segments, so that what was only in memory of the system cannot go later
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
	} else if seg.end, err = s.trustedEnd(f, seg); err != nil {
		return err
	}
	s.report.Segments++
	return s.readFrames(f, seg, next)
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
		off := scan.off
		found, err := scan.resync()
		if err != nil {
			return err
		}
		if !found && next != nil && next.index != seg.index+1 {
			// A segment in between has gone, with what is missing here.
			seg.end = scan.seq
			return nil
		}
		if !found || scan.seq > seg.end {
			scan.seq, scan.off = seg.end, seg.size
		}
		name, err := s.copyAside(f, seg, off, scan.off)
		if err != nil {
			return err
		}
		s.gap(scan.seq, ReasonDamaged, name)
	}
	return nil
}

// accept counts a valid frame and shows it.
func (s *survey) accept(seq uint64, payload []byte) error {
	s.report.Bytes += int64(frameHeaderSize + len(payload))
	s.at, s.report.end = seq+1, seq+1
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
	cut, cutAt := uint64(endless), int64(0)
	for {
		_, starts, ok, err := scan.next()
		if err != nil {
			return 0, err
		}
		if ok && starts {
			s.report.Synced = max(s.report.Synced, scan.seq-1)
			cut = endless
		}
		if ok {
			continue
		}
		if cut == endless && scan.seq >= s.report.Synced {
			cut, cutAt = scan.seq, scan.off
		}
		found, err := scan.resync()
		if err != nil {
			return 0, err
		}
		if !found {
			break
		}
	}
	if cut == endless {
		return max(seg.base, s.report.Synced), nil
	}
	end := scan.off
	if h.old.index == noIndex {
		if end, err = lastByte(f, cutAt, seg.size, scan.buf); err != nil {
			return 0, err
		}
	}
	s.report.Torn = max(0, end-cutAt)
	return cut, nil
}

// lastByte returns the offset after the last byte from off on that is not zero, or off.
func lastByte(f vfs.File, off, size int64, buf []byte) (int64, error) {
	buf = append(buf[:0], make([]byte, max(1, min(scanBuffer, size-off)))...)
	end := off
	for off < size {
		n, err := f.ReadAt(buf[:min(int64(len(buf)), size-off)], off)
		if err != nil && !errors.Is(err, io.EOF) {
			return 0, err
		}
		if n == 0 {
			break
		}
		if rest := bytes.TrimRight(buf[:n], "\x00"); len(rest) > 0 {
			end = off + int64(len(rest))
		}
		off += int64(n)
	}
	return end, nil
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

// copyAside copies a damaged range to quarantine and returns the copy's name. A copy that an earlier recovery finished
// is left as it is.
func (s *survey) copyAside(f vfs.File, seg *segment, from, to int64) (string, error) {
	if !s.quarantine {
		return "", nil
	}
	dir := path.Join(s.dir, quarantineDir)
	if err := s.fs.MkdirAll(dir); err != nil {
		return "", err
	}
	short := fmt.Sprintf("%0*d-%d-%d.bad", indexDigits, seg.index, from, to-from)
	name := path.Join(dir, short)
	if done, err := s.fs.Open(name); err == nil {
		closeQuietly(done)
		return path.Join(quarantineDir, short), nil
	}
	temporary := name + ".tmp"
	if err := s.fs.Remove(temporary); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", err
	}
	to = min(to, seg.size)
	out, err := s.fs.Create(temporary)
	if err != nil {
		return "", err
	}
	err = copyRange(out, f, from, to)
	if err == nil {
		err = out.Sync()
	}
	if err = errors.Join(err, out.Close()); err != nil {
		return "", err
	}
	if err := s.fs.Rename(temporary, name); err != nil {
		return "", err
	}
	return path.Join(quarantineDir, short), s.fs.SyncDir(dir)
}

// copyRange copies the bytes from from to to of a file to the beginning of another.
func copyRange(dst, src vfs.File, from, to int64) error {
	buf := make([]byte, min(scanBuffer, max(1, to-from)))
	for off := from; off < to; {
		n, err := src.ReadAt(buf[:min(int64(len(buf)), to-off)], off)
		if n == 0 {
			return errors.Join(err, io.ErrUnexpectedEOF)
		}
		if err := writeFull(dst, buf[:n], off-from); err != nil {
			return err
		}
		off += int64(n)
	}
	return nil
}

// Walk shows every record of a trail, live or dead, in order without taking its lock, and reports what a recovery
// would. Payloads are valid during the call only. Of a live trail the last records may not be durable yet. An
// error of visit ends the walk and is returned.
func Walk(fsys vfs.FS, dir, trail string, visit func(Frame) error) (Report, error) {
	if !validTrail(trail) {
		return Report{}, fmt.Errorf("%w: trail must be a lower-case UUID", ErrInvalid)
	}
	s := survey{fs: fsys, dir: path.Join(dir, trail), trail: trail}
	names, err := fsys.ReadDir(s.dir)
	if err != nil {
		return Report{}, fmt.Errorf("journal: walk: %w", err)
	}
	if err := s.readCursors(names); err != nil {
		return Report{}, fmt.Errorf("journal: walk: %w", err)
	}
	if err := s.run(names, visit); err != nil {
		return Report{}, fmt.Errorf("journal: walk: %w", err)
	}
	return s.report, nil
}

// readCursors finds the lowest and the highest cursor.
func (s *survey) readCursors(names []string) error {
	for _, name := range names {
		route, ok := cursorRoute(name)
		if !ok {
			continue
		}
		c, valid, err := openCursor(s.fs, s.dir, s.trail, route)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return err
		}
		closeQuietly(c.file)
		if valid {
			s.noteCursor(c.slot.next)
		}
	}
	return nil
}

func (s *survey) noteCursor(next uint64) {
	s.floor = max(s.floor, next)
	if !s.cursors || next < s.oldest {
		s.oldest = next
	}
	s.cursors = true
}
