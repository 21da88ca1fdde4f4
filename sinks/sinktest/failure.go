package sinktest

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"github.com/daxis-io/arco-audit/audit"
)

func endedContext(b *bench) {
	all := b.records(mixture(5)...)
	ctx, cancel := context.WithCancel(b.Context())
	cancel()
	returned, err := b.deliver(ctx, all)
	if !returned {
		return
	}
	if err == nil {
		b.has(all)
	}
	if b.mustDeliver(all) {
		b.has(all)
	}
}

func contextPerCall(b *bench) {
	all := b.records(mixture(8)...)
	ctx, cancel := context.WithCancel(b.Context())
	returned, err := b.deliver(ctx, all[:5])
	cancel()
	if !returned {
		return
	}
	if err != nil {
		b.failf("Deliver of 5 events to a destination in order: %v", err)
	}
	if b.mustDeliver(all[5:]) {
		b.holds(all)
	}
}

func stalledDestination(b *bench) {
	h, ok := b.harness.(Staller)
	if !ok {
		b.unchecked("Staller")
		return
	}
	all := b.records(mixture(8)...)
	release := sync.OnceFunc(h.Stall())
	defer release()
	ctx, cancel := b.within(50 * time.Millisecond)
	defer cancel()
	returned, err := b.deliver(ctx, all)
	if !returned {
		return
	}
	if err == nil {
		b.has(all)
	}
	release()
	if b.mustDeliver(all) {
		b.has(all)
	}
}

func failureIsReported(b *bench) {
	h, ok := b.harness.(Breaker)
	if !ok {
		b.unchecked("Breaker")
		return
	}
	all := b.records(mixture(8)...)
	h.Break(0)
	ctx, cancel := b.within(b.patience)
	defer cancel()
	returned, err := b.deliver(ctx, all)
	if returned && err == nil {
		b.failf("Deliver returned nil although the destination took none of %d events", len(all))
	}
	h.Repair()
	if returned && b.mustDeliver(all) {
		b.holds(all)
	}
}

func nothingLost(b *bench) {
	all, _ := b.interrupted()
	b.has(all)
}

func transientIsNotPoison(b *bench) {
	if _, aside := b.interrupted(); aside > 0 {
		b.failf("%d events were set aside for ever because of a failure that passed", aside)
	}
}

// interruptedBatch is the size of the batches that are interrupted.
const interruptedBatch = 12

// interrupted delivers through a trail to a destination that fails within a batch, several times, and is
// repaired after each failure. It returns all events and how many were set aside as poison.
func (b *bench) interrupted() (all []audit.Record, aside int) {
	b.Helper()
	h, ok := b.harness.(Breaker)
	if !ok {
		b.unchecked("Breaker")
		return nil, 0
	}
	var quarantined atomic.Int64
	repaired := audit.SinkFunc(func(ctx context.Context, batch []audit.Record) error {
		err := contained(func() error { return b.sink.Deliver(ctx, batch) })
		if err != nil {
			h.Repair()
		}
		return err
	})
	var c capture
	trail := b.open([]audit.Route{
		{Name: "capture", Sink: &c, Required: true},
		{Name: "sink", Sink: repaired, Required: true, Batch: audit.Batch{MaxEvents: interruptedBatch, Linger: b.patience}},
	}, &audit.Hooks{Quarantined: func(string, error) { quarantined.Add(1) }})
	for _, after := range []int{0, 1, interruptedBatch / 2, interruptedBatch - 1} {
		h.Break(after)
		b.emit(trail, mixture(interruptedBatch)...) // exactly one batch: the route waits until it is full
		b.flush(trail)
		h.Repair()
	}
	b.shut(trail)
	return c.all(), int(quarantined.Load())
}

func (b *bench) flush(trail *audit.Trail) {
	b.Helper()
	ctx, cancel := b.within(b.patience)
	defer cancel()
	if err := trail.Flush(ctx); err != nil {
		b.failf("the trail could not deliver through the sink: %v", err)
	}
}

func onATrail(b *bench) {
	var c capture
	trail := b.open([]audit.Route{
		{Name: "capture", Sink: &c, Required: true},
		{Name: "sink", Sink: b.sink, Required: true, Batch: audit.Batch{MaxEvents: 9}},
	}, nil)
	b.emit(trail, mixture(100)...)
	b.flush(trail)
	b.emit(trail, mixture(3)...)
	b.shut(trail)
	b.holds(c.all())
}
