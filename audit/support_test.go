package audit_test

import (
	"context"
	"encoding/json"
	"slices"
	"sync"
	"testing"

	"github.com/daxis-io/arco-audit/audit"
	"github.com/daxis-io/arco-audit/redact"
	"github.com/stretchr/testify/require"
)

// capture is a sink that keeps every record.
type capture struct {
	mu      sync.Mutex
	records []audit.Record
}

func (c *capture) Deliver(_ context.Context, batch []audit.Record) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.records = append(c.records, batch...)
	return nil
}

// all returns the records without the trail's own.
func (c *capture) all() []audit.Record {
	c.mu.Lock()
	defer c.mu.Unlock()
	var list []audit.Record
	for _, r := range c.records {
		if r.Outcome() != audit.OutcomeSystem {
			list = append(list, r)
		}
	}
	return list
}

// of returns the records with an action.
func (c *capture) of(a audit.Action) []audit.Record {
	c.mu.Lock()
	defer c.mu.Unlock()
	var list []audit.Record
	for _, r := range c.records {
		if r.Action() == a {
			list = append(list, r)
		}
	}
	return list
}

// config is a valid configuration with the given routes, under which no test reaches the limits of denies.
func config(routes ...audit.Route) audit.Config {
	every := audit.RateLimit{PerSecond: 1_000_000, Burst: 1_000_000}
	return audit.Config{
		DenyLimit: audit.DenyLimit{PerTenant: every, Unauthenticated: every},
		Service:   "catalog", Environment: "test", Instance: "i-1", Volatile: true, Keys: redact.EphemeralKeys(), Routes: routes,
	}
}

func open(t *testing.T, c audit.Config) *audit.Trail {
	t.Helper()
	trail, err := audit.Open(c)
	require.NoError(t, err)
	t.Cleanup(func() {
		over, cancel := context.WithCancel(context.Background())
		cancel()
		_ = trail.Close(over)
	})
	return trail
}

// recording opens a trail with one required route that keeps everything.
func recording(t *testing.T) (*audit.Trail, *capture) {
	t.Helper()
	c := &capture{}
	return open(t, config(audit.Route{Name: "memory", Sink: c, Required: true})), c
}

func anonymous(ctx context.Context) context.Context {
	return audit.WithRequest(ctx, audit.Request{ID: audit.NewRequestID("r-1"), Actor: audit.Anonymous()})
}

// fields is a decoded event.
type fields map[string]any

func decode(t *testing.T, r audit.Record) fields {
	t.Helper()
	var f fields
	require.NoError(t, json.Unmarshal([]byte(r.JSON()), &f))
	return f
}

func (f fields) data() fields { return fields(f["data"].(map[string]any)) }

func (f fields) details() fields {
	d, _ := f.data()["details"].(map[string]any)
	return fields(d)
}

// redactions returns "field kind" for each.
func (f fields) redactions() []string {
	var list []string
	all, _ := f.data()["redactions"].([]any)
	for _, r := range all {
		m := r.(map[string]any)
		list = append(list, m["field"].(string)+" "+m["kind"].(string))
	}
	return list
}

// emitted emits e as an anonymous caller and returns the event as it was recorded.
func emitted(t *testing.T, e audit.Event) fields {
	t.Helper()
	return emittedIn(t, audit.Request{ID: audit.NewRequestID("r-1"), Actor: audit.Anonymous()}, e)
}

func emittedIn(t *testing.T, r audit.Request, e audit.Event) fields {
	t.Helper()
	trail, c := recording(t)
	_, err := trail.Emit(audit.WithRequest(t.Context(), r), e)
	require.NoError(t, err)
	require.NoError(t, trail.Flush(t.Context()))
	require.Len(t, c.all(), 1)
	return decode(t, c.all()[0])
}

// list returns all records.
func (c *capture) list() []audit.Record {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.records)
}
