package delivery

import (
	"context"
	"sync"
	"sync/atomic"
	"time"
)

// Config says how a route works. All fields are required unless they say otherwise.
type Config[T any] struct {
	Name     string
	Required bool                                   // the log keeps records for it rather than skip them
	Deliver  func(ctx context.Context, b []T) error // b is the callee's until it returns
	Close    func() error                           // may be nil; called once, on the route's goroutine, at its end
	Wants    func(T) bool                           // false: the route passes over the record
	Size     func(T) int                            // bytes, for MaxBytes
	Poisoned func(record T, cause error)            // told of each record that can never be delivered
	Failed   func(cause error)                      // told of each attempt that left something to do

	MaxEvents int           // records of a batch
	MaxBytes  int           // bytes of a batch; one record may exceed it
	Linger    time.Duration // how long a batch may gather when nobody waits for it
	Deadline  time.Duration // of one attempt
}

// State is what a route is doing.
type State uint32

// The states of a route.
const (
	Idle      State = iota // caught up
	Gathering              // lets a batch grow
	Working                // an attempt is under way, or about to be
	Waiting                // backs off after a failure
	Down                   // the destination cannot be used; looks again slowly
	Ended
)

// Route takes the records of one log to one destination, on one goroutine.
type Route[T any] struct {
	config Config[T]
	log    *Log[T]
	state  atomic.Uint32
	wake   chan struct{}
	urgent atomic.Uint64 // somebody waits for everything below
	acked  mark          // everything below was delivered, passed over, skipped or poisoned

	position atomic.Uint64 // next sequence to take; written under mu
	mu       sync.Mutex
	at       *chunk[T]
	skipped  Gap

	stats   stats
	ctx     context.Context
	cancel  context.CancelCauseFunc
	stopped chan struct{}

	batch   []entry[T]
	pending []int
	out     []T
	single  bool // a poisonous record is among the pending ones: one at a time
	closing bool // the destination was asked to close
}

type entry[T any] struct {
	record T
	seq    uint64
}

// Gap is a run of records that a route skipped because the log was full.
type Gap struct {
	Count    uint64 // records that the route wanted
	From, To uint64 // first and last sequence
}

// AddRoute adds a route before the first record.
func (l *Log[T]) AddRoute(c Config[T]) *Route[T] {
	r := &Route[T]{config: c, log: l, at: l.tail, wake: make(chan struct{}, 1), stopped: make(chan struct{})}
	r.ctx, r.cancel = context.WithCancelCause(context.Background())
	l.routes = append(l.routes, r)
	l.hasNeed = l.hasNeed || c.Required
	return r
}

// Start starts the route's goroutine. It ends when the log is sealed and everything is delivered, or after
// Stop.
func (r *Route[T]) Start() { go r.supervise() }

// Stop ends the route: the attempt under way is cancelled with cause, and no other is made.
func (r *Route[T]) Stop(cause error) { r.cancel(cause) }

// Stopped is closed when the goroutine has ended.
func (r *Route[T]) Stopped() <-chan struct{} { return r.stopped }

// Await returns nil once everything below seq has been delivered, or the context's error.
func (r *Route[T]) Await(ctx context.Context, seq uint64) error {
	if r.acked.at.Load() >= seq {
		return nil
	}
	r.hurry(seq)
	return r.acked.wait(ctx, seq)
}

// TakeGap returns what was skipped since the last call.
func (r *Route[T]) TakeGap() (Gap, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	g := r.skipped
	r.skipped = Gap{}
	return g, g.Count > 0
}

// supervise restarts the loop when a destination ended the goroutine under it (runtime.Goexit).
func (r *Route[T]) supervise() {
	finished := false
	defer func() {
		if !finished {
			r.stats.fail(errGoexit)
			go r.supervise()
			return
		}
		r.state.Store(uint32(Ended))
		close(r.stopped)
	}()
	r.run()
	finished = true
}

