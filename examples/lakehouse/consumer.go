package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"

	"cloud.google.com/go/pubsub/v2"

	"github.com/daxis-io/arco-audit/audit"
	"github.com/daxis-io/arco-audit/audit/auditread"
	"github.com/daxis-io/arco-audit/sinks/pubsubsink"
)

// consumer reads the subscription as long as the lake runs.
type consumer struct {
	cancel context.CancelFunc
	ended  chan error
	gaps   *auditread.Gaps
	came   chan struct{} // something came

	mu   sync.Mutex
	list []auditread.Entry
}

func startConsumer(ctx context.Context, from *pubsub.Subscriber) (*consumer, error) {
	dedupe, err := auditread.NewDedupe(auditread.DedupeConfig{})
	if err != nil {
		return nil, err
	}
	// It outlives ctx: it is stopped when the trail is closed.
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	c := &consumer{cancel: cancel, ended: make(chan error, 1), gaps: auditread.NewGaps(auditread.GapsConfig{}), came: make(chan struct{}, 1)}
	go func() {
		c.ended <- pubsubsink.Receive(ctx, from, c.keep, pubsubsink.ReceiveConfig{Dedupe: dedupe, Gaps: c.gaps, Observe: c.observe})
	}()
	return c, nil
}

func (c *consumer) keep(_ context.Context, e auditread.Entry) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.list = append(c.list, e)
	return nil
}

// observe wakes who waits, once an event is counted everywhere.
func (c *consumer) observe(pubsubsink.Receipt) {
	select {
	case c.came <- struct{}{}:
	default:
	}
}

func (c *consumer) entries() []auditread.Entry {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.list)
}

// await waits until n events came, all of them gapless.
func (c *consumer) await(ctx context.Context, n int) error {
	for {
		have, missing := len(c.entries()), c.missing()
		if have >= n && missing == 0 {
			return nil
		}
		select {
		case <-c.came:
		case <-ctx.Done():
			return fmt.Errorf("lakehouse: the consumer has %d of %d events, and %d gaps", have, n, missing)
		}
	}
}

// missing counts the runs of events that have not come.
func (c *consumer) missing() (n int) {
	for _, r := range c.gaps.Report() {
		n += len(r.Missing())
	}
	return n
}

func (c *consumer) stop() error {
	c.cancel()
	return <-c.ended
}

// checkCopies holds what a reader has to what the trail's file has: the same events with the same leaf hashes, no more
// and no less. Both are canonical events, one a line.
func checkCopies(file, name, copied string) error {
	want, err := leaves(file)
	if err != nil {
		return err
	}
	got, err := leaves(copied)
	if err != nil {
		return err
	}
	for id, leaf := range want {
		if other, ok := got[id]; !ok || other != leaf {
			return fmt.Errorf("lakehouse: %s has event %s not at all, or with other bytes", name, id)
		}
	}
	if len(got) != len(want) {
		return fmt.Errorf("lakehouse: %s has %d events, the trail's file %d", name, len(got), len(want))
	}
	return nil
}

func leaves(text string) (map[audit.ID]auditread.Leaf, error) {
	all := map[audit.ID]auditread.Leaf{}
	for line := range strings.Lines(text) {
		e, err := auditread.Decode(strings.TrimSuffix(line, "\n"))
		if err != nil {
			return nil, err
		}
		if all[e.ID], err = e.Leaf(); err != nil {
			return nil, err
		}
	}
	return all, nil
}
