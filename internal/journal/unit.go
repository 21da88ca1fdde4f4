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
	whole, cut := j.split()
	if whole == 0 && cut == 0 {
		if err := j.roll(); err != nil {
			return err
		}
		whole, cut = j.split()
	}
	end, at, err := j.writeFrames(whole, cut)
	if err != nil {
		return err
	}
	if err := j.syncUnit(end); err != nil {
		return err
	}
	j.publish(end, at)
	j.advanceSpans(whole, cut)
	return nil
}

// writeFrames seals and writes the first whole spans and cut bytes of the one after. It returns the sequence and the
// file position after them.
func (j *Journal) writeFrames(whole, cut int) (end uint64, at int64, err error) {
	end, at = j.spans[0].first, j.pos
	for i := range len(j.spans) {
		b := j.spans[i].buf
		if i == whole {
			b = b[:cut]
		}
		if i > whole || len(b) == 0 {
			break
		}
		count := sealFrames(b, j.active.salt, end, j.spans[i].sealed)
		j.spans[i].sealed = max(j.spans[i].sealed, len(b))
		if i == 0 {
			markStart(b, j.active.salt, end)
		}
		end += count
		if err := writeFull(j.file, b, at); err != nil {
			return 0, 0, err
		}
		at += int64(len(b))
	}
	return end, at, nil
}

// split finds how many spans fit whole into the active segment, and how many bytes of the next one.
func (j *Journal) split() (whole, cut int) {
	if j.active == nil {
		return 0, 0
	}
	left := int(j.active.size - j.pos)
	for whole < len(j.spans) && len(j.spans[whole].buf) <= left {
		left -= len(j.spans[whole].buf)
		whole++
	}
	if whole == len(j.spans) {
		return whole, 0
	}
	b := j.spans[whole].buf
	for cut < len(b) {
		length, _, _ := frameLength(b[cut:])
		if cut+frameHeaderSize+length > left {
			break
		}
		cut += frameHeaderSize + length
	}
	return whole, cut
}

func countFrames(b []byte) uint64 {
	var n uint64
	for len(b) > 0 {
		length, _, _ := frameLength(b)
		b = b[frameHeaderSize+length:]
		n++
	}
	return n
}

func (j *Journal) advanceSpans(whole, cut int) {
	if cut > 0 {
		s := &j.spans[whole]
		s.first += countFrames(s.buf[:cut])
		s.buf = s.buf[cut:]
		s.sealed -= cut
	}
	n := copy(j.spans, j.spans[whole:])
	clear(j.spans[n:])
	j.spans = j.spans[:n]
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
