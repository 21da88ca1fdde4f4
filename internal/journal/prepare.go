package journal

import (
	"errors"
	"fmt"
	"io/fs"
	"path"

	"github.com/daxis-io/arco-audit/internal/journal/vfs"
)

// prepare makes sure that the next segment and the reserve exist and are zeroed and durable.
func (j *Journal) prepare() error {
	j.keeping.Lock()
	defer j.keeping.Unlock()
	j.removeGarbage()
	for {
		j.mu.Lock()
		size, isReserve := j.wantedLocked()
		room := j.o.Keep.Bytes - j.diskLocked()
		j.mu.Unlock()
		switch {
		case size == 0:
			j.settleDemand()
			return nil
		case size > room:
			return errCeiling
		}
		name := path.Join(j.dir, reserveName)
		if !isReserve {
			name = j.spareName()
		}
		s, err := j.prepareFile(name, size)
		if err != nil {
			return err
		}
		j.mu.Lock()
		if isReserve {
			j.reserve = s
		} else {
			j.spares = append(j.spares, s)
		}
		wake(&j.roomy)
		j.mu.Unlock()
	}
}

// settleDemand forgets what appends waited for: they ask again if it was not enough.
func (j *Journal) settleDemand() {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.demand > 0 {
		j.demand = 0
		wake(&j.roomy)
	}
}

func (j *Journal) spareName() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.fileNumber++
	return path.Join(j.dir, fmt.Sprintf("%s%d", sparePrefix, j.fileNumber))
}

// wantedLocked returns the size of the next file to prepare, 0 for none.
func (j *Journal) wantedLocked() (size int64, isReserve bool) {
	switch {
	case !j.rolling:
		return 0, false
	case len(j.spares) < wantSpares:
		return j.nextSizeLocked(), false
	case j.reserve == nil:
		return j.o.Reserve, true
	case j.roomLocked(KindEvent) < j.demand:
		return j.nextSizeLocked(), false
	}
	return 0, false
}

// nextSizeLocked doubles from the first to the full size, so that a short life costs little.
func (j *Journal) nextSizeLocked() int64 {
	size := min(firstSegmentBytes, j.o.SegmentBytes)
	size = max(size, headerSize+3*int64(j.o.MaxPayload+frameHeaderSize))
	if j.active != nil {
		size = 2 * j.active.size
	} else if n := len(j.segments); n > 0 {
		size = 2 * j.segments[n-1].size
	}
	return min(size, j.o.SegmentBytes)
}

// diskLocked is the room that the trail's segments take.
func (j *Journal) diskLocked() int64 {
	var n int64
	for _, s := range j.segments {
		n += s.size
	}
	for _, s := range j.spares {
		n += s.size
	}
	if j.fresh != nil {
		n += j.active.size
	}
	if j.reserve != nil {
		n += j.reserve.size
	}
	return n
}

// prepareFile makes a file of zeros, in pieces so that no sync of a batch has to wait for all of them. Written blocks,
// unlike merely allocated ones, can later be overwritten without a change of metadata.
func (j *Journal) prepareFile(name string, size int64) (*spare, error) {
	f, err := j.o.FS.Create(name)
	if errors.Is(err, fs.ErrExist) {
		if err = j.o.FS.Remove(name); err == nil {
			f, err = j.o.FS.Create(name)
		}
	}
	if err != nil {
		return nil, err
	}
	if err := zero(f, size); err != nil {
		closeQuietly(f)
		j.mu.Lock()
		j.garbage = append(j.garbage, name)
		j.mu.Unlock()
		j.removeGarbage()
		return nil, err
	}
	return &spare{name: name, file: f, size: size, old: stale{index: noIndex}}, nil
}

func zero(f vfs.File, size int64) error {
	if err := f.Allocate(size); err != nil {
		return err
	}
	piece := make([]byte, min(size, 1<<20))
	for off := int64(0); off < size; off += int64(len(piece)) {
		piece = piece[:min(int64(len(piece)), size-off)]
		if err := writeFull(f, piece, off); err != nil {
			return err
		}
		if err := f.Sync(); err != nil {
			return err
		}
	}
	return nil
}

// takeSpare returns a prepared file: a spare, else one made on the spot, else the reserve.
func (j *Journal) takeSpare() (*spare, error) {
	for range 2 {
		j.mu.Lock()
		if len(j.spares) > 0 {
			s := j.spares[0]
			j.spares = j.spares[:copy(j.spares, j.spares[1:])]
			j.mu.Unlock()
			return s, nil
		}
		j.mu.Unlock()
		j.keepRoom()
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	if s := j.reserve; s != nil {
		j.reserve = nil
		return s, nil
	}
	return nil, fmt.Errorf("%w: %w", errNoSegment, j.prepareErr)
}

// removeGarbage unlinks given-up files; what cannot be removed is tried again.
func (j *Journal) removeGarbage() {
	j.mu.Lock()
	names := j.garbage
	j.garbage = nil
	j.mu.Unlock()
	for _, name := range names {
		if err := j.o.FS.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
			j.mu.Lock()
			j.garbage = append(j.garbage, name)
			j.mu.Unlock()
		}
	}
}

// dropPrepared removes the spares and the reserve of a journal that ends. They are worthless, so errors are too.
func (j *Journal) dropPrepared() {
	j.mu.Lock()
	spares := j.spares
	if j.reserve != nil {
		spares = append(spares, j.reserve)
	}
	if j.fresh != nil {
		j.garbage = append(j.garbage, j.fresh.name)
	}
	j.spares, j.reserve, j.fresh = nil, nil, nil
	for _, s := range spares {
		closeQuietly(s.file)
		j.garbage = append(j.garbage, s.name)
	}
	j.mu.Unlock()
	j.removeGarbage()
}
