package delivery

import (
	"sync"
	"sync/atomic"
)

const (
	chunkItems = 256
	// recordOverhead is added to each record's size: what the log itself keeps of it, about.
	recordOverhead = 192
	// systemReserve is room over the limit for records that report about the log.
	systemReserve = 1 << 20
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
	share  *share
}

// share is what one tenant holds of the log, in bytes, guarded by the log's lock.
type share struct{ bytes int64 }

// Log is the tail of a trail in memory. Records enter between Begin and Commit, under the log's lock, and
// stay until every route took them.
type Log[T any] struct {
	hub[T]

	mu     sync.Mutex
	next   uint64
	total  int64     // bytes of all records so far
	head   *chunk[T] // holds the oldest record that is counted in bytes
	oldest uint64
	tail   *chunk[T]
	bytes  int64
	limit  int64
	size   int64 // of the record between Begin and Commit
	owner  *share
	shares map[string]*share

	shut bool // only system records are taken
}

// NewLog returns an empty log that may hold limit bytes.
func NewLog[T any](limit int64) *Log[T] {
	first := &chunk[T]{}
	return &Log[T]{head: first, tail: first, limit: limit, shares: map[string]*share{}}
}

// Begin locks the log and returns the sequence of the next record, of size bytes, for which tenant ("" for
// none) answers. After nil the caller must call Commit, and must not block or panic in between. A system
// record may use the reserve and has no tenant.
func (l *Log[T]) Begin(size int, tenant string, system bool) (uint64, error) {
	l.mu.Lock()
	if err := l.admit(int64(size)+recordOverhead, tenant, system); err != nil {
		l.mu.Unlock()
		return 0, err
	}
	return l.next, nil
}

func (l *Log[T]) admit(size int64, tenant string, system bool) error {
	if l.sealed.Load() || l.shut && !system {
		return ErrSealed
	}
	limit := l.limit
	if system {
		limit += systemReserve
	}
	if l.bytes+size > l.limit/2 {
		l.reclaim()
		if l.bytes+size > limit {
			l.evict(l.limit / 8)
		}
		if l.bytes+size > limit {
			return ErrFull
		}
	}
	l.owner = l.shareOf(tenant)
	for l.busy(size) {
		held := l.bytes
		if l.evict(l.limit / 8); l.bytes == held {
			return ErrBusy
		}
	}
	l.size = size
	return nil
}

// busy reports whether the owner holds more than its share of a log that is half full. What is kept for routes alone
// that are not required does not count: the caller evicts it.
func (l *Log[T]) busy(size int64) bool {
	return l.owner != nil && l.bytes+size > l.limit/2 && l.owner.bytes+size > l.limit/4
}

// shareOf finds the tenant's share; shares of tenants that hold nothing are forgotten now and then, so their
// number is bounded by the records in the log.
func (l *Log[T]) shareOf(tenant string) *share {
	if tenant == "" {
		return nil
	}
	s := l.shares[tenant]
	if s == nil {
		if len(l.shares) >= 4096 && len(l.shares) > int(2*(l.next-l.oldest)) {
			for name, old := range l.shares {
				if old.bytes == 0 {
					delete(l.shares, name)
				}
			}
		}
		s = &share{}
		l.shares[tenant] = s
	}
	return s
}

// AddRoute adds a route before the first record.
func (l *Log[T]) AddRoute(c Config[T]) *Route[T] {
	r := l.add(sabotaged(c, &l.mu), 0)
	r.at = l.tail
	return r
}

// Commit adds the record whose sequence Begin returned, unlocks the log, and wakes the routes that should
// look at once: all that sleep; for an urgent record those that gather too, and they deliver at once.
func (l *Log[T]) Commit(record T, urgent bool) {
	at := l.next - l.tail.first
	if at == chunkItems {
		fresh := &chunk[T]{first: l.next}
		l.tail.next.Store(fresh)
		l.tail = fresh
		at = 0
		l.reclaim()
	}
	l.tail.items[at] = item[T]{record, l.size, l.owner}
	l.bytes += l.size
	l.total += l.size
	if l.owner != nil {
		l.owner.bytes += l.size
	}
	l.next++
	next := l.next
	l.published.Store(next)
	l.mu.Unlock()
	for _, r := range l.routes {
		if urgent {
			r.hurry(next)
		} else {
			r.nudge(false)
		}
	}
}

// Shut ends the log for all but system records and the ends of intents: Begin returns ErrSealed for the others from now on.
func (l *Log[T]) Shut() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.shut = true
}

// Seal ends the log: Begin returns ErrSealed from now on. The routes end once they have delivered everything.
func (l *Log[T]) Seal() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.seal()
}

// Bytes returns the bytes that the log holds, and how many it may.
func (l *Log[T]) Bytes() (held, limit int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.reclaim()
	return l.bytes, l.limit
}

// Mean returns the bytes that a record took on average.
func (l *Log[T]) Mean() int64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.total / max(1, int64(l.next))
}

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
		if it.share != nil {
			it.share.bytes -= it.size
		}
		l.oldest++
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
