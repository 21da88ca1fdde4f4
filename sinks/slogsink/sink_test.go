package slogsink_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/daxis-io/arco-audit/audit"
	"github.com/daxis-io/arco-audit/redact"
	"github.com/daxis-io/arco-audit/sinks/sinktest"
	"github.com/daxis-io/arco-audit/sinks/slogsink"
)

// log is a slog.JSONHandler that can fail and hang, and the sink before it.
type log struct {
	slog.Handler
	out  *bytes.Buffer
	sink *slogsink.Sink

	mu      sync.Mutex
	broken  bool
	left    int
	stalled chan struct{}
}

func newLog() *log {
	l := &log{out: &bytes.Buffer{}}
	l.Handler = slog.NewJSONHandler(l.out, nil)
	l.sink = slogsink.New(l)
	return l
}

func (l *log) Handle(ctx context.Context, r slog.Record) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.stalled != nil {
		select {
		case <-l.stalled:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	if l.broken && l.left == 0 {
		return errors.New("log broken")
	}
	l.left--
	return l.Handler.Handle(ctx, r)
}

func (l *log) Sink() audit.Sink { return l.sink }

func (l *log) Received() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	var events []string
	for line := range strings.Lines(l.out.String()) {
		var r struct{ Event string }
		if err := json.Unmarshal([]byte(line), &r); err != nil {
			events = append(events, err.Error())
			continue
		}
		events = append(events, r.Event)
	}
	return events
}

func (l *log) Break(after int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.broken, l.left = true, after
}

func (l *log) Repair() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.broken = false
}

func (l *log) Stall() func() {
	l.mu.Lock()
	defer l.mu.Unlock()
	stalled := make(chan struct{})
	l.stalled = stalled
	return func() { close(stalled) }
}

func TestSink(t *testing.T) {
	sinktest.Run(t, func(*testing.T) sinktest.Harness { return newLog() })
}

// keeper keeps what it is handed, whatever the level.
type keeper struct{ records []slog.Record }

func (*keeper) Enabled(context.Context, slog.Level) bool { return false }

func (k *keeper) Handle(_ context.Context, r slog.Record) error {
	k.records = append(k.records, r)
	return nil
}

func (k *keeper) WithAttrs([]slog.Attr) slog.Handler { return k }
func (k *keeper) WithGroup(string) slog.Handler      { return k }

// emitted runs events through a trail with this sink and returns the trail's records.
func emitted(t *testing.T, sink audit.Sink, events ...audit.Event) []audit.Record {
	t.Helper()
	var all []audit.Record
	capture := audit.SinkFunc(func(_ context.Context, batch []audit.Record) error {
		all = append(all, batch...)
		return nil
	})
	trail, err := audit.Open(audit.Config{
		Service: "log", Environment: "test", Instance: "one", Volatile: true, Keys: redact.EphemeralKeys(),
		Routes: []audit.Route{{Name: "capture", Sink: capture, Required: true}, {Name: "slog", Sink: sink, Required: true}},
	})
	require.NoError(t, err)
	ctx := audit.WithRequest(t.Context(), audit.Request{Actor: audit.Service("worker"), Tenant: audit.NewTenant("acme")})
	for _, e := range events {
		_, err := trail.Emit(ctx, e)
		require.NoError(t, err)
	}
	require.NoError(t, trail.Flush(t.Context())) // what is set aside is reported before the trail is closed
	require.NoError(t, trail.Close(t.Context()))
	return all
}

func operation() audit.Operation { return audit.HTTPOperation("GET", "/v1/config") }

func TestSinkRecord(t *testing.T) {
	var k keeper
	all := emitted(t, slogsink.New(&k), audit.AuthDeny(operation(), audit.AuthReasonExpired))
	require.Len(t, k.records, 3, "a level that is off does not drop events")
	got, want := k.records[1], all[1]
	assert.Equal(t, want.Time(), got.Time)
	assert.Equal(t, "AUTH_DENY", got.Message)
	assert.Equal(t, slog.LevelWarn, got.Level)
	attrs := map[string]string{}
	got.Attrs(func(a slog.Attr) bool {
		attrs[a.Key] = a.Value.String()
		return true
	})
	assert.Equal(t, map[string]string{
		"id": want.ID().String(), "sequence": "00000000000000000001", "outcome": "deny", "tenant": "acme",
		"resource": "GET /v1/config", "actor": "service:worker", "reason": "token_expired", "event": want.JSON(),
	}, attrs)
	k.records[0].Attrs(func(a slog.Attr) bool {
		assert.NotEqual(t, "tenant", a.Key, "absent, not empty")
		return true
	})
}

