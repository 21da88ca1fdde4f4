package audit

import (
	"errors"
	"sync"
	"sync/atomic"
)

// refusalsKept bounds the refusals that wait for an Emit to look; an Emit that gave up never does.
const refusalsKept = 4096

var errRefusedByAll = errors.New("every required route set the event aside; see EVENT_QUARANTINED")

// refusals count, for critical events, the required routes whose destinations will never take them.
type refusals struct {
	some   atomic.Bool // there has been one
	mu     sync.Mutex
	routes map[Sequence]int
}

func (r *refusals) add(s Sequence) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.routes == nil || len(r.routes) >= refusalsKept {
		r.routes = map[Sequence]int{}
	}
	r.routes[s]++
	r.some.Store(true)
}

// take returns how many required routes refused the event, and forgets it.
func (r *refusals) take(s Sequence) int {
	if !r.some.Load() {
		return 0
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	n := r.routes[s]
	delete(r.routes, s)
	return n
}
