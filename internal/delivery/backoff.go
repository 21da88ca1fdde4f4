package delivery

import (
	"math/rand/v2"
	"time"
)

const (
	backoffFirst = 50 * time.Millisecond
	backoffCap   = 30 * time.Second
	backoffDown  = 5 * time.Second // least step for a destination that cannot be used at all
)

// pause returns how long to wait after the n-th failed attempt in a row, n from 1: half of the doubled and
// capped step is fixed, half is random, and never less than the destination asked for.
func pause(n int, v Verdict) time.Duration {
	step := backoffCap
	if n < 16 {
		step = min(backoffCap, backoffFirst<<(n-1))
	}
	if v.Down {
		step = max(step, backoffDown)
	}
	wait := step/2 + rand.N(step/2+1)
	return max(wait, v.After)
}
