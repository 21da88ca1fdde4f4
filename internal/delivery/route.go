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
	Failed   func(cause error)                      // told of each attempt that left something to do

	// Poisoned is told of the records of an attempt that can never be delivered. It keeps them somewhere else and
	// returns, for each, the record that is delivered in its place; what it returns before is not settled. After an
	// error all of them are tried again, later, and it may be told of them again. ctx ends with the route.
	Poisoned func(ctx context.Context, records []T, cause error) (stubs []T, err error)
	// Refused is told of each of these stubs that can never be delivered either. Nothing takes its place.
	Refused func(stub T, cause error)

	Destination *Destination // shared with routes of other logs; nil for one of its own

	Time func(T) int64 // when the record was made, for Status.Oldest; may be nil

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
	hub    *hub[T]
	reader Reader[T] // of a Feed; nil for a Log
	state  atomic.Uint32
	wake   chan struct{}
	wanted atomic.Uint64 // wakes the route once everything below is published; never while it works
	urgent atomic.Uint64 // somebody waits for everything below
	acked  mark          // everything below was delivered, passed over, skipped or poisoned

	position atomic.Uint64 // next sequence to take; of a Log: written under mu
	mu       sync.Mutex
	at       *chunk[T] // of a Log
	skipped  Gap
	ahead    []Entry[T]   // of a Feed: read and not yet taken
	room     []Entry[T]   // what ahead is a part of
	resume   uint64       // of a Feed: the sequence after ahead
	oldest   atomic.Int64 // Config.Time of the first pending record; 0 for none

	stats   stats
	ctx     context.Context
	cancel  context.CancelCauseFunc
	stopped chan struct{}

	batch   []Entry[T] // of a Log: written under mu, as the next two
	stub    []bool     // this entry of batch is what took the place of another
	pending []int
	out     []T
	search  search
	late    bool      // the last attempt ran out of time
	full    time.Time // when there was a full batch the last time
	closing bool      // the destination was asked to close
}

// Entry is a record and its place in the log.
type Entry[T any] struct {
	Record   T
	Sequence uint64
}

// Gap is a run of records that a route skipped because the log was full.
type Gap struct {
	Count    uint64 // records that the route wanted
	Total    uint64 // of this gap and of all before
	From, To uint64 // first and last sequence
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
	r.skipped = Gap{Total: g.Total}
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
		r.config.Destination.pace.learn(len(r.out), r.config.MaxEvents, r.late, false)
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
		err := r.fill()
		if len(r.batch) > 0 {
			return true
		}
		r.ack(r.position.Load())
		if err != nil && !r.unreadable(err) {
			return false
		}
	}
	return false
}

// unreadable waits before records that could not be read are tried again. It returns false when the route was
// stopped.
func (r *Route[T]) unreadable(err error) bool {
	r.stats.fail(err)
	r.config.Failed(err)
	return r.rest(pause(int(r.stats.inARow.Load()), Verdict{}), false)
}

// nudge wakes the route if it sleeps or gathers.
func (r *Route[T]) nudge() {
	switch State(r.state.Load()) {
	case Idle, Gathering:
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
	r.nudge()
}

func (r *Route[T]) ack(seq uint64) {
	if r.reader != nil {
		r.reader.Settled(seq)
	}
	r.acked.set(seq)
	if r.config.Required {
		r.hub.acknowledged()
	}
}
