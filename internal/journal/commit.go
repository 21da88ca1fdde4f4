package journal

import (
	"errors"
	"math"
	"runtime"
	"time"
)

const (
	// gatherYields bounds how often the committer lets emitters run before it takes the batch.
	gatherYields = 16
	firstBackoff = 50 * time.Millisecond
	lastBackoff  = 5 * time.Second
)

// commitLoop writes a batch when somebody waits for it, else at most SyncEvery after its first record. After a batch it
// looks again by itself, so that records that come one after another need not wake it.
func (j *Journal) commitLoop() {
	timer := time.NewTimer(math.MaxInt64)
	defer timer.Stop()
	for {
		select {
		case <-j.stop:
			return
		case <-timer.C:
			if j.quiet() {
				continue
			}
		case <-j.kick:
			if due, first := j.due(); !due {
				if first {
					timer.Reset(j.o.SyncEvery)
				}
				continue
			}
		}
		timer.Reset(j.commitAll())
	}
}

// quiet reports whether there is nothing to write, and then has the next record wake the committer.
func (j *Journal) quiet() bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.looking = j.pending+j.flying > 0
	return !j.looking
}

// due tells whether a batch should be written now, and whether the committer must look again by itself, which it did not
// so far. While the disk fails only the timer of the back-off decides.
func (j *Journal) due() (now, first bool) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.failure != nil || j.pending+j.flying == 0 {
		return false, false
	}
	first = !j.looking
	j.looking = true
	return j.urgent, first
}

// commitAll commits until nobody waits and returns after how long to come back.
func (j *Journal) commitAll() time.Duration {
	for {
		if err := j.commit(); err != nil {
			j.backoff = min(max(2*j.backoff, firstBackoff), lastBackoff)
			return j.backoff
		}
		j.backoff = 0
		select {
		case <-j.stop:
			return j.o.SyncEvery
		default:
		}
		if due, _ := j.due(); !due {
			return j.o.SyncEvery
		}
	}
}

// gather yields while the batch still grows: emitters that the last batch woke get to append before this one is
// taken, which makes batches larger and syncs fewer at the price of a few microseconds.
func (j *Journal) gather() {
	if j.manual {
		return
	}
	seen := j.queued()
	for range gatherYields {
		runtime.Gosched()
		now := j.queued()
		if now == seen {
			return
		}
		seen = now
	}
}

// queued takes the lock, and so its turn behind the emitters that wait for it.
func (j *Journal) queued() uint64 {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.next
}

// commit makes one batch durable: one that failed before, or else what has been appended by now.
func (j *Journal) commit() error {
	if len(j.spans) == 0 {
		j.gather()
		j.mu.Lock()
		if j.pending == 0 {
			j.urgent = false
			j.mu.Unlock()
			return nil
		}
		j.spans = j.tail.take(j.spans)
		j.flying, j.pending = j.pending, 0
		j.flyingEnd = j.next
		j.flyingDone, j.pendingDone = j.pendingDone, nil
		j.urgent = false
		j.batch++
		j.mu.Unlock()
	}
	return j.writeBatch()
}

// writeBatch writes the batch in hand, one unit for each segment that it touches. A unit that fails is written once
// more to a new segment; when that fails too everybody who waits is told, and the batch stays in hand.
func (j *Journal) writeBatch() error {
	failures := 0
	for len(j.spans) > 0 {
		err := j.writeUnit()
		if err == nil {
			failures = 0
			continue
		}
		j.poison()
		if failures++; failures == 2 || j.active == nil && errors.Is(err, errNoSegment) {
			j.fail(err)
			return err
		}
	}
	j.mu.Lock()
	j.failure = nil
	done := j.flyingDone
	j.flyingDone = nil
	wake(&j.roomy)
	j.mu.Unlock()
	// Woken without the lock, the emitters do not at once queue up for it.
	wake(&done)
	return nil
}

// fail tells all waiters that the outcome of their records is unknown and makes appends fail closed.
func (j *Journal) fail(err error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.failure = err
	wake(&j.flyingDone)
	wake(&j.pendingDone)
	j.broadcastLocked()
}
