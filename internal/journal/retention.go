package journal

import (
	"errors"
	"io/fs"
	"time"
)

// deliveredLocked is the sequence below which no route wants anything: none of the required ones if requiredOnly.
// Without routes everything durable is delivered.
func (j *Journal) deliveredLocked(requiredOnly bool) uint64 {
	floor := j.synced.Load()
	for _, r := range j.routes {
		if r.required || !requiredOnly {
			floor = min(floor, r.cursor.Load())
		}
	}
	return floor
}

// retire removes the segments that every durable cursor has passed and that Keep does not ask for.
func (j *Journal) retire() error {
	_, err := j.retireWhere(func(s *segment, disk int64) bool {
		return disk > j.o.Keep.Bytes || time.Since(s.sealed) >= j.o.Keep.Age
	})
	return err
}

// retireAll retires what is delivered, whatever its age, and returns how many segments went.
func (j *Journal) retireAll() int {
	n, err := j.retireWhere(func(*segment, int64) bool { return true })
	if err != nil {
		j.noteKeeping(err)
	}
	return n
}

// retireWhere takes delivered segments off the table and retires them, oldest first. The cursors on disk have passed
// them before.
func (j *Journal) retireWhere(may func(s *segment, disk int64) bool) (int, error) {
	j.keeping.Lock()
	defer j.keeping.Unlock()
	wanted := j.synced.Load()
	if j.o.Wanted != nil {
		wanted = j.o.Wanted(wanted)
	}
	j.mu.Lock()
	floor := min(j.durableFloorLocked(), wanted)
	disk := j.diskLocked()
	n := 0
	for n < len(j.segments) && j.segments[n] != j.active && j.segments[n].end <= floor && may(j.segments[n], disk) {
		disk -= j.segments[n].size
		n++
	}
	gone := append([]*segment(nil), j.segments[:n]...)
	j.segments = j.segments[:copy(j.segments, j.segments[n:])]
	j.mu.Unlock()
	for i, s := range gone {
		if err := j.retireOne(s); err != nil {
			j.mu.Lock()
			j.segments = append(append([]*segment(nil), gone[i:]...), j.segments...)
			j.mu.Unlock()
			return i, err
		}
	}
	return len(gone), nil
}

// durableFloorLocked is deliveredLocked(false) as a crash would leave it.
func (j *Journal) durableFloorLocked() uint64 {
	floor := j.synced.Load()
	for _, r := range j.routes {
		at := r.file.durable
		if planted(plantUnlinkFirst) {
			at = r.cursor.Load()
		}
		floor = min(floor, at)
	}
	return floor
}

// retireOne renames a segment to a spare if it is fit for reuse, else unlinks it, and syncs the directory, so that
// segments go in order also in a crash and a renamed one is not written to before its old name has gone for good.
func (j *Journal) retireOne(s *segment) error {
	name := s.path(j.dir)
	j.mu.Lock()
	reuse := j.rolling && s.full && s.size == j.o.SegmentBytes && len(j.spares) < maxSpares
	j.mu.Unlock()
	to := j.spareName()
	var err error
	if reuse {
		err = j.o.FS.Rename(name, to)
	} else {
		err = j.o.FS.Remove(name)
	}
	if errors.Is(err, fs.ErrNotExist) {
		// An earlier attempt may have failed to sync its removal.
		err, reuse = nil, false
	}
	if err == nil {
		err = j.o.FS.SyncDir(j.dir)
	}
	if err != nil && reuse {
		j.giveUp(to)
	}
	if err != nil || !reuse {
		return err
	}
	return j.addReused(s, to)
}

// addReused makes a spare of a retired segment, which has its new name for good.
func (j *Journal) addReused(s *segment, name string) error {
	f, err := j.o.FS.Open(name)
	if err != nil {
		j.giveUp(name)
		return err
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	old := stale{index: s.index, base: s.base, end: s.end}
	j.spares = append(j.spares, &spare{name: name, file: f, size: s.size, old: old})
	wake(&j.roomy)
	return nil
}

// giveUp has a prepared file removed in the next round.
func (j *Journal) giveUp(name string) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.garbage = append(j.garbage, name)
}

// shedOldest moves the cursors of routes that are not required past the oldest segment and counts what they lose. It
// returns false if a required route still wants that segment.
func (j *Journal) shedOldest() bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	if len(j.segments) == 0 || j.segments[0] == j.active {
		return false
	}
	end := j.segments[0].end
	for _, r := range j.routes {
		if r.required && r.cursor.Load() < end {
			return false
		}
	}
	for _, r := range j.routes {
		r.shedLocked(end)
	}
	return true
}

// checkLinked finds out whether somebody removed or replaced the active segment.
func (j *Journal) checkLinked() {
	j.mu.Lock()
	f := j.file
	skip := f == nil || j.fresh != nil
	j.mu.Unlock()
	if skip {
		return
	}
	linked, err := f.Linked()
	if err != nil || linked {
		return
	}
	j.mu.Lock()
	j.unlinked = j.file == f
	j.mu.Unlock()
}

func (j *Journal) takeUnlinked() bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	was := j.unlinked
	j.unlinked = false
	return was && j.active != nil
}

// relink copies the active segment, of which only the descriptor is left, to a prepared file and gives that the name.
func (j *Journal) relink() error {
	s, err := j.takeSpare()
	if err != nil {
		return err
	}
	if s.size < j.pos {
		closeQuietly(s.file)
		return errNoSegment
	}
	name := j.active.path(j.dir)
	if err := j.copyActive(s, name); err != nil {
		return err
	}
	s.file.Moved(name)
	j.mu.Lock()
	defer j.mu.Unlock()
	closeQuietly(j.file)
	j.file = s.file
	j.active.size = s.size
	j.active.revision++
	j.relinked++
	return nil
}

// copyActive makes the spare a durable copy of the active segment under its name.
func (j *Journal) copyActive(s *spare, name string) error {
	err := copyRange(s.file, j.file, 0, j.pos)
	if err == nil {
		err = writeFull(s.file, encodeHeader(j.o.Trail, j.active.index, j.active.base, s.old), 0)
	}
	if err == nil {
		err = s.file.Sync()
	}
	if err == nil {
		err = j.o.FS.Rename(s.name, name)
	}
	if err == nil {
		err = j.o.FS.SyncDir(j.dir)
	}
	if err != nil {
		closeQuietly(s.file)
		j.giveUp(s.name)
	}
	return err
}
