package servicetest

import (
	"bytes"
	"context"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/daxis-io/arco-audit/audit"
	"github.com/daxis-io/arco-audit/audit/auditread"
	"github.com/daxis-io/arco-audit/examples/telemetry"
	"github.com/daxis-io/arco-audit/redact"
)

// Trail is an open trail whose one required route ends in memory.
type Trail struct {
	*audit.Trail
	Telemetry *telemetry.Telemetry

	t         testing.TB
	watched   watched
	mu        sync.Mutex
	records   []audit.Record
	disturbed bool // since the last Take
	closed    bool
	stalled   chan struct{}           // nil while the sink works
	before    func(audit.Record) bool // stalls the sink before it takes a record of which this is true
	held      chan struct{}           // closed when before has stalled it
	after     func(audit.Record) bool // stalls the sink once it has taken a record of which this is true
}

// Open opens a trail for a service; it is closed when t ends.
func Open(t testing.TB, service string) *Trail {
	t.Helper()
	metrics, err := telemetry.New("arco." + service)
	if err != nil {
		t.Fatal(err)
	}
	f := &Trail{Telemetry: metrics, t: t}
	f.watched.ended.L = &f.watched.mu
	f.Trail, err = audit.Open(audit.Config{
		Service: service, Environment: "test", Instance: "one", Volatile: true, Keys: redact.EphemeralKeys(),
		OriginMode: audit.OriginFull, Hooks: metrics.Hooks(),
		DenyLimit: audit.DenyLimit{Unauthenticated: audit.RateLimit{PerSecond: 100_000, Burst: 100_000}}, // each deny has its event
		Routes:    []audit.Route{{Name: "memory", Sink: f, Required: true}},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		f.Resume()
		_ = f.Trail.Close(context.Background())
		f.collect(f.watched.take())
	})
	return f
}

// Close closes the trail while requests may still come.
func (f *Trail) Close(ctx context.Context) error {
	f.mu.Lock()
	f.disturbed, f.closed = true, true
	f.mu.Unlock()
	return f.Trail.Close(ctx)
}

// Deliver implements audit.Sink.
func (f *Trail) Deliver(ctx context.Context, batch []audit.Record) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.before != nil && slices.ContainsFunc(batch, f.before) {
		f.before = nil
		f.stall()
		close(f.held)
	}
	if stalled := f.stalled; stalled != nil {
		f.mu.Unlock()
		var err error
		select {
		case <-stalled:
		case <-ctx.Done():
			err = ctx.Err()
		}
		f.mu.Lock()
		if err != nil {
			return err
		}
	}
	f.records = append(f.records, batch...)
	if f.after != nil && slices.ContainsFunc(batch, f.after) {
		f.after = nil
		f.stall()
	}
	return nil
}

// Stall makes the sink hang until Resume.
func (f *Trail) Stall() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.stall()
}

func (f *Trail) stall() {
	f.disturbed = true
	if f.stalled == nil {
		f.stalled = make(chan struct{})
	}
}

// StallAfter makes the sink hang once it has taken a record of the action.
func (f *Trail) StallAfter(a audit.Action) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.after = func(r audit.Record) bool { return r.Action() == a }
}

// Hold makes the sink hang before it takes a record of the action. What it returns is closed when it does.
func (f *Trail) Hold(a audit.Action) <-chan struct{} {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.before, f.held = func(r audit.Record) bool { return r.Action() == a }, make(chan struct{})
	return f.held
}

// Resume lets the sink deliver.
func (f *Trail) Resume() {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.stalled != nil {
		close(f.stalled)
		f.stalled = nil
	}
}

// Take returns the events since the last Take, without those of the trail itself.
func (f *Trail) Take() []auditread.Entry {
	f.t.Helper()
	return slices.DeleteFunc(f.TakeAll(), func(e auditread.Entry) bool { return e.Outcome == audit.OutcomeSystem })
}

// TakeAll returns the events since the last Take, once the requests that run are answered.
func (f *Trail) TakeAll() []auditread.Entry {
	f.t.Helper()
	requests := f.watched.take()
	if err := f.Flush(f.t.Context()); err != nil {
		f.t.Fatal(err)
	}
	return f.collect(requests)
}

// collect ends a window with what the sink got.
func (f *Trail) collect(requests []Request) []auditread.Entry {
	f.t.Helper()
	f.mu.Lock()
	defer f.mu.Unlock()
	w := Window{Test: f.t.Name(), Requests: requests, Places: reached(), Disturbed: f.disturbed}
	f.disturbed = f.closed || f.stalled != nil
	var list []auditread.Entry
	for _, r := range f.records {
		e, err := auditread.Decode(r.JSON())
		if err != nil {
			f.t.Fatal(err)
		}
		list = append(list, e)
		if e.Outcome != audit.OutcomeSystem {
			w.Events = append(w.Events, eventOf(e))
		}
	}
	f.records = f.records[:0]
	if err := w.write(); err != nil {
		f.t.Fatal(err)
	}
	return list
}

// Text is what Take returns, as the sink got it.
func Text(entries []auditread.Entry) string {
	var b strings.Builder
	for _, e := range entries {
		b.WriteString(e.JSON + "\n")
	}
	return b.String()
}

// Log is a buffer that a service may write to concurrently.
type Log struct {
	mu sync.Mutex
	b  bytes.Buffer
}

// Write implements io.Writer.
func (l *Log) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

// String returns what was written.
func (l *Log) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}
