package flood

import (
	"math"
	"time"
)

// Limit is a token bucket: Burst denies at once, and PerSecond of them after that. A PerSecond below Burst is a
// lower sustained rate after a burst.
type Limit struct {
	PerSecond float64
	Burst     int
}

// bucket is a Limit in the form of the generic cell rate algorithm (ITU-T I.371): the state of a bucket is the
// time at which it will be full again.
type bucket struct {
	interval int64 // nanoseconds a token, rounded up so that the rate is never exceeded
	slack    int64 // how far the full time may lie ahead before a token is taken
}

// longest bounds interval and slack, so that sums of them stay in range; it is 73 years.
const longest = math.MaxInt64 / 4

func newBucket(l Limit) bucket {
	interval := int64(min(math.Ceil(float64(time.Second)/l.PerSecond), longest))
	slack := min(float64(interval)*float64(l.Burst-1), longest)
	return bucket{interval: interval, slack: int64(slack)}
}

// has reports whether there is a token at now in a bucket that is full again at full.
func (b *bucket) has(full, now int64) bool { return full-now <= b.slack }

// take takes a token that is there.
func (b *bucket) take(full *int64, now int64) { *full = max(*full, now) + b.interval }
