package delivery

import (
	"sync/atomic"

	"github.com/daxis-io/arco-audit/internal/owner"
)

const (
	chunkItems = 256
	// recordOverhead is added to each record's size: what the log itself keeps of it, about.
	recordOverhead = 192
	// systemReserve is room over the limit for records that report about the log.
	systemReserve = 1 << 20
	// mostRun bounds what is added to the log before its bytes are counted.
	mostRun = 256 << 10
)

// chunk is a run of records. An item is written once, before the log publishes its sequence, and never
// changed: readers need no lock.
type chunk[T any] struct {
	first uint64 // sequence of items[0]
	items [chunkItems]item[T]
	next  atomic.Pointer[chunk[T]]
}

type item[T any] struct {
	record T
	size   int64
	owner  owner.ID
}

// Log is the tail of a trail in memory. Records enter between Begin and Commit, under the log's lock, and
// stay until every route took them.
type Log[T any] struct {
	hub[T]

	next   uint64
	total  int64     // bytes of all records so far
	head   *chunk[T] // holds the oldest record that is counted in bytes
	oldest uint64
	tail   *chunk[T]
	bytes  int64
	limit  int64
	shares shares[T]

	granted int64 // bytes that records may take, one after the other
	left    int64 // of them
	shut    bool  // only system records are taken
}

// NewLog returns an empty log that may hold limit bytes.
func NewLog[T any](limit int64) *Log[T] {
	first := &chunk[T]{}
	return &Log[T]{head: first, tail: first, limit: limit, shares: newShares(first)}
}

// Begin locks the log and returns the sequence of the next record, of size bytes, for which by
// answers, and where the record goes, which has the zero value. After nil the caller must fill it in and call Commit,
// and must not block or panic in between. A system record may use the reserve and has no tenant.
func (l *Log[T]) Begin(size int, by owner.ID, system bool) (uint64, *T, error) {
	n := int64(size) + recordOverhead
	l.mu.Lock()
	if at := l.next - l.tail.first; n <= l.left && at < chunkItems {
		l.left -= n
		it := &l.tail.items[at]
		it.size, it.owner = n, by
		return l.next, &it.record, nil
	}
	l.endRun()
	it, err := l.admit(n, 0, by, system)
	if err != nil {
		l.mu.Unlock()
		return 0, nil, err
	}
	l.beginRun()
	return l.next, &it.record, nil
}

// lock locks the log for all but a record of a run, and counts what the run has added.
func (l *Log[T]) lock() {
	l.mu.Lock()
	l.endRun()
}

// beginRun lets records follow without a look at anything, while the log stays below a quarter. What could change that takes
// the lock, which ends the run; its records are counted together then.
func (l *Log[T]) beginRun() {
	if l.shut {
		return
	}
	l.granted = max(0, min(mostRun, l.limit/4-l.bytes))
	l.left = l.granted
}

func (l *Log[T]) endRun() {
	l.count(l.granted - l.left)
	l.granted, l.left = 0, 0
}

// count adds the bytes of records.
func (l *Log[T]) count(bytes int64) {
	l.bytes += bytes
	l.total += bytes
}

// admit opens the item of a record of size bytes with room for held more, if there is so much room.
func (l *Log[T]) admit(size, held int64, by owner.ID, system bool) (*item[T], error) {
	if l.sealed.Load() || l.shut && !system {
		return nil, ErrSealed
	}
	if err := l.makeRoom(size+held, by, system); err != nil {
		return nil, err
	}
	if l.next-l.tail.first == chunkItems {
		fresh := &chunk[T]{first: l.next}
		l.tail.next.Store(fresh)
		l.tail = fresh
		l.reclaim()
	}
	l.count(size)
	l.bytes += held
	it := &l.tail.items[l.next-l.tail.first]
	it.size, it.owner = size, by
	return it, nil
}

