package sinktest

import (
	"time"

	"github.com/daxis-io/arco-audit/audit"
)

// restamp asks a sink that implements audit.Restamper about times from a decade ago to a decade ahead.
func restamp(b *bench) {
	sink, ok := b.sink.(audit.Restamper)
	if !ok {
		b.Logf("not checked: the sink is no audit.Restamper")
		return
	}
	const decade = 10 * 365 * 24 * time.Hour
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	if _, refused := sink.Restamp(now, now); refused {
		b.failf("the present is refused")
	}
	for age := time.Second; age <= decade; age *= 3 {
		for _, stamp := range []time.Time{now.Add(-age), now.Add(age)} {
			to, refused := sink.Restamp(now, stamp)
			if same, again := sink.Restamp(now, stamp); again != refused || refused && !same.Equal(to) {
				b.failf("asked twice about a time %s away, it says different things", stamp.Sub(now))
			}
			if !refused {
				continue
			}
			if _, again := sink.Restamp(now, to.Truncate(time.Millisecond)); again {
				b.failf("what it gives in the place of a time %s away is refused too", stamp.Sub(now))
			}
		}
	}
}