var grant = audit.NewKind("GRANT_CHANGE", "grant", audit.Routine)

func TestSinkLevel(t *testing.T) {
	tests := []struct {
		name  string
		event audit.Event
		want  slog.Level
	}{
		{"info", audit.AuthAllow(operation(), audit.AuthMethodJWT), slog.LevelInfo},
		{"warning", audit.AuthDeny(operation(), audit.AuthReasonMissing), slog.LevelWarn},
		{"notice", audit.URLMintAllow(audit.DomainCatalog, 1, time.Minute), slog.LevelInfo + 2},
		{"own kind", grant.Allow(audit.NewResource("grant", "g1"), "asked"), slog.LevelInfo + 2},
		{"own kind denied", grant.Deny(audit.NewResource("grant", "g1"), "not_asked"), slog.LevelWarn},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var k keeper
			emitted(t, slogsink.New(&k), tt.event)
			require.Len(t, k.records, 3)
			assert.Equal(t, tt.want, k.records[1].Level)
		})
	}
}

// picky refuses one message for ever.
type picky struct {
	keeper
	refuses string
}

func (p *picky) Handle(ctx context.Context, r slog.Record) error {
	if r.Message == p.refuses {
		return audit.Poison(errors.New("too odd"))
	}
	return p.keeper.Handle(ctx, r)
}

func TestSinkPassesPoisonOn(t *testing.T) {
	p := &picky{refuses: "AUTH_DENY"}
	deny := audit.AuthDeny(operation(), audit.AuthReasonMissing)
	allow := audit.AuthAllow(operation(), audit.AuthMethodJWT)
	all := emitted(t, slogsink.New(p), allow, deny, allow)
	var got []string
	for _, r := range p.records {
		got = append(got, r.Message)
	}
	assert.Contains(t, got, "EVENT_QUARANTINED")
	assert.NotContains(t, got, "AUTH_DENY")
	assert.Len(t, got, len(all)-1, "only the one at fault is set aside")
}

func TestSinkStopsWhenContextEnds(t *testing.T) {
	all := emitted(t, slogsink.New(&keeper{}), audit.AuthAllow(operation(), audit.AuthMethodJWT))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var k keeper
	assert.ErrorIs(t, slogsink.New(&k).Deliver(ctx, all), context.Canceled)
	assert.Empty(t, k.records)
}

func TestSinkOnNil(t *testing.T) {
	err := slogsink.New(nil).Deliver(t.Context(), nil)
	assert.ErrorContains(t, err, "give New a slog.Handler")
}

func ExampleNew() {
	var out bytes.Buffer // os.Stderr
	handler := slog.NewJSONHandler(&out, &slog.HandlerOptions{Level: slog.LevelError})
	trail, err := audit.Open(audit.Config{
		Service: "catalog", Environment: "dev", Volatile: true, Keys: redact.EphemeralKeys(),
		Routes: []audit.Route{{Name: "log", Sink: slogsink.New(handler), Required: true}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	ctx := audit.WithRequest(context.Background(), audit.Request{Actor: audit.Anonymous()})
	_, _ = trail.Emit(ctx, audit.AuthDeny(audit.HTTPOperation("GET", "/v1/config"), audit.AuthReasonMissing))
	_ = trail.Close(context.Background())
	for line := range strings.Lines(out.String()) {
		var r struct{ Level, Msg, Reason string }
		if err := json.Unmarshal([]byte(line), &r); err == nil {
			fmt.Println(r.Level, r.Msg, r.Reason)
		}
	}
	// Output:
	// INFO+2 TRAIL_OPENED opened
	// WARN AUTH_DENY missing_token
	// INFO+2 TRAIL_CLOSED closed
}
