package delivery

import "sync/atomic"

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

	next   uint64
	total  int64     // bytes of all records so far
	head   *chunk[T] // holds the oldest record that is counted in bytes
	oldest uint64
	tail   *chunk[T]
	bytes  int64
	limit  int64
	shares map[string]*share
	recent string // whose share latest is: records of one tenant often come in a row
	latest *share

	open *item[T] // between Begin and Commit: the record's
	shut bool     // only system records are taken
}

// NewLog returns an empty log that may hold limit bytes.
func NewLog[T any](limit int64) *Log[T] {
	first := &chunk[T]{}
	return &Log[T]{head: first, tail: first, limit: limit, shares: map[string]*share{}}
}

// Begin locks the log and returns the sequence of the next record, of size bytes, for which tenant ("" for
// none) answers, and where the record goes, which has the zero value. After nil the caller must fill it in and call Commit,
// and must not block or panic in between. A system record may use the reserve and has no tenant.
func (l *Log[T]) Begin(size int, tenant string, system bool) (uint64, *T, error) {
	l.mu.Lock()
	n := int64(size) + recordOverhead
	at := l.next - l.tail.first
	if tenant != l.recent || l.shut || l.sealed.Load() || l.bytes+n > l.limit/4 || at == chunkItems {
		if err := l.admit(n, tenant, system); err != nil {
			l.mu.Unlock()
			return 0, nil, err
		}
		return l.next, &l.open.record, nil
	}
	it := &l.tail.items[at] // what admit does when there is nothing to decide
	it.size, it.share = n, l.latest
	l.open = it
	return l.next, &it.record, nil
}

// admit decides whether there is room for a record and opens its item.
func (l *Log[T]) admit(size int64, tenant string, system bool) error {
	if l.sealed.Load() || l.shut && !system {
		return ErrSealed
	}
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
	}
	owner := l.shareOf(tenant)
	for l.busy(owner, size) {
		held := l.bytes
		if l.evict(l.limit / 8); l.bytes == held {
			return ErrBusy
		}
	}
	if l.next-l.tail.first == chunkItems {
		fresh := &chunk[T]{first: l.next}
		l.tail.next.Store(fresh)
		l.tail = fresh
		l.reclaim()
	}
	l.open = &l.tail.items[l.next-l.tail.first]
	l.open.size, l.open.share = size, owner
	return nil
}

// busy reports whether the owner holds more than its share of a log that is half full. What is kept for routes alone
// that are not required does not count: the caller evicts it.
func (l *Log[T]) busy(owner *share, size int64) bool {
	return owner != nil && l.bytes+size > l.limit/2 && owner.bytes+size > l.limit/4
}

// shareOf finds the tenant's share; shares of tenants that hold nothing are forgotten now and then, so their
// number is bounded by the records in the log.
func (l *Log[T]) shareOf(tenant string) *share {
	if tenant == l.recent {
		return l.latest
	}
	s := l.shares[tenant]
	if s == nil && tenant != "" {
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
	l.recent, l.latest = tenant, s
	return s
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
	it := l.open
	l.bytes += it.size
	l.total += it.size
	if it.share != nil {
		it.share.bytes += it.size
	}
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
		if it.share != nil {
			it.share.bytes -= it.size
		}
		l.oldest++
	}
}

// press ends the wait of routes that let a batch grow and hold a sixteenth of the log by that, about. The lock is held.
func (l *Log[T]) press() {
	for _, r := range l.routes {
		if held := l.next - r.position.Load(); State(r.state.Load()) == Gathering && int64(held)*l.meanLocked() > l.limit/16 {
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
