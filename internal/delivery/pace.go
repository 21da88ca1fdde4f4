package delivery

import (
	"errors"
	"sync/atomic"
)

// pace finds how many records a destination takes in the time of an attempt: half as many after an attempt that ran out
// of time and delivered nothing, an eighth more, and one at least, after each that was answered in time. Without it, a
// destination that got too slow for a full batch would be given the same again for ever. The zero pace hands over all
// there are.
type pace struct {
	most atomic.Int64 // records of an attempt; 0 for as many as there are
}

// next returns how many of n records to try.
func (p *pace) next(n int) int {
	most := int(p.most.Load())
	if most == 0 || planted(plantNeverLess) {
		return n
	}
	return min(most, n)
}

// learn takes in whether an attempt with n records ran out of time, and whether it delivered any, where a full batch has
// full. What was delivered late says that n is not too much, and nothing of more; so does an attempt with less than the
// pace allows.
func (p *pace) learn(n, full int, late, progress bool) {
	most := int(p.most.Load())
	switch {
	case late && !progress:
		p.most.Store(int64(max(1, n/2)))
	case late || !progress || most == 0 || n < most:
	default:
		if most += max(1, most/8); most >= full {
			most = 0
		}
		p.most.Store(int64(most))
	}
}

// timedOut reports whether a destination says that its own time was over, such as that of its client or its connection.
func timedOut(err error) bool {
	t, ok := errors.AsType[interface {
		error
		Timeout() bool
	}](err)
	return ok && t.Timeout()
}