// makeRoom decides whether there is room for size bytes of a tenant, and moves routes on that are not required if that
// makes some.
func (l *Log[T]) makeRoom(size int64, by owner.ID, system bool) error {
	limit := l.limit
	if system {
		limit += systemReserve
	}
	if l.bytes+size > l.limit/4 {
		l.reclaim()
		l.press()
		if l.bytes+size > limit {
			l.evict(l.limit / 8)
		}
		if l.bytes+size > limit {
			return ErrFull
		}
		l.shares.count(l.next, 2*size) // so that there is little to count where shares begin to matter
	}
	for l.busy(by, size) {
		held := l.bytes
		if l.evict(l.limit / 8); l.bytes == held {
			return ErrBusy
		}
	}
	return nil
}

// busy reports whether the owner holds more than its share of a log that is half full. What is kept for routes alone
// that are not required does not count: the caller evicts it.
func (l *Log[T]) busy(by owner.ID, size int64) bool {
	if by == owner.None || l.bytes+size <= l.limit/2 {
		return false
	}
	l.shares.count(l.next, l.limit)
	return l.shares.of[by]+size > l.limit/4
}

// AddRoute adds a route before the first record.
func (l *Log[T]) AddRoute(c Config[T]) *Route[T] {
	r := l.add(sabotaged(c, &l.mu), 0)
	r.at = l.tail
	return r
}

// Commit adds the record that Begin made room for, unlocks the log, and wakes the routes that should
// look at once: all that sleep; for an urgent record those that gather too, and they deliver at once.
func (l *Log[T]) Commit(urgent bool) {
	l.next++
	next := l.next
	due := l.publishLocked(next)
	l.mu.Unlock()
	if due || urgent {
		l.wake(next, urgent)
	}
}

// Shut ends the log for all but system records and the ends of intents: Begin returns ErrSealed for the others from now on.
func (l *Log[T]) Shut() {
	l.lock()
	defer l.mu.Unlock()
	l.shut = true
}

// Seal ends the log: Begin returns ErrSealed from now on. The routes end once they have delivered everything.
func (l *Log[T]) Seal() {
	l.lock()
	defer l.mu.Unlock()
	l.seal()
}

// Bytes returns the bytes that the log holds, and how many it may.
func (l *Log[T]) Bytes() (held, limit int64) {
	l.lock()
	defer l.mu.Unlock()
	l.reclaim()
	return l.bytes, l.limit
}

// Mean returns the bytes that a record took on average.
func (l *Log[T]) Mean() int64 {
	l.lock()
	defer l.mu.Unlock()
	return l.meanLocked()
}

func (l *Log[T]) meanLocked() int64 { return l.total / max(1, int64(l.next)) }

// reclaim forgets records that every route has taken. The lock is held.
func (l *Log[T]) reclaim() {
	floor := l.next
	for _, r := range l.routes {
		floor = min(floor, r.position.Load())
	}
	for l.oldest < floor {
		if l.oldest-l.head.first == chunkItems {
			l.head = l.head.next.Load()
		}
		it := &l.head.items[l.oldest-l.head.first]
		l.bytes -= it.size
		l.shares.forget(l.oldest, it)
		l.oldest++
	}
}

// press wakes routes that sleep while a sixteenth of the log waits for them, about. The lock is held.
func (l *Log[T]) press() {
	for _, r := range l.routes {
		if held := l.next - r.position.Load(); r.wanted.Load() != never && int64(held)*l.meanLocked() > l.limit/16 {
			r.hurry(l.next)
		}
	}
}

// evict makes room for about want bytes, by moving the slowest routes that are not required past the oldest
// records, as far as no required route still needs these. The lock is held.
func (l *Log[T]) evict(want int64) {
	floor := l.next
	for _, r := range l.routes {
		if r.config.Required {
			floor = min(floor, r.position.Load())
		}
	}
	target, freed := l.oldest, int64(0)
	for c := l.head; c != nil && freed < want && target < floor; c = c.next.Load() {
		for target < floor && target-c.first < chunkItems && freed < want {
			freed += c.items[target-c.first].size
			target++
		}
	}
	for _, r := range l.routes {
		if !r.config.Required {
			r.skip(target)
		}
	}
	l.reclaim()
}
