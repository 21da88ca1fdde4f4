package pubsubsink

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync"
	"time"

	"cloud.google.com/go/pubsub/v2"

	"github.com/daxis-io/arco-audit/audit"
	"github.com/daxis-io/arco-audit/audit/auditread"
)

// receiver is the state of one Receive.
type receiver struct {
	config  ReceiveConfig
	handler func(context.Context, auditread.Entry) error

	mu       sync.Mutex
	working  map[workKey]chan struct{} // events that are with the handler; closed when they are not any more
	attempts map[string]int            // failures by the id of the message, at most maxAttempts ids
}

type workKey struct {
	source string
	id     audit.ID
}

// maxAttempts bounds the messages whose failures are counted; those beyond it wait as after a first failure.
const maxAttempts = 10_000

// take decides over one message. The end of ctx means that Receive stops.
func (r *receiver) take(ctx context.Context, m *pubsub.Message) {
	if ctx.Err() != nil {
		m.Nack()
		return
	}
	work, cancel := r.outlive(ctx)
	defer cancel()
	got := Receipt{MessageID: m.ID}
	r.decide(work, m, &got)
	if got.Fate == Returned {
		r.pause(ctx, m)
		m.Nack()
	} else {
		r.forget(m.ID)
		m.Ack()
	}
	if r.config.Observe != nil {
		r.config.Observe(got)
	}
}

// outlive is the context of one handler call, which ends the time of grace after ctx has.
func (r *receiver) outlive(ctx context.Context) (context.Context, context.CancelFunc) {
	work, cancel := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() {
		timer := time.AfterFunc(r.config.Grace, cancel)
		context.AfterFunc(work, func() { timer.Stop() })
	})
	return work, func() { stop(); cancel() }
}

// decide fills in what becomes of the message.
func (r *receiver) decide(ctx context.Context, m *pubsub.Message, got *Receipt) {
	var err error
	if got.Entry, err = Decode(m.Attributes, m.Data); err != nil {
		r.bury(ctx, m, got, Undecodable, err)
		return
	}
	if r.config.Verify != nil {
		if err := r.config.Verify(ctx, got.Entry); err != nil {
			r.bury(ctx, m, got, Unverified, err)
			return
		}
	}
	sighting, release := r.claim(got.Entry)
	defer release()
	switch sighting {
	case auditread.Copy:
		got.Fate = Dropped
		r.arrived(got.Entry)
	case auditread.Conflict:
		r.bury(ctx, m, got, Conflicting, errors.New("pubsubsink: another event has this source and id: find out which of the two is genuine"))
	case auditread.Fresh:
		r.handle(ctx, m, got)
	}
}

// claim says whether the event was handled, and takes it into work when it was not. It waits for a copy that is
// in work.
func (r *receiver) claim(e auditread.Entry) (auditread.Sighting, func()) {
	none := func() {}
	if r.config.Dedupe == nil {
		return auditread.Fresh, none
	}
	key := workKey{e.Source, e.ID}
	for {
		r.mu.Lock()
		busy, found := r.working[key]
		if !found {
			break
		}
		r.mu.Unlock()
		<-busy
	}
	defer r.mu.Unlock()
	if sighting := r.config.Dedupe.Seen(e); sighting != auditread.Fresh {
		return sighting, none
	}
	done := make(chan struct{})
	r.working[key] = done
	return auditread.Fresh, func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		delete(r.working, key)
		close(done)
	}
}

// handle calls the handler.
func (r *receiver) handle(ctx context.Context, m *pubsub.Message, got *Receipt) {
	panicked, err := r.call(ctx, got.Entry)
	var rejected *rejection
	switch {
	case err == nil:
		got.Fate = Handled
		if r.config.Dedupe != nil {
			got.Err = r.config.Dedupe.Mark(got.Entry)
		}
	case panicked:
		r.bury(ctx, m, got, Panicked, err)
	case errors.As(err, &rejected):
		r.bury(ctx, m, got, Rejected, err)
	default:
		got.Err = err
	}
	if got.Fate != Returned {
		r.arrived(got.Entry)
	}
}

// call contains a panic of the handler. What it panicked with may hold a value, and is not repeated.
func (r *receiver) call(ctx context.Context, e auditread.Entry) (panicked bool, err error) {
	panicked = true
	defer func() {
		if panicked && recover() != nil {
			err = errors.New("pubsubsink: the handler panicked: look at what it does with this event")
		}
	}()
	err = r.handler(ctx, e)
	return false, err
}

func (r *receiver) arrived(e auditread.Entry) {
	if r.config.Gaps != nil {
		r.config.Gaps.Add(e)
	}
}

// bury sends the message to the dead letters.
func (r *receiver) bury(ctx context.Context, m *pubsub.Message, got *Receipt, reason Reason, cause error) {
	got.Reason, got.Err = reason, cause
	if r.config.DeadLetter == nil {
		return
	}
	err := r.config.DeadLetter(ctx, Letter{
		MessageID: m.ID, Attributes: m.Attributes, Data: m.Data, OrderingKey: m.OrderingKey, Reason: reason, Err: cause,
	})
	if err != nil {
		got.Err = errors.Join(cause, err)
		return
	}
	got.Fate = DeadLettered
}

// pause keeps a message that failed, until Receive stops at the latest.
func (r *receiver) pause(ctx context.Context, m *pubsub.Message) {
	step := r.config.BackoffMin
	for n := r.failed(m); n > 1 && step < r.config.BackoffMax; n-- {
		step += min(step, r.config.BackoffMax-step)
	}
	timer := time.NewTimer(step/2 + rand.N(step/2+1))
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}

// failed counts a failure and returns how many there were. Pub/Sub counts by itself where it has a dead-letter
// policy to follow.
func (r *receiver) failed(m *pubsub.Message) int {
	if m.DeliveryAttempt != nil {
		return max(1, *m.DeliveryAttempt)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	n, found := r.attempts[m.ID]
	if found || len(r.attempts) < maxAttempts {
		r.attempts[m.ID] = n + 1
	}
	return n + 1
}

func (r *receiver) forget(id string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.attempts, id)
}
