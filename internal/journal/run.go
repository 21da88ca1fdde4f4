package journal

import (
	"sync"

	"github.com/daxis-io/arco-audit/internal/owner"
	"github.com/daxis-io/arco-audit/internal/sequence"
)

// mostRun bounds the bytes of frames that a run may add before everything is looked at again.
const mostRun = 256 << 10

// guard is the journal's lock. Who locks it finds everything counted.
type guard struct {
	lock sync.Mutex
	j    *Journal
}

func (g *guard) Lock() {
	g.lock.Lock()
	g.j.endRunLocked()
}

func (g *guard) Unlock() { g.lock.Unlock() }

// run is a row of ordinary records for which next to nothing has to be decided: when it began there was room for all that
// it may add, in the share of every tenant too, and nothing can have changed, since everybody else who takes the lock ends
// it. Its records are counted together at its end.
type run struct {
	chunk   *chunk // the last of the tail
	from    int    // its first item there
	granted int    // bytes of frames that it may add
	left    int    // of them
}

// counts are the records of a run, each where it is in the chunk: to note them costs two stores, to count them at once many
// times that.
type counts [chunkItems]counted

type counted struct {
	owner owner.ID
	bytes int // of the frame
}

// followsLocked reports whether a record of size bytes belongs to the run, and notes it. Where the journal has come to a
// state in which it would not take one, the run is over.
func (j *Journal) followsLocked(size, slot int, by owner.ID) bool {
	r, n := &j.run, frameHeaderSize+size
	if n > r.left || size > j.o.MaxPayload || slot < 0 || slot > size-sequence.Digits {
		return false
	}
	at := len(r.chunk.items)
	if at == chunkItems {
		return false
	}
	r.left -= n
	j.counts[at].owner, j.counts[at].bytes = by, n
	return true
}

// beginRunLocked begins a run with the records that come next.
func (j *Journal) beginRunLocked() {
	if j.shut { // the last was one that is taken all the same
		return
	}
	queued := int64(j.pending + j.flying)
	c := j.tail.last()
	most := min(mostRun, int64(j.o.PendingBytes)-queued, j.roomLocked(KindEvent)-j.held-queued, int64(j.tail.limit/4-c.bytes),
		j.shares.undelivered-j.shares.most)
	if most > 0 {
		j.run = run{chunk: c, from: len(c.items), granted: int(most), left: int(most)}
	}
}

// endRunLocked counts what the run has added.
func (j *Journal) endRunLocked() {
	r := &j.run
	if r.chunk == nil {
		return
	}
	if to := len(r.chunk.items); to > r.from {
		j.shares.addAll(j.counts[r.from:to], j.next-1, j.batch)
		j.countLocked(r.granted-r.left, to-r.from)
	}
	*r = run{}
}

// countLocked counts the last records, whose frames have n bytes.
func (j *Journal) countLocked(n, records int) {
	j.appended += int64(n)
	j.pending += n
	j.tail.count(n - records*frameHeaderSize)
}
