package delivery

import (
	"context"
	"sync"
	"sync/atomic"
)

// hub is what all routes of one log share, wherever its records are.
type hub[T any] struct {
	mu        sync.Mutex
	wakeAt    uint64        // a route that sleeps wants to be woken once this is published
	routes    []*Route[T]   // set before the first record, then fixed
	published atomic.Uint64 // every record below is readable
	sealed    atomic.Bool   // nothing is published any more
	required  mark          // every required route has acknowledged everything below
	hasNeed   bool          // there is a required route
}

// add makes a route that goes on at from.
func (h *hub[T]) add(c Config[T], from uint64) *Route[T] {
	if c.Destination == nil {
		c.Destination = NewDestination()
	}
	r := &Route[T]{config: c, hub: h, wake: make(chan struct{}, 1), stopped: make(chan struct{})}
	r.ctx, r.cancel = context.WithCancelCause(context.Background())
	r.position.Store(from)
	r.wanted.Store(never)
	r.acked.at.Store(from)
	h.routes = append(h.routes, r)
	h.hasNeed = h.hasNeed || c.Required
	h.acknowledged()
	return r
}

// Next returns the sequence after the last record that routes can read.
func (h *hub[T]) Next() uint64 { return h.published.Load() }

// never is what a route that works waits for.
const never = ^uint64(0)

// wakeWhen says that r, which is about to sleep, wants to be woken once everything below seq is published. It returns
// false when that is so already.
func (h *hub[T]) wakeWhen(r *Route[T], seq uint64) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.published.Load() >= seq {
		return false
	}
	r.wanted.Store(seq)
	h.wakeAt = min(h.wakeAt, seq)
	return true
}

// publishLocked says that everything below next can be read, and reports whether wake must be called. That costs one
// comparison for a record of which no route wants to know, however many there are.
func (h *hub[T]) publishLocked(next uint64) bool {
	h.published.Store(next)
	if next < h.wakeAt {
		return false
	}
	h.wakeAt = never
	for _, r := range h.routes {
		if seq := r.wanted.Load(); seq > next {
			h.wakeAt = min(h.wakeAt, seq)
		}
	}
	return true
}

// wake wakes the routes that wait for what is published now, next; urgent: so that they deliver it at once.
func (h *hub[T]) wake(next uint64, urgent bool) {
	for _, r := range h.routes {
		if urgent {
			r.hurry(next)
		} else if r.wanted.Load() <= next {
			r.nudge()
		}
	}
}

// seal wakes all routes for the end.
func (h *hub[T]) seal() {
	h.sealed.Store(true)
	for _, r := range h.routes {
		r.nudge()
	}
}

// AwaitRequired returns nil once every required route has acknowledged everything below seq, at once if
// there is none, or the context's error.
func (h *hub[T]) AwaitRequired(ctx context.Context, seq uint64) error {
	if !h.hasNeed || h.required.at.Load() >= seq {
		return nil
	}
	for _, r := range h.routes {
		if r.config.Required {
			r.hurry(seq)
		}
	}
	return h.required.wait(ctx, seq)
}

// Abandon wakes everybody who waits for a route that will not deliver any more; they get ErrAbandoned. Call it
// when the routes have ended.
func (h *hub[T]) Abandon() {
	h.required.abandon()
	for _, r := range h.routes {
		r.acked.abandon()
	}
}

// acknowledged recomputes the required mark after a required route moved. Before there is one the mark stays where it
// is: it never moves back.
func (h *hub[T]) acknowledged() {
	if !h.hasNeed {
		return
	}
	least := ^uint64(0)
	for _, r := range h.routes {
		if r.config.Required {
			least = min(least, r.acked.at.Load())
		}
	}
	h.required.set(least)
}
