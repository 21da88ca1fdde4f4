package journal

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"sort"

	"github.com/daxis-io/arco-audit/internal/journal/vfs"
)

// Gap is a range of records that are missing from a trail.
type Gap struct {
	From, To   uint64 // up to, not including, To
	Reason     Reason
	Quarantine string // name of the copy of the damaged bytes inside the trail's directory, if there is one
	Delivered  bool   // every cursor had passed it
}

// Report is what recovery found.
type Report struct {
	Trail    string
	Base     uint64 // the oldest record that is still there
	Next     uint64 // the sequence after the last record
	Synced   uint64 // every record below it is known to have been durable before the crash
	Unclean  bool   // the trail was not closed
	Torn     int64  // bytes of unacknowledged frames that were cut off, seen to be no zeros
	Bytes    int64  // of valid frames
	Segments int
	Gaps     []Gap
	Cursors  []CursorReport
	Last     []byte // payload of the last record; nil if none is there

	end uint64 // after the last valid record
}

// CursorReport is the state of one route's cursor as found.
type CursorReport struct {
	Route   string
	Next    uint64
	Dropped uint64
	Lost    bool // neither slot was readable: the route starts with the oldest record
	Ahead   bool // the cursor was beyond the last record, which a restored backup explains
}

// Trails returns the ids of the trails in dir, live and dead, in order.
func Trails(fsys vfs.FS, dir string) ([]string, error) {
	names, err := fsys.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("journal: trails: %w", err)
	}
	trails := names[:0]
	for _, name := range names {
		if validTrail(name) {
			trails = append(trails, name)
		}
	}
	return trails, nil
}

// Adopt takes over the trail of a dead process: of several callers exactly one gets it, the others ErrLive. It
// recovers what is there, copies damaged ranges to quarantine and returns a journal whose routes go on at their
// cursors and to which closing records can be appended. ErrNewer and ErrEmpty are for the caller to pass over.
func Adopt(o Options) (*Journal, error) { return adopt(o, false) }

func adopt(o Options, manual bool) (*Journal, error) {
	if err := o.normalise(); err != nil {
		return nil, err
	}
	j := newJournal(o)
	j.manual = manual
	// An absent directory must stay absent: locking would make a file in it.
	if _, err := o.FS.ReadDir(j.dir); err != nil {
		return nil, fmt.Errorf("journal: adopt: %w", err)
	}
	lock, err := o.FS.Lock(path.Join(j.dir, lockName))
	if errors.Is(err, vfs.ErrLocked) {
		return nil, ErrLive
	}
	if err != nil {
		return nil, fmt.Errorf("journal: adopt: %w", err)
	}
	j.lock = lock
	if err := j.recover(); err != nil {
		j.closeRoutes()
		if err := errors.Join(err, lock.Close()); !errors.Is(err, ErrNewer) && !errors.Is(err, ErrEmpty) {
			return nil, fmt.Errorf("journal: adopt: %w", err)
		}
		return nil, err
	}
	j.start()
	return j, nil
}

// recover reads the whole trail and leaves it as it was, but for quarantine copies and prepared files.
func (j *Journal) recover() error {
	names, err := j.o.FS.ReadDir(j.dir)
	if err != nil {
		return err
	}
	if err := j.loadCursors(names); err != nil {
		return err
	}
	// The dead process may have died before it synced a name: what is found here must not go later.
	if err := errors.Join(j.o.FS.SyncDir(j.o.Dir), j.o.FS.SyncDir(j.dir)); err != nil {
		return err
	}
	s := survey{fs: j.o.FS, dir: j.dir, trail: j.o.Trail, durable: true, quarantine: true}
	for _, r := range j.routes {
		if !r.lost {
			s.noteCursor(r.file.slot.next)
		}
	}
	if err := s.run(names, nil); err != nil {
		return err
	}
	if len(s.segments) == 0 && s.floor == 0 && !s.closed {
		return errors.Join(j.removeAll(), ErrEmpty)
	}
	j.segments = s.segments
	j.nextIndex = s.nextIndex
	j.next = s.report.Next
	j.synced.Store(j.next)
	j.report = s.report
	j.clampCursors()
	for _, name := range names {
		if isPrepared(name) {
			j.garbage = append(j.garbage, path.Join(j.dir, name))
		}
	}
	j.removeGarbage()
	return nil
}

func isPrepared(name string) bool {
	return name == reserveName || len(name) > len(sparePrefix) && name[:len(sparePrefix)] == sparePrefix
}

// loadCursors makes a route of every cursor file. They count as not registered until Route names them.
func (j *Journal) loadCursors(names []string) error {
	for _, name := range names {
		route, ok := cursorRoute(name)
		if !ok {
			continue
		}
		file, valid, err := openCursor(j.o.FS, j.dir, j.o.Trail, route)
		if err != nil {
			return err
		}
		r := &Route{j: j, name: route, file: file, wake: make(chan struct{}, 1), lost: !valid, required: true}
		r.cursor.Store(file.slot.next)
		r.dropped.Store(file.slot.dropped)
		r.reported, r.loss = file.slot.dropped, file.slot.loss
		j.routes[route] = r
	}
	return nil
}

// clampCursors brings cursors into the range of what is there.
func (j *Journal) clampCursors() {
	names := make([]string, 0, len(j.routes))
	for name := range j.routes {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		r := j.routes[name]
		found := CursorReport{Route: name, Next: r.cursor.Load(), Dropped: r.dropped.Load(), Lost: r.lost}
		found.Ahead = found.Next > j.report.end
		if r.lost {
			found.Next = j.report.Base
			r.cursor.Store(found.Next)
		}
		j.report.Cursors = append(j.report.Cursors, found)
	}
}

func (j *Journal) closeRoutes() {
	j.mu.Lock()
	defer j.mu.Unlock()
	for _, r := range j.routes {
		closeQuietly(r.file.file)
	}
}

// Remove deletes a trail whose every route has delivered everything, with its directory, and ends the journal. It
// does nothing, and says so, while a cursor is behind. A crash in between leaves a trail that the next adopter
// removes.
func (j *Journal) Remove() error {
	if err := j.syncCursors(); err != nil {
		return err
	}
	j.mu.Lock()
	behind := j.durableFloorLocked() < j.next || j.pending+j.flying > 0
	closed := j.closed
	if !behind {
		j.closed = true
		j.broadcastLocked()
	}
	j.mu.Unlock()
	switch {
	case behind:
		return fmt.Errorf("%w: records are not delivered yet", ErrInvalid)
	case closed:
		return ErrClosed
	}
	close(j.stop)
	j.stopped.Wait()
	defer close(j.finished)
	if j.file != nil {
		closeQuietly(j.file)
	}
	j.closeRoutes()
	j.endNotes()
	j.dropPrepared()
	if err := errors.Join(j.removeAll(), j.lock.Close()); err != nil {
		j.finishErr = fmt.Errorf("journal: remove: %w", err)
	}
	return j.finishErr
}
