package journal

import (
	"errors"
	"io/fs"
	"path"
	"strings"
	"time"

	"github.com/daxis-io/arco-audit/internal/journal/vfs"
)

const (
	lockName      = "lock"
	closedName    = "closed"
	reserveName   = "reserve"
	quarantineDir = "quarantine"
	sparePrefix   = "spare-"
	// wantSpares is how many segments are prepared ahead, maxSpares how many reused ones are kept.
	wantSpares = 1
	maxSpares  = 3
	// prepareBackoff is the least time between attempts that are asked for by appends.
	prepareBackoff = 100 * time.Millisecond
)

var (
	errNoSegment = errors.New("no prepared segment")
	errCeiling   = errors.New("Keep.Bytes is reached")
)

// keepLoop prepares segments as they are used up and tends to cursors and retention every CursorEvery.
func (j *Journal) keepLoop() {
	ticker := time.NewTicker(j.o.CursorEvery)
	defer ticker.Stop()
	for {
		select {
		case <-j.stop:
			return
		case <-ticker.C:
			j.keep()
		case <-j.kickKeeper:
			if j.mayPrepare() {
				j.keepRoom()
			}
		}
	}
}

// mayPrepare keeps refused appends from hammering a full disk.
func (j *Journal) mayPrepare() bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.prepareErr == nil || time.Since(j.prepareFailed) >= prepareBackoff
}

// keep does one round of everything. Errors are kept for Stats and tried again in the next round.
func (j *Journal) keep() {
	var cursors error
	if !planted(plantUnlinkFirst) {
		cursors = j.syncCursors()
	}
	retired := j.retire()
	j.keepRoom()
	j.checkLinked()
	j.mu.Lock()
	j.shares.release(j.deliveredLocked(true))
	wake(&j.roomy)
	j.keepErr = errors.Join(cursors, retired)
	j.mu.Unlock()
}

// keepRoom prepares segments; if there is no room for one it retires and then sheds to make some.
func (j *Journal) keepRoom() {
	j.reuse()
	err := j.prepare()
	for noSpace(err) && j.makeRoom() {
		err = j.prepare()
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.prepareErr = err; err != nil {
		j.prepareFailed = time.Now()
		wake(&j.roomy)
	}
}

// reuse retires a segment for its blocks if one is wanted and one is delivered: cheaper than zeros. What goes wrong here
// goes wrong again, and is told, in the next round of keep.
func (j *Journal) reuse() {
	j.mu.Lock()
	wanted := j.rolling && len(j.spares) < wantSpares && len(j.segments) > 0 &&
		j.segments[0] != j.active && j.segments[0].end <= j.deliveredLocked(false)
	j.mu.Unlock()
	if wanted && j.syncCursors() == nil {
		j.noteKeeping(j.retire())
	}
}

func (j *Journal) noteKeeping(err error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.keepErr = err
}

// makeRoom retires what is delivered, whatever its age, and failing that sheds the oldest segment from the routes that
// are not required. It tells whether there is more room than before.
func (j *Journal) makeRoom() bool {
	if j.syncCursors() == nil && j.retireAll() > 0 {
		return true
	}
	return j.shedOldest() && j.syncCursors() == nil && j.retireAll() > 0
}

// removeAll removes the trail's directory: the note first, since what it speaks of is looked for in the records, then
// these, then what says that they are delivered, then the lock.
func (j *Journal) removeAll() error {
	names, err := j.o.FS.ReadDir(j.dir)
	if err != nil {
		return err
	}
	remove := func(match func(name string) bool) error {
		for _, name := range names {
			if !match(name) {
				continue
			}
			if err := j.o.FS.Remove(path.Join(j.dir, name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return err
			}
		}
		return j.o.FS.SyncDir(j.dir)
	}
	if err := j.removeQuarantine(names); err != nil {
		return err
	}
	if err := remove(func(name string) bool { return name == noteName }); err != nil {
		return err
	}
	isRecord := func(name string) bool { return strings.HasSuffix(name, segmentSuffix) }
	if err := remove(isRecord); err != nil {
		return err
	}
	if err := remove(func(name string) bool { return !isRecord(name) && name != lockName }); err != nil {
		return err
	}
	if err := remove(func(name string) bool { return name == lockName }); err != nil {
		return err
	}
	if err := j.o.FS.Remove(j.dir); err != nil {
		return err
	}
	return j.o.FS.SyncDir(j.o.Dir)
}

func (j *Journal) removeQuarantine(names []string) error {
	for _, name := range names {
		if name != quarantineDir {
			continue
		}
		dir := path.Join(j.dir, name)
		copies, err := j.o.FS.ReadDir(dir)
		if err != nil {
			return err
		}
		for _, c := range copies {
			if err := j.o.FS.Remove(path.Join(dir, c)); err != nil {
				return err
			}
		}
	}
	return nil
}

func writeFull(f vfs.File, b []byte, off int64) error {
	n, err := f.WriteAt(b, off)
	if err == nil && n < len(b) {
		err = errors.New("short write")
	}
	return err
}

// closeQuietly closes a file of which nothing more is expected: it is durable already, or given up.
func closeQuietly(f vfs.File) {
	if err := f.Close(); err != nil {
		return
	}
}