// run delivers until the end of the log, from where the goroutine before this one was ended.
func (r *Route[T]) run() {
	if r.closing {
		return
	}
	if len(r.batch) > 0 { // in the middle of an attempt
		r.rest(pause(int(r.stats.inARow.Load()), Verdict{}), false)
		r.config.Failed(errGoexit)
	}
	for len(r.batch) > 0 || r.take() {
		if !r.finish() {
			break
		}
	}
	r.closing = true
	r.close()
}

// take waits for records and fills the batch. It returns false at the end of the log.
func (r *Route[T]) take() bool {
	for r.await() {
		r.state.Store(uint32(Working))
		r.fill()
		if len(r.batch) > 0 {
			return true
		}
		r.ack(r.position.Load())
	}
	return false
}

// await waits until there is something to take. It returns false at the end of the log.
func (r *Route[T]) await() bool {
	for !r.gather() {
		r.state.Store(uint32(Idle))
		sealed := r.log.sealed.Load() // before published: nothing is published after the seal
		if r.log.published.Load() > r.position.Load() {
			continue
		}
		if sealed || r.ctx.Err() != nil {
			return false
		}
		select {
		case <-r.wake:
		case <-r.ctx.Done():
			return false
		}
	}
	return true
}

// gather reports whether there is something to take, after letting it grow for a while if nobody waits.
func (r *Route[T]) gather() bool {
	ready := func() bool {
		have := r.log.published.Load() - r.position.Load()
		return have >= uint64(r.config.MaxEvents) || r.urgent.Load() > r.acked.at.Load() || r.log.sealed.Load()
	}
	if r.log.published.Load() == r.position.Load() {
		return false
	}
	if r.config.Linger <= 0 || ready() {
		return true
	}
	r.state.Store(uint32(Gathering))
	timer := time.NewTimer(r.config.Linger)
	defer timer.Stop()
	for !ready() {
		select {
		case <-r.wake:
		case <-timer.C:
			return true
		case <-r.ctx.Done():
			return true
		}
	}
	return true
}

// fill copies the next records into the batch, up to its limits.
func (r *Route[T]) fill() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.batch = r.batch[:0]
	end, pos, size := r.log.published.Load(), r.position.Load(), 0
	for pos < end && len(r.batch) < r.config.MaxEvents {
		if pos-r.at.first == chunkItems {
			r.at = r.at.next.Load()
		}
		record := r.at.items[pos-r.at.first].record
		if r.config.Wants(record) {
			size += r.config.Size(record)
			if len(r.batch) > 0 && size > r.config.MaxBytes {
				break
			}
			r.batch = append(r.batch, entry[T]{record, pos})
		}
		pos++
	}
	r.position.Store(pos)
	r.pending = r.pending[:0]
	for i := range r.batch {
		r.pending = append(r.pending, i)
	}
}

// skip moves the route to target if it is behind, and remembers what it passed over.
func (r *Route[T]) skip(target uint64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for pos := r.position.Load(); pos < target; pos++ {
		if pos-r.at.first == chunkItems {
			r.at = r.at.next.Load()
		}
		if r.config.Wants(r.at.items[pos-r.at.first].record) {
			if r.skipped.Count == 0 {
				r.skipped.From = pos
			}
			r.skipped.Count++
			r.skipped.To = pos
			r.stats.skipped.Add(1)
		}
		r.position.Store(pos + 1)
	}
}

// nudge wakes the route if it sleeps, or if it gathers and must not any more.
func (r *Route[T]) nudge(urgent bool) {
	switch State(r.state.Load()) {
	case Idle:
	case Gathering:
		if !urgent && r.log.published.Load()-r.position.Load() < uint64(r.config.MaxEvents) {
			return
		}
	default:
		return
	}
	select {
	case r.wake <- struct{}{}:
	default:
	}
}

// hurry says that somebody waits for everything below seq.
func (r *Route[T]) hurry(seq uint64) {
	for old := r.urgent.Load(); old < seq; old = r.urgent.Load() {
		if r.urgent.CompareAndSwap(old, seq) {
			break
		}
	}
	r.nudge(true)
}

func (r *Route[T]) ack(seq uint64) {
	r.acked.set(seq)
	if r.config.Required {
		r.log.acknowledged()
	}
}
