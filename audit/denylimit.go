package audit

// DenyLimit bounds how many denies are written as events of their own, so that a caller who is refused again and again
// fills neither the trail nor its destinations. What is over a limit is folded: counted exactly by tenant, action
// and reason in DENIES_SUPPRESSED events, which come every two seconds and at Close. A crash loses the counts of
// what was folded within SyncEvery before it or, without Dir, of the last three seconds, and no event says so; Close
// returns how many it could not write. The first deny of a combination of origin prefix, action, resource and reason
// within a minute is written beyond the limit: at most 128 of a tenant and 1,024 before authentication at once, and as
// many a minute. Allows and critical events are never folded.
type DenyLimit struct {
	// PerTenant is for each tenant on its own: 100 at once and 100 a second by default.
	PerTenant RateLimit
	// Unauthenticated is for all denies of Anonymous callers together, whatever tenant they name, and for all
	// tenants beyond the 65,536 of which one trail keeps account: 1,000 at once and 1,000 a second by default.
	Unauthenticated RateLimit
}

// RateLimit allows Burst events at once and PerSecond of them after that. A PerSecond below Burst is a lower
// sustained rate after a burst. Who never stops costs 86,400 events a day for each PerSecond; a deny has about 1 KB of
// JSON, so 100 a second are 8.6 million events and 9 GB a day, and 1 a second is 90 MB.
type RateLimit struct {
	PerSecond float64 // at most 1,000,000
	Burst     int     // at most 1,000,000
}

const (
	defaultTenantDenies = 100
	defaultOpenDenies   = 1000
	mostDenies          = 1_000_000
)

func (c *Config) checkDenyLimit(bad complain) {
	c.DenyLimit.PerTenant.fill("PerTenant", defaultTenantDenies, bad)
	c.DenyLimit.Unauthenticated.fill("Unauthenticated", defaultOpenDenies, bad)
}

// fill checks a limit and fills its zero fields.
func (l *RateLimit) fill(name string, usual int, bad complain) {
	if l.PerSecond == 0 {
		l.PerSecond = float64(usual)
	}
	if l.Burst == 0 {
		l.Burst = usual
	}
	if !(l.PerSecond > 0 && l.PerSecond <= mostDenies) {
		bad("DenyLimit."+name+".PerSecond", "is out of range: use a positive number up to 1000000, or 0 for %d", usual)
	}
	if l.Burst < 0 || l.Burst > mostDenies {
		bad("DenyLimit."+name+".Burst", "is out of range: use 1 to 1000000, or 0 for %d", usual)
	}
}
