package journal

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"

	"github.com/daxis-io/arco-audit/internal/journal/vfs"
)

// lastByte returns the offset after the last byte from off on that is not zero, or off.
func lastByte(f vfs.File, off, size int64) (int64, error) {
	buf := make([]byte, max(1, min(scanBuffer, size-off)))
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
	if err := s.writeCopy(name, f, from, min(to, seg.size)); err != nil {
		return "", err
	}
	return path.Join(quarantineDir, short), s.fs.SyncDir(dir)
}

// writeCopy makes a copy under a temporary name, so that the real one always names a whole copy.
func (s *survey) writeCopy(name string, f vfs.File, from, to int64) error {
	temporary := name + ".tmp"
	if err := s.fs.Remove(temporary); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	out, err := s.fs.Create(temporary)
	if err != nil {
		return err
	}
	err = copyRange(out, f, from, to)
	if err == nil {
		err = out.Sync()
	}
	if err = errors.Join(err, out.Close()); err != nil {
		return err
	}
	return s.fs.Rename(temporary, name)
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
