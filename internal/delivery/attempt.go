package delivery

import (
	"context"
	"errors"
	"fmt"
	"time"
)

var (
	errGoexit = errors.New("the destination ended its goroutine (runtime.Goexit)")
	// errDeadline is the cause of a context that ran into Config.Deadline.
	errDeadline = errors.New("delivery attempt ran into its deadline")
)

// panicked is what a destination said as it panicked.
type panicked struct{ value any }

func (p *panicked) Error() string { return fmt.Sprintf("the destination panicked: %v", p.value) }

// mostPanics is how often a batch may make its destination panic before a record of it is suspected.
const mostPanics = 5

// finish delivers the batch, however long it takes. It returns false when the route was stopped.
func (r *Route[T]) finish() bool {
	for failures, panics := 0, 0; len(r.pending) > 0; {
		if r.ctx.Err() != nil {
			return false
		}
		r.state.Store(uint32(Working))
		n, v, err := r.attempt()
		if planted(plantDropThrottled) && v.After > 0 {
			v.Retry = nil
		}
		if _, ok := err.(*panicked); ok && !r.late {
			if panics++; panics >= mostPanics {
				v = r.suspect(n, err)
			}
		}
		progress, lost := r.settle(n, v, err)
		r.config.Destination.pace.learn(n, r.config.MaxEvents, r.late, progress)
		if err == nil {
			r.stats.succeed()
			failures = 0
			continue
		}
		r.fail(err)
		if lost != nil {
			r.fail(lost)
		}
		if progress {
			failures = 0
		}
		if lost == nil && !v.Down && v.After == 0 && (len(v.Retry) == 0 || v.Split) {
			continue
		}
		failures++
		if !r.rest(pause(failures, v), v.Down) {
			return false
		}
	}
	r.mu.Lock()
	r.batch = r.batch[:0]
	r.mu.Unlock()
	r.oldest.Store(0)
	r.search = search{}
	r.ack(r.position.Load())
	return true
}

// suspect is what panics say that come again and again: one of n records is poison. When a stub makes the destination
// panic too, it is not the record, and the route waits until the destination is repaired.
func (r *Route[T]) suspect(n int, err error) Verdict {
	if n == 1 && r.stub[r.pending[0]] {
		return Judge(err, n)
	}
	return Judge(&Fault{Err: err, Poison: true}, n)
}

func (r *Route[T]) fail(err error) {
	r.stats.fail(err)
	r.config.Failed(err)
}

// attempt hands the pending records over, or the first of them during a search and when all were too many for the
// time there is, which begins with the route's turn. It returns how many, and what the destination says of them, and notes
// whether it ran out of time; a destination that panics, or whose error does, failed.
func (r *Route[T]) attempt() (n int, v Verdict, err error) {
	r.out, r.late = r.out[:0], false
	if !r.config.Destination.Take(r.ctx, r.config.Deadline) {
		n = len(r.pending)
		return n, Judge(errNoTurn, n), errNoTurn
	}
	defer r.config.Destination.Yield()
	for _, i := range r.pending[:r.config.Destination.pace.next(r.search.next(len(r.pending)))] {
		r.out = append(r.out, r.batch[i].Record)
	}
	ctx, cancel := context.WithTimeoutCause(r.ctx, r.config.Deadline, errDeadline)
	defer cancel()
	defer func() {
		r.late = r.late || context.Cause(ctx) == errDeadline // what a panic or Goexit after it was about
		if p := recover(); p != nil {
			n, err = len(r.out), &panicked{p}
			if planted(plantSwallowPanic) {
				err = nil
			}
			v = Judge(err, n)
		}
	}()
	err = r.config.Deliver(ctx, r.out)
	r.late = timedOut(err)
	return len(r.out), Judge(err, len(r.out)), err
}

// rest waits before the next attempt. It returns false when the route was stopped.
func (r *Route[T]) rest(wait time.Duration, down bool) bool {
	state := Waiting
	if down {
		state = Down
	}
	r.state.Store(uint32(state))
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-r.ctx.Done():
		return false
	}
}

// close gives the destination its chance to clean up. What it does wrong is counted, nothing more.
func (r *Route[T]) close() {
	if r.config.Close == nil {
		return
	}
	defer func() {
		if p := recover(); p != nil {
			r.stats.fail(fmt.Errorf("closing the destination panicked: %v", p))
		}
	}()
	if err := r.config.Close(); err != nil {
		r.fail(err)
	}
}
