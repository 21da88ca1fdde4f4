package journal

import (
	"errors"
	"fmt"
	"path"

	"github.com/daxis-io/arco-audit/internal/journal/vfs"
)

// Summary is what can be said of a trail without reading all of it.
type Summary struct {
	Live   bool   // its owner lives, or somebody adopts it just now: nothing else is known then
	Newer  bool   // a later version wrote it: nothing else is known then
	Closed bool   // its owner closed it
	Next   uint64 // the sequence after the last record that recovery would keep; 0 if there is none
}

// Inspect looks at a trail's lock, marks and last segment. It holds the lock of a dead trail meanwhile and changes
// nothing.
func Inspect(fsys vfs.FS, dir, trail string) (Summary, error) {
	if !validTrail(trail) {
		return Summary{}, fmt.Errorf("%w: trail must be a lower-case UUID", ErrInvalid)
	}
	s := survey{fs: fsys, dir: path.Join(dir, trail), trail: trail}
	names, err := fsys.ReadDir(s.dir)
	if err != nil {
		return Summary{}, fmt.Errorf("journal: inspect: %w", err)
	}
	lock, err := fsys.Lock(path.Join(s.dir, lockName))
	if errors.Is(err, vfs.ErrLocked) {
		return Summary{Live: true}, nil
	}
	if err != nil {
		return Summary{}, fmt.Errorf("journal: inspect: %w", err)
	}
	found, err := s.inspect(names)
	if err = errors.Join(err, lock.Close()); err != nil {
		return Summary{}, fmt.Errorf("journal: inspect: %w", err)
	}
	return found, nil
}

// inspect works out where the trail ends.
func (s *survey) inspect(names []string) (Summary, error) {
	if err := s.readCursors(names); err != nil {
		return Summary{}, err
	}
	s.list(names)
	mark, closed := readClosed(s.fs, s.dir, s.trail)
	s.floor = max(s.floor, mark)
	s.report.Synced = s.floor
	next := s.floor
	if n := len(s.segments); n > 0 {
		last := s.segments[n-1]
		if err := s.checkVersion(last); err != nil {
			if errors.Is(err, ErrNewer) {
				return Summary{Newer: true}, nil
			}
			return Summary{}, err
		}
		end, err := s.endOf(last)
		if err != nil {
			return Summary{}, err
		}
		next = max(next, end)
	}
	return Summary{Closed: closed && mark == next, Next: next}, nil
}

// endOf is trustedEnd of a segment that is opened for it.
func (s *survey) endOf(seg *segment) (uint64, error) {
	f, err := s.fs.Open(seg.path(s.dir))
	if err != nil {
		return 0, err
	}
	defer closeQuietly(f)
	if seg.size, err = f.Size(); err != nil {
		return 0, err
	}
	return s.trustedEnd(f, seg)
}
