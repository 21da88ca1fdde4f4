package audittest

import (
	"context"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/daxis-io/arco-audit/audit"
	"github.com/daxis-io/arco-audit/audit/auditread"
	"github.com/daxis-io/arco-audit/internal/emitfault"
	"github.com/daxis-io/arco-audit/redact"
)

// patience bounds the waits for the trail, which take microseconds unless the machine is in trouble.
const patience = 30 * time.Second

// Recorder holds the events of one trail. It is safe for concurrent use.
type Recorder struct {
	t     testing.TB
	trail *audit.Trail
	sink  memory

	mu       sync.Mutex
	expected []auditread.Redaction
	allowed  bool // redactions of any kind
}

// New opens a trail in memory and returns it with its recorder. When t ends, the trail is closed, and t fails
// if something was withheld that was not expected, or if what was expected did not happen.
func New(t testing.TB) (*audit.Trail, *Recorder) {
	t.Helper()
	r := &Recorder{t: t}
	r.trail = open(t, &r.sink)
	t.Cleanup(func() {
		t.Helper()
		shut(t, r.trail)
		r.judgeRedactions()
	})
	return r.trail, r
}

func open(t testing.TB, sink audit.Sink) *audit.Trail {
	t.Helper()
	every := audit.RateLimit{PerSecond: 1_000_000, Burst: 1_000_000} // tests count denies one by one
	trail, err := audit.Open(audit.Config{
		Service: "audittest", Environment: "test", Instance: "memory", Volatile: true, Keys: redact.EphemeralKeys(),
		Routes: []audit.Route{{Name: "recorder", Sink: sink, Required: true}}, DenyLimit: audit.DenyLimit{PerTenant: every, Unauthenticated: every},
	})
	if err != nil {
		t.Fatalf("audittest: cannot open a trail: %v", err)
	}
	return trail
}

// shut closes the trail. The context of t has ended by then.
func shut(t testing.TB, trail *audit.Trail) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if err := trail.Close(ctx); err != nil {
		t.Errorf("audittest: the trail could not be closed: %v", err)
	}
}

// Entries returns what was emitted so far, in order, without the events of the trail itself. It waits for
// events that are on their way.
func (r *Recorder) Entries() []auditread.Entry {
	r.t.Helper()
	return r.entries(func(rec audit.Record) bool { return rec.Outcome() != audit.OutcomeSystem })
}

// TrailEntries returns the events of the trail itself so far, such as TRAIL_OPENED.
func (r *Recorder) TrailEntries() []auditread.Entry {
	r.t.Helper()
	return r.entries(func(rec audit.Record) bool { return rec.Outcome() == audit.OutcomeSystem })
}

// Only returns the one event of an action and ends the test unless there is exactly one. Events of the trail
// itself are found as well; for a kind of the service's own the action is audit.ActionOther.
func (r *Recorder) Only(a audit.Action) auditread.Entry {
	r.t.Helper()
	all := r.entries(func(audit.Record) bool { return true })
	var found []auditread.Entry
	var names []string
	for _, e := range all {
		names = append(names, e.ActionName)
		if e.Action == a {
			found = append(found, e)
		}
	}
	if len(found) != 1 {
		r.t.Fatalf("audittest: %d events of %s, want exactly one; the trail has %s", len(found), a, strings.Join(names, ", "))
		return auditread.Entry{}
	}
	return found[0]
}

func (r *Recorder) entries(wanted func(audit.Record) bool) []auditread.Entry {
	r.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if err := r.trail.Flush(ctx); err != nil {
		r.t.Fatalf("audittest: the recorder did not get every event: %v", err)
	}
	var list []auditread.Entry
	for _, rec := range r.sink.all() {
		if !wanted(rec) {
			continue
		}
		e, err := auditread.Decode(rec.JSON())
		if err != nil {
			r.t.Fatalf("audittest: the trail wrote an event that cannot be read: %v", err)
		}
		list = append(list, e)
	}
	return list
}

// FailEmit makes every Emit from now on return err and write nothing, as a trail that takes no event does;
// nil ends that. Give the error whose handling is tested: audit.ErrFull, audit.ErrTenantBusy,
// audit.ErrClosed, or audit.ErrUnknown. Hooks and counters see the error. Events that Emit refuses anyway,
// such as one without an actor, keep their own error, and the trail's own events are still written.
func (r *Recorder) FailEmit(err error) {
	if err == nil {
		r.sink.fault.Store(nil)
		return
	}
	r.sink.fault.Store(&err)
}

// memory is the sink behind a recorder.
type memory struct {
	fault   atomic.Pointer[error]
	mu      sync.Mutex
	records []audit.Record
}

// Deliver implements audit.Sink.
func (m *memory) Deliver(_ context.Context, batch []audit.Record) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.records = append(m.records, batch...)
	return nil
}

// EmitFault implements emitfault.Source.
func (m *memory) EmitFault(emitfault.Door) error {
	if err := m.fault.Load(); err != nil {
		return *err
	}
	return nil
}

func (m *memory) all() []audit.Record {
	m.mu.Lock()
	defer m.mu.Unlock()
	return append([]audit.Record(nil), m.records...)
}
