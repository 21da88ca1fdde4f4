package delivery

import "time"

// A route that is busy looks by itself, at short intervals, how far the next batch is, and is not woken for a full one. To
// wake a goroutine costs many times what else is done to hand a record over, and those who add records would pay for it.
const (
	nap  = time.Millisecond       // between two looks
	busy = 100 * time.Millisecond // for so long after a full batch, but no more looks than it has records
	fast = 32                     // or while so large a part of one comes within a nap
	most = 8                      // full batches for which it is woken all the same
)

// sight is what a route sees when it looks for something to take.
type sight struct {
	have   uint64 // records, wanted or not
	urgent bool   // somebody waits for one of them
	sealed bool   // none will follow
}

// look says first that the route may be woken, so that nothing is missed that comes after it looked.
func (r *Route[T]) look() sight {
	state := Idle
	if r.hub.published.Load() > r.position.Load() {
		state = Gathering
	}
	r.state.Store(uint32(state))
	s := sight{sealed: r.hub.sealed.Load()} // before published: nothing is published after the seal
	s.have = r.hub.published.Load() - r.position.Load()
	s.urgent = r.urgent.Load() > r.acked.at.Load()
	return s
}

// await waits until there is something to take: a full batch, what somebody waits for, or anything that has waited for
// Linger. It returns false at the end of the log.
func (r *Route[T]) await() bool {
	full, linger := uint64(r.config.MaxEvents), r.config.Linger
	after := min(busy, time.Duration(full)*nap)
	start := time.Now()
	for empty := start; ; {
		s, now := r.look(), time.Now()
		if r.ctx.Err() != nil || s.have == 0 && s.sealed {
			return false
		}
		if s.have == 0 {
			empty = now
		}
		if s.have >= full {
			r.full = now
		}
		waited := now.Sub(empty)
		quick := linger >= nap && (now.Sub(r.full) < after || s.have >= max(1, full/fast) && waited < nap)
		switch {
		case s.have > 0 && (s.urgent || s.sealed || waited >= linger || s.have >= full):
			r.wanted.Store(never)
			return !planted(plantLoseLastBatch) || !s.sealed
		case s.urgent: // what somebody waits for cannot be read yet
			r.sleep(1, 0)
		case quick:
			r.sleep(most*full, min(nap, linger-waited))
		case s.have > 0 || now.Sub(start) < linger:
			r.sleep(full, linger-waited)
		default:
			r.sleep(1, 0)
			empty = time.Now()
		}
	}
}

// sleep waits until so many records can be taken, or somebody waits for one, and at most for a while; 0 is for ever.
func (r *Route[T]) sleep(records uint64, while time.Duration) {
	if !r.hub.wakeWhen(r, r.position.Load()+records) {
		return
	}
	var over <-chan time.Time
	if while > 0 {
		timer := time.NewTimer(while)
		defer timer.Stop()
		over = timer.C
	}
	select {
	case <-r.wake:
	case <-over:
	case <-r.ctx.Done():
	}
}
