package journal

import (
	"time"
)

// writeUnit makes as much of the batch durable as fits into one segment.
func (j *Journal) writeUnit() error {
	if j.takeUnlinked() {
		if err := j.relink(); err != nil {
			return err
		}
	}
	if !j.nextFits() {
		if err := j.roll(); err != nil {
			return err
		}
	}
	end, at, err := j.writeFrames()
	if err != nil {
		return err
	}
	if err := j.syncUnit(end); err != nil {
		return err
	}
	j.publish(end, at)
	j.advanceSpans(end)
	return nil
}

// nextFits tells whether the next record fits into the active segment.
func (j *Journal) nextFits() bool {
	return j.active != nil && int64(frameHeaderSize+len(j.spans[0].items[0].payload)) <= j.active.size-j.pos
}

// writeFrames writes the records of the batch that fit into the active segment, in pieces of writeBytes. It returns the
// sequence and the file position after them.
func (j *Journal) writeFrames() (end uint64, at int64, err error) {
	end, at, j.out = j.spans[0].first, j.pos, j.out[:0]
	left := int(j.active.size - j.pos)
	for _, s := range j.spans {
		for i := range s.items {
			size := frameHeaderSize + len(s.items[i].payload)
			if left -= size; left < 0 {
				break
			}
			if len(j.out)+size > writeBytes {
				if at, err = j.writeOut(at); err != nil {
					return 0, 0, err
				}
			}
			j.out = appendFrame(j.out, &s.items[i], j.active.salt, end, end == j.spans[0].first)
			end++
		}
		if left < 0 {
			break
		}
	}
	at, err = j.writeOut(at)
	return end, at, err
}

// writeOut writes the frames that were gathered at a position and returns the one after them.
func (j *Journal) writeOut(at int64) (int64, error) {
	n := len(j.out)
	err := writeFull(j.file, j.out, at)
	j.out = j.out[:0]
	return at + int64(n), err
}

// advanceSpans lets go of what is durable, everything below end.
func (j *Journal) advanceSpans(end uint64) {
	n := 0
	for n < len(j.spans) && j.spans[n].first+uint64(len(j.spans[n].items)) <= end {
		n++
	}
	kept := copy(j.spans, j.spans[n:])
	clear(j.spans[kept:])
	j.spans = j.spans[:kept]
	if kept > 0 && j.spans[0].first < end {
		s := &j.spans[0]
		s.items, s.first = s.items[end-s.first:], end
	}
}

// syncUnit makes the unit durable: its data, and the segment's name if this is its first unit. end is the sequence
// after the unit.
func (j *Journal) syncUnit(end uint64) error {
	if planted(plantAckBeforeSync) {
		j.synced.Store(end)
	}
	if planted(plantLockDuringSync) {
		j.mu.Lock()
		defer j.mu.Unlock()
	}
	j.syncingSince.Store(int64(time.Since(j.born)) + 1)
	defer j.syncingSince.Store(0)
	err := j.file.Sync()
	if err != nil && planted(plantRetrySync) {
		err = j.file.Sync()
	}
	if err != nil {
		return err
	}
	if j.fresh == nil {
		return nil
	}
	name := j.active.path(j.dir)
	if err := j.o.FS.Rename(j.fresh.name, name); err != nil {
		return err
	}
	j.file.Moved(name)
	j.named = true
	if planted(plantSkipDirSync) {
		return nil
	}
	return j.o.FS.SyncDir(j.dir)
}

// publish acknowledges everything below end and hands it to the routes.
func (j *Journal) publish(end uint64, pos int64) {
	j.mu.Lock()
	if j.fresh != nil {
		j.segments = append(j.segments, j.active)
		j.fresh = nil
	}
	j.flying -= int(pos - j.pos)
	j.pos = pos
	j.synced.Store(end)
	j.wakeFollowersLocked()
	j.mu.Unlock()
	if j.o.Synced != nil {
		j.o.Synced(end)
	}
}

// poison gives up the active segment after a failure: its descriptor is never synced again, and what it may hold from
// the synced mark on is cut off by the base of the next segment.
func (j *Journal) poison() {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.active == nil {
		return
	}
	j.active.end = j.synced.Load()
	j.active.sealed = time.Now()
	switch {
	case j.fresh != nil && j.named:
		j.segments = append(j.segments, j.active)
	case j.fresh != nil:
		j.garbage = append(j.garbage, j.fresh.name)
	}
	j.active, j.fresh = nil, nil
	closeQuietly(j.file)
	j.file = nil
}

// roll seals the active segment and starts the next in a prepared file. The file gets its name with its first batch.
func (j *Journal) roll() error {
	if j.active != nil {
		j.seal()
	}
	s, err := j.takeSpare()
	if err != nil {
		return err
	}
	seg := &segment{
		index: j.nextIndex,
		base:  j.spans[0].first,
		end:   endless,
		size:  s.size,
		salt:  saltOf(j.o.Trail, j.nextIndex),
	}
	j.nextIndex++
	j.mu.Lock()
	j.active, j.file, j.fresh, j.pos = seg, s.file, s, headerSize
	j.named = false
	j.mu.Unlock()
	nudge(j.kickKeeper)
	return writeFull(s.file, encodeHeader(j.o.Trail, seg.index, seg.base, s.old), 0)
}

// seal ends a segment that the next frame does not fit into; everything in it is durable.
func (j *Journal) seal() {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.active.end = j.spans[0].first
	j.active.full = true
	j.active.sealed = time.Now()
	j.active = nil
	closeQuietly(j.file)
	j.file = nil
}
