package sinktest

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/daxis-io/arco-audit/audit"
)

// defaultPatience bounds every wait. A sink that keeps the rules never comes near it.
const defaultPatience = 20 * time.Second

// bench is what a case works on.
type bench struct {
	testing.TB
	harness Harness
	sink    audit.Sink
	rule    string

	patience time.Duration
}

// failf reports a broken rule.
func (b *bench) failf(format string, args ...any) {
	b.Helper()
	b.Errorf("%s\nrule: %s", fmt.Sprintf(format, args...), b.rule)
}

// unchecked says that the harness does not offer what the case needs.
func (b *bench) unchecked(what string) {
	b.Helper()
	b.Logf("not checked: the harness is no sinktest.%s", what)
}

// within returns a context that ends after d.
func (b *bench) within(d time.Duration) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithoutCancel(b.Context()), d)
}

// contained turns a panic into an error.
func contained(f func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	return f()
}

// deliver hands the batch over and waits for the answer, but not for ever: returned is false for a Deliver
// that hangs.
func (b *bench) deliver(ctx context.Context, batch []audit.Record) (returned bool, err error) {
	b.Helper()
	done := make(chan error, 1)
	go func() {
		done <- contained(func() error { return b.sink.Deliver(ctx, batch) })
	}()
	timer := time.NewTimer(b.patience)
	defer timer.Stop()
	select {
	case err := <-done:
		return true, err
	case <-timer.C:
		b.failf("Deliver of %d events did not return within %s", len(batch), b.patience)
		return false, nil
	}
}

// mustDeliver fails the case unless a copy of the batch is taken, and reports whether it was.
func (b *bench) mustDeliver(batch []audit.Record) bool {
	b.Helper()
	ctx, cancel := b.within(b.patience)
	defer cancel()
	returned, err := b.deliver(ctx, slices.Clone(batch))
	if returned && err != nil {
		b.failf("Deliver of %d events to a destination in order: %v", len(batch), err)
	}
	return returned && err == nil
}

// holds checks that the destination holds exactly want, in order, once copies are removed.
func (b *bench) holds(want []audit.Record) {
	b.Helper()
	got := withoutCopies(b.harness.Received())
	for i, r := range want {
		switch {
		case i >= len(got):
			b.failf("%d of %d events are missing at the destination, the first is %s", len(want)-i, len(want), name(r))
			return
		case got[i] != r.JSON():
			b.failf("event %d of %d at the destination is not %s byte for byte; it is\n%.300q\nand should be\n%.300q",
				i, len(want), name(r), got[i], r.JSON())
			return
		}
	}
	if len(got) > len(want) {
		b.failf("the destination holds %d events that were never delivered, the first is %.300q", len(got)-len(want), got[len(want)])
	}
}

// has checks that the destination holds these events, whatever else and in whatever order.
func (b *bench) has(want []audit.Record) {
	b.Helper()
	there := map[string]bool{}
	for _, json := range b.harness.Received() {
		there[json] = true
	}
	for _, r := range want {
		if !there[r.JSON()] {
			b.failf("%s counts as delivered and is not at the destination", name(r))
			return
		}
	}
}

func withoutCopies(all []string) []string {
	seen := map[string]bool{}
	var once []string
	for _, json := range all {
		if !seen[json] {
			seen[json] = true
			once = append(once, json)
		}
	}
	return once
}

func name(r audit.Record) string { return r.ActionName() + " number " + r.Sequence().String() }
