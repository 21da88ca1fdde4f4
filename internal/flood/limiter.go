package flood

import (
	"hash/maphash"
	"sync"
	"time"
)

// Verdict says what becomes of a deny.
type Verdict uint8

// The verdicts.
const (
	Kept    Verdict = iota // write it as an event of its own
	Folded                 // it is counted; the id names the summary that will say so
	Refused                // neither: no room for one more counter, because summaries cannot be written
	Closed                 // neither: the limiter was closed
)

// The bounds of what is kept beyond the limits, see the package documentation.
const (
	firstsWindow   = time.Minute
	firstsOfTenant = 128
	firstsOfGroup  = 1024
	firstsOfOrigin = 64
	mostCounters   = 4096
)

// Config says how a Limiter works. Every field but Every is required; limits have a positive rate and burst.
type Config struct {
	Tenant          Limit // of each tenant
	Unauthenticated Limit // of all before authentication, and of all for whom there is no slot
	// Every is the age at which Flush writes a summary; 2 s by default.
	Every time.Duration
	// NewID makes the id of a summary that opens at now. It is called under the limiter's lock.
	NewID func(now time.Time) ID
	// Write writes a summary, which is the caller's from then on. After an error the same summary comes again
	// at the next occasion. It is called by Flush, Close and Admit, one call at a time, under a lock of its own:
	// it must not call the limiter.
	Write func(Summary) error
}

// Limiter decides about denies. It is safe for concurrent use, has no goroutine, and at most 9 MiB.
type Limiter struct {
	config  Config
	seed    maphash.Seed
	start   time.Time
	limits  [3]bucket // by scope
	firsts  [3]bucket
	origins bucket

	writing sync.Mutex // held around Write; taken before mu

	mu       sync.Mutex
	closed   bool
	tenants  table
	seen     table
	sources  table
	groups   [3]slot // of ScopeUnauthenticated and ScopeShared
	counters map[counterKey]*counter
	open     map[windowKey]*window
	ready    []*window // closed windows that are not written yet, oldest first
	live     int       // counters, those of ready included
	stuck    bool      // the last write failed: only Flush and Close try again
}

// New returns a Limiter whose buckets are full at now.
func New(now time.Time, c Config) *Limiter {
	if c.Every <= 0 {
		c.Every = 2 * time.Second
	}
	group, tenant := newBucket(c.Unauthenticated), perWindow(firstsOfTenant)
	return &Limiter{
		config: c, seed: maphash.MakeSeed(), start: now,
		limits:   [3]bucket{ScopeTenant: newBucket(c.Tenant), ScopeUnauthenticated: group, ScopeShared: group},
		firsts:   [3]bucket{tenant, perWindow(firstsOfGroup), perWindow(firstsOfGroup)},
		origins:  perWindow(firstsOfOrigin),
		counters: map[counterKey]*counter{}, open: map[windowKey]*window{},
	}
}

func perWindow(burst int) bucket {
	return newBucket(Limit{PerSecond: float64(burst) / firstsWindow.Seconds(), Burst: burst})
}

// Admit decides about d, which happened at now. With Folded the ID is that of the summary that will count d,
// otherwise it is zero. It allocates nothing for a deny whose counter exists. When the counters are used up it
// calls Config.Write for all of them, unless the last write failed.
func (l *Limiter) Admit(now time.Time, d *Deny) (Verdict, ID) {
	m := d.marks(l.seed)
	l.mu.Lock()
	verdict, id := l.decide(now, d, &m)
	stuck := l.stuck
	l.mu.Unlock()
	if verdict != Refused || stuck {
		return verdict, id
	}
	l.writing.Lock()
	_ = l.write(func(*window) bool { return true }) // what was not written keeps its room
	l.mu.Lock()
	verdict, id = l.decide(now, d, &m)
	l.mu.Unlock()
	l.writing.Unlock()
	return verdict, id
}

// decide is Admit without the writing. The lock is held.
func (l *Limiter) decide(now time.Time, d *Deny, m *marks) (Verdict, ID) {
	if l.closed {
		return Closed, ID{}
	}
	at := now.Sub(l.start).Nanoseconds() // of the monotonic clock, where now has it
	scope, s := l.sharer(d, m, at)
	if l.keep(scope, s, m, at) {
		return Kept, ID{}
	}
	c := l.counter(scope, d, now)
	if c == nil {
		return Refused, ID{}
	}
	c.window.add(c, d, now)
	return Folded, c.window.id
}

// sharer returns the buckets of those who share the limit with d.
func (l *Limiter) sharer(d *Deny, m *marks, at int64) (Scope, *slot) {
	if d.Unauthenticated {
		return ScopeUnauthenticated, &l.groups[ScopeUnauthenticated]
	}
	if s := l.tenants.place(m.owner, at, false); s != nil {
		return ScopeTenant, s
	}
	return ScopeShared, &l.groups[ScopeShared]
}

// keep takes the tokens for one deny, if they are there.
func (l *Limiter) keep(scope Scope, s *slot, m *marks, at int64) bool {
	limit, firsts := &l.limits[scope], &l.firsts[scope]
	switch {
	case limit.has(s.full, at):
		limit.take(&s.full, at)
	case !l.isNew(m.combination, at) || !firsts.has(s.first, at):
		return false
	default:
		source := l.sources.place(m.origin, at, true)
		if !l.origins.has(source.full, at) {
			return false
		}
		l.origins.take(&source.full, at)
		source.busy = source.full
		firsts.take(&s.first, at)
	}
	s.busy = max(s.full, s.first)
	l.seen.place(m.combination, at, true).busy = at + firstsWindow.Nanoseconds()
	return true
}

// isNew reports whether a combination was not kept within the last minute, as far as the table remembers.
func (l *Limiter) isNew(combination uint64, at int64) bool {
	s := l.seen.find(combination)
	return s == nil || s.busy <= at
}
