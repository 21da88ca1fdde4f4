package delivery

import (
	"sync/atomic"
)

// stats count what a route did.
type stats struct {
	delivered, skipped, poisoned, refused, attempts, failures atomic.Uint64
	inARow                                                    atomic.Uint64
	last                                                      atomic.Pointer[error]
}

func (s *stats) succeed() {
	s.attempts.Add(1)
	s.inARow.Store(0)
	s.last.Store(nil)
}

func (s *stats) fail(err error) {
	s.attempts.Add(1)
	s.failures.Add(1)
	s.inARow.Add(1)
	s.last.Store(&err)
}

// Status is how a route does.
type Status struct {
	Name      string
	Required  bool
	State     State
	Acked     uint64 // everything below is settled
	Lag       uint64 // records not yet settled, wanted or not
	Delivered uint64 // without stubs
	Skipped   uint64
	Poisoned  uint64 // records that a stub took the place of
	Refused   uint64 // stubs that could not be delivered either
	Failures  uint64 // attempts that left something to do
	InARow    uint64 // of them, since the last that did not
	Oldest    int64  // Config.Time of the oldest record that is being delivered; 0 for none
	Last      error  // of the last attempt; nil after a success
}

// Status returns how the route does.
func (r *Route[T]) Status() Status {
	s := Status{
		Name: r.config.Name, Required: r.config.Required, State: State(r.state.Load()),
		Delivered: r.stats.delivered.Load(), Skipped: r.stats.skipped.Load(),
		Poisoned: r.stats.poisoned.Load(), Refused: r.stats.refused.Load(),
		Failures: r.stats.failures.Load(), InARow: r.stats.inARow.Load(),
		Oldest: r.oldest.Load(),
	}
	s.Acked = r.acked.at.Load()
	s.Lag = r.hub.published.Load() - min(s.Acked, r.hub.published.Load())
	if err := r.stats.last.Load(); err != nil {
		s.Last = *err
	}
	return s
}
