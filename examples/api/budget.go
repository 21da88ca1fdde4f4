package api

import (
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// Limits bound what one client can make the service do and write. Each is per second, with a burst of twice that;
// zero fields have the default of their comment.
type Limits struct {
	MintsPerTenant  int // requests for URLs of one tenant; 50
	DeniesPerTenant int // recorded denies of one authenticated tenant; 100
	DeniesPerOrigin int // recorded denies of one network, /24 or /48, before authentication; 20
	DeniesInAll     int // recorded denies before authentication, of all networks; 1000
}

func (l *Limits) fill() {
	for field, standard := range map[*int]int{
		&l.MintsPerTenant: 50, &l.DeniesPerTenant: 100, &l.DeniesPerOrigin: 20, &l.DeniesInAll: 1000,
	} {
		if *field <= 0 {
			*field = standard
		}
	}
}

// mostBuckets bounds the memory of a budget. Keys beyond share one bucket until others have refilled.
const mostBuckets = 4096

// budget is one token bucket for each key, and one for all.
type budget struct {
	each, burst int
	all         *rate.Limiter // nil for none
	mu          sync.Mutex
	buckets     map[string]*rate.Limiter
	shared      *rate.Limiter
	swept       time.Time
}

// newBudget gives each key so many tokens a second, and all keys together inAll; 0 for as many as they want.
func newBudget(each, inAll int) *budget {
	b := &budget{each: each, burst: 2 * each, buckets: map[string]*rate.Limiter{}}
	b.shared = b.bucket()
	if inAll > 0 {
		b.all = rate.NewLimiter(rate.Limit(inAll), 2*inAll)
	}
	return b
}

func (b *budget) bucket() *rate.Limiter { return rate.NewLimiter(rate.Limit(b.each), b.burst) }

// take reports whether there was a token for the key.
func (b *budget) take(key string, now time.Time) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.of(key, now).AllowN(now, 1) && (b.all == nil || b.all.AllowN(now, 1))
}

func (b *budget) of(key string, now time.Time) *rate.Limiter {
	if l := b.buckets[key]; l != nil {
		return l
	}
	if len(b.buckets) >= mostBuckets && now.Sub(b.swept) >= time.Second {
		b.swept = now
		for k, l := range b.buckets {
			if l.TokensAt(now) >= float64(b.burst) { // a new bucket is the same
				delete(b.buckets, k)
			}
		}
	}
	if len(b.buckets) >= mostBuckets {
		return b.shared
	}
	l := b.bucket()
	b.buckets[key] = l
	return l
}
