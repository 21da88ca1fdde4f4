package pubsubsink

import (
	"context"
	"errors"
	"fmt"
	"time"

	"cloud.google.com/go/pubsub/v2"

	"github.com/daxis-io/arco-audit/audit/auditread"
)

// ReceiveConfig is what a consumer may choose. Zero fields are the defaults.
type ReceiveConfig struct {
	// Dedupe keeps copies of events away from the handler. Without it every copy gets there.
	Dedupe *auditread.Dedupe
	// Gaps hears of every event that was handled, rejected by the handler or dropped as a copy.
	Gaps *auditread.Gaps
	// Verify is asked before the handler. An event that it returns an error for goes to the dead letters as
	// Unverified.
	Verify func(ctx context.Context, e auditread.Entry) error
	// DeadLetter takes the messages that will never be handled, with the reason; see DeadLetterTopic. It must
	// have stored the letter when it returns nil: the message is acknowledged then. Without it such messages are
	// returned like those that failed, and the subscription's own dead-letter policy takes them.
	DeadLetter func(ctx context.Context, l Letter) error
	// Observe is told what became of every message. It is called by many goroutines and must not block.
	Observe func(Receipt)

	MaxMessages int // in memory at one time, 1,000
	MaxBytes    int // of data in memory at one time, 64 MiB
	// BackoffMin and BackoffMax bound how long a message that failed is kept before it is returned, 100 ms and
	// 30 s. The time doubles with every attempt, and half of it is random.
	BackoffMin, BackoffMax time.Duration
	// Grace is how long the handler's context outlives that of Receive, 10 s.
	Grace time.Duration
}

func (c *ReceiveConfig) defaults() {
	set(&c.MaxMessages, 1000)
	set(&c.MaxBytes, 64<<20)
	set(&c.BackoffMin, 100*time.Millisecond)
	set(&c.BackoffMax, 30*time.Second)
	set(&c.Grace, 10*time.Second)
	c.BackoffMax = max(c.BackoffMin, c.BackoffMax)
}

func set[T int | time.Duration](field *T, value T) {
	if *field <= 0 {
		*field = value
	}
}

// Receive hands the events of a subscription to handler until ctx ends, then waits for those that are in work and
// returns nil; any other error is Pub/Sub's. The handler is called by up to MaxMessages goroutines at a time; the
// events of one trail come one after the other when the subscription has message ordering. What it returns decides:
// nil acknowledges, an error of Reject sends the event to the dead letters, and any other error returns it after a
// back-off, during which it counts as in memory, so that a destination that is down stops the flow. A handler that
// panics has rejected the event. Events may come again in spite of Dedupe, for instance to another replica: the
// handler must bear that.
//
// The subscriber's ReceiveSettings for what may be outstanding are set from c; all others are the caller's.
func Receive(ctx context.Context, sub *pubsub.Subscriber, handler func(context.Context, auditread.Entry) error, c ReceiveConfig) error {
	if sub == nil || handler == nil {
		return errors.New("pubsubsink: the subscriber or the handler is nil: give Receive both")
	}
	c.defaults()
	sub.ReceiveSettings.MaxOutstandingMessages = c.MaxMessages
	sub.ReceiveSettings.MaxOutstandingBytes = c.MaxBytes
	r := &receiver{config: c, handler: handler, working: map[workKey]chan struct{}{}, attempts: map[string]int{}}
	if err := sub.Receive(ctx, r.take); err != nil {
		return fmt.Errorf("pubsubsink: the subscription cannot be read: create it, and grant roles/pubsub.subscriber on it: %w", err)
	}
	return nil
}

// Reject returns an error that tells Receive that the event will never be handled: it goes to the dead letters as
// Rejected and does not come again.
func Reject(err error) error { return &rejection{err} }

type rejection struct{ err error }

func (r *rejection) Error() string {
	if r.err == nil {
		return "rejected"
	}
	return r.err.Error()
}

func (r *rejection) Unwrap() error { return r.err }
