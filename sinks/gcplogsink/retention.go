package gcplogsink

import "time"

const (
	// retention is how long a bucket that nobody configured keeps entries. What is older as it is written is dropped
	// without a word; what is more than future ahead is refused.
	// Source: https://cloud.google.com/logging/quotas, "Oldest timestamp that can be stored in log buckets".
	retention = 30 * 24 * time.Hour
	future    = 24 * time.Hour
	// mostMargin is how long before that an entry gets another time; a tenth of the retention where that is less.
	mostMargin = 24 * time.Hour
)

// WithRetention returns the same sink for a log whose bucket keeps entries for d instead of 30 days. Give it what the
// bucket has: when it is more, what waited for longer is dropped by Cloud Logging and nobody is told.
func (s *Sink) WithRetention(d time.Duration) *Sink {
	other := *s
	other.keeps = d
	return &other
}

// Restamp implements audit.Restamper: an entry that the log would drop for its age, or because it lies in the future,
// goes out under the present time. Its own time is in its payload.
func (s *Sink) Restamp(now, stamp time.Time) (time.Time, bool) {
	old := now.Sub(stamp) > s.keeps-min(s.keeps/10, mostMargin)
	early := stamp.Sub(now) > future-future/10
	return now, old || early
}
