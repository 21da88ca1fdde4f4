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

// run is a row of ordinary records for which next to nothing has to be decided: when it began there was room for all that
// it may add, and nothing can have changed, since everybody else who takes the lock ends it. Its records are counted
// together at its end, those of a tenant that come one after another for the tenant when another's comes.
type run struct {
	chunk   *chunk // the last of the tail
	first   uint64 // sequence of its first record
	room    int    // bytes of frames that it may add, without those of the tenant below
	counted int    // that it has added, likewise
	tenant  string
	use     *tenantUse // nil for ""
	granted int        // bytes of frames that the tenant may add
	left    int        // of them
}

// followsLocked reports whether a record of size bytes belongs to the run. Where the journal has come to a state in which
// it would not take one, the run is over.
func (j *Journal) followsLocked(size, slot int, tenant string) bool {
	if tenant != j.run.tenant && j.run.chunk != nil {
		j.switchLocked(tenant)
	}
	return frameHeaderSize+size <= j.run.left && size <= j.o.MaxPayload && slot >= 0 && slot <= size-sequence.Digits &&
		len(j.run.chunk.items) < chunkItems
}

// beginRunLocked begins a run with the records after e, which has just been queued.
func (j *Journal) beginRunLocked(e *Entry) {
	if j.shut { // e was one that is taken all the same
		return
	}
	queued := int64(j.pending + j.flying)
	c := j.tail.last()
	most := min(mostRun, int64(j.o.PendingBytes)-queued, j.roomLocked(KindEvent)-j.held-queued, int64(j.tail.limit/4-c.bytes))
	if most > 0 {
		j.run = run{chunk: c, first: j.next, room: int(most)}
		j.switchLocked(e.Tenant)
	}
}

// switchLocked goes on with the records of another tenant.
func (j *Journal) switchLocked(tenant string) {
	j.countTenantLocked()
	r := &j.run
	r.tenant, r.use, r.granted = tenant, nil, r.room
	if tenant != "" {
		r.use = j.shares.use(tenant)
		r.granted = int(max(0, min(int64(r.room), j.shares.undelivered-r.use.total)))
	}
	r.left = r.granted
}

// countTenantLocked counts what the tenant has added. The caller goes on with another, or ends the run.
func (j *Journal) countTenantLocked() {
	r := &j.run
	n := r.granted - r.left
	if n > 0 && r.use != nil {
		j.shares.add(r.use, n, j.next-1, j.batch)
	}
	r.room, r.counted = r.room-n, r.counted+n
}

// endRunLocked counts what the run has added.
func (j *Journal) endRunLocked() {
	if j.run.chunk == nil {
		return
	}
	j.countTenantLocked()
	if n := j.run.counted; n > 0 {
		j.countLocked(n, int(j.next-j.run.first))
	}
	j.run = run{}
}

// countLocked counts the last records, whose frames have n bytes.
func (j *Journal) countLocked(n, records int) {
	j.appended += int64(n)
	j.pending += n
	j.tail.count(n - records*frameHeaderSize)
}
