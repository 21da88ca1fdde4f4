package sinktest_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"

	"github.com/daxis-io/arco-audit/audit"
	"github.com/daxis-io/arco-audit/redact"
	"github.com/daxis-io/arco-audit/sinks/sinktest"
)

// memory is a destination in memory that can fail and hang, and its own sink and harness.
type memory struct {
	mu     sync.Mutex
	held   []string
	left   int // how many more events it takes while it is broken
	broken bool
	stall  chan struct{} // not nil: hangs until it is closed
}

func (m *memory) Deliver(ctx context.Context, batch []audit.Record) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.stall != nil {
		select {
		case <-m.stall:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	for i, r := range batch {
		if m.broken && m.left == 0 {
			var missing []int
			for ; i < len(batch); i++ {
				missing = append(missing, i)
			}
			return audit.Failed(errors.New("memory: broken"), missing...)
		}
		m.left--
		m.held = append(m.held, r.JSON())
	}
	return nil
}

func (m *memory) Sink() audit.Sink { return m }

func (m *memory) Received() []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return append([]string(nil), m.held...)
}

func (m *memory) Break(after int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.broken, m.left = true, after
}

func (m *memory) Repair() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.broken = false
}

func (m *memory) Stall() func() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.stall = make(chan struct{})
	return func() { close(m.stall) }
}

func TestMemorySink(t *testing.T) {
	sinktest.Run(t, func(*testing.T) sinktest.Harness { return &memory{} })
}

// A harness is a sink and a way to read what its destination holds. Its test is one call of sinktest.Run.
func ExampleHarness() {
	var h sinktest.Harness = &memory{}
	trail, err := audit.Open(audit.Config{
		Service: "catalog", Environment: "dev", Volatile: true, Keys: redact.EphemeralKeys(),
		Routes: []audit.Route{{Name: "memory", Sink: h.Sink(), Required: true}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	ctx := audit.WithRequest(context.Background(), audit.Request{Actor: audit.Anonymous()})
	_, _ = trail.Emit(ctx, audit.AuthDeny(audit.HTTPOperation("GET", "/v1/config"), audit.AuthReasonMissing))
	_ = trail.Close(context.Background())
	fmt.Println(len(h.Received()), "events: opened, denied, closed")
	// Output: 3 events: opened, denied, closed
}
