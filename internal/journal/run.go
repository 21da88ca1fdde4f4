package journal

import (
	"sync"

	"github.com/daxis-io/arco-audit/internal/sequence"
)

// mostRun bounds the bytes of frames that a run may add before everything is looked at again.
const mostRun = 64 << 10

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

// run is a row of ordinary records of one tenant for which nothing has to be decided: when it began there was room for
// all that it may add, and nothing can have changed, since everybody else who takes the lock ends it. Its records are
// counted together at its end.
type run struct {
	tenant  string
	chunk   *chunk // the last of the tail
	first   uint64 // sequence of its first record
	granted int    // bytes of frames
	left    int    // of them
}

// followsLocked reports whether a record of size bytes belongs to the run. Where the journal has come to a state in which
// it would not take one, the run is over.
func (j *Journal) followsLocked(size, slot int, tenant string) bool {
	return frameHeaderSize+size <= j.run.left && size <= j.o.MaxPayload && slot >= 0 && slot <= size-sequence.Digits &&
		len(j.run.chunk.items) < chunkItems && tenant == j.run.tenant
}

// beginRunLocked begins a run with the records of the tenant after e, which has just been queued.
func (j *Journal) beginRunLocked(e *Entry) {
	if j.shut { // e was one that is taken all the same
		return
	}
	queued := int64(j.pending + j.flying)
	c := j.tail.last()
	most := min(mostRun, int64(j.o.PendingBytes)-queued, j.roomLocked(KindEvent)-j.held-queued, int64(j.tail.limit/4-c.bytes))
	if e.Tenant != "" {
		most = min(most, j.shares.undelivered-j.shares.use(e.Tenant).total)
	}
	if most > 0 {
		j.run = run{tenant: e.Tenant, chunk: c, first: j.next, granted: int(most), left: int(most)}
	}
}

// endRunLocked counts what the run has added.
func (j *Journal) endRunLocked() {
	r := j.run
	if r.granted == 0 {
		return
	}
	j.run = run{}
	if n := r.granted - r.left; n > 0 {
		j.countLocked(r.tenant, n, int(j.next-r.first))
	}
}

// countLocked counts the last records, of one tenant, whose frames have n bytes.
func (j *Journal) countLocked(tenant string, n, records int) {
	j.appended += int64(n)
	j.pending += n
	j.tail.count(n - records*frameHeaderSize)
	if tenant != "" {
		j.shares.add(j.shares.use(tenant), n, j.next-1, j.batch)
	}
}
