package main

import (
	"context"
	"slices"
	"sync"

	"cloud.google.com/go/pubsub/v2"

	"github.com/daxis-io/arco-audit/audit/auditread"
	"github.com/daxis-io/arco-audit/sinks/pubsubsink"
)

// consumer reads the subscription as long as the lake runs.
type consumer struct {
	cancel context.CancelFunc
	ended  chan error

	mu   sync.Mutex
	list []auditread.Entry
}

func startConsumer(ctx context.Context, from *pubsub.Subscriber) (*consumer, error) {
	dedupe, err := auditread.NewDedupe(auditread.DedupeConfig{})
	if err != nil {
		return nil, err
	}
	from.ReceiveSettings.NumGoroutines = 32 // the server in process gives each stream a message every 10 ms
	// It outlives ctx: it is stopped when the trail is closed.
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	c := &consumer{cancel: cancel, ended: make(chan error, 1)}
	go func() {
		c.ended <- pubsubsink.Receive(ctx, from, c.keep, pubsubsink.ReceiveConfig{Dedupe: dedupe})
	}()
	return c, nil
}

func (c *consumer) keep(_ context.Context, e auditread.Entry) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.list = append(c.list, e)
	return nil
}

func (c *consumer) entries() []auditread.Entry {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.list)
}

func (c *consumer) stop() error {
	c.cancel()
	return <-c.ended
}
