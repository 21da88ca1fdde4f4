package gcplogsink_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/daxis-io/arco-audit/audit"
	"github.com/daxis-io/arco-audit/internal/gcpfake"
	"github.com/daxis-io/arco-audit/redact"
	"github.com/daxis-io/arco-audit/sinks/gcplogsink"
)

func TestRestamp(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	day := 24 * time.Hour
	tests := []struct {
		name string
		keep time.Duration // 0 for what New assumes
		age  time.Duration
		want bool
	}{
		{"now", 0, 0, false},
		{"a week", 0, 7 * day, false},
		{"nearly too old", 0, 29 * day, false},
		{"too old within a day", 0, 29*day + 1, true},
		{"years", 0, 1000 * day, true},
		{"ahead", 0, -21 * time.Hour, false},
		{"far ahead", 0, -22 * time.Hour, true},
		{"of a short retention", day, 21 * time.Hour, false},
		{"too old for a short retention", day, 22 * time.Hour, true},
		{"of a long retention", 400 * day, 398 * day, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			sink := gcplogsink.New(nil, log)
			if tt.keep > 0 {
				sink = sink.WithRetention(tt.keep)
			}
			to, got := sink.Restamp(now, now.Add(-tt.age))
			assert.Equal(t, tt.want, got)
			if got {
				_, again := sink.Restamp(now, to)
				assert.False(t, again)
			}
		})
	}
}

// old is a sink to which all events are too old at first.
type old struct {
	*gcplogsink.Sink
	opened time.Time
}

func (o old) Restamp(_, stamp time.Time) (time.Time, bool) {
	return o.opened.Add(time.Hour), stamp.Before(o.opened.Add(time.Minute))
}

// The entry has the time that was decided, and what is rebuilt from it the event's own.
func TestEntryOfARestampedEvent(t *testing.T) {
	h := newHarness(t)
	sink := old{h.sink, time.Now().Truncate(time.Millisecond)}
	trail, err := audit.Open(audit.Config{
		Service: "catalog", Environment: "test", Instance: "i-1", Volatile: true, Keys: redact.EphemeralKeys(),
		Routes: []audit.Route{{Name: "log", Sink: sink, Required: true}},
	})
	require.NoError(t, err)
	require.NoError(t, trail.Close(t.Context()))
	entries := h.server.Routed()
	require.NotEmpty(t, entries)
	for _, e := range entries {
		assert.Equal(t, sink.opened.Add(time.Hour).UTC(), e.GetTimestamp().AsTime())
		own := e.GetJsonPayload().GetFields()["time"].GetStringValue()
		made, err := time.Parse(time.RFC3339, own)
		require.NoError(t, err)
		assert.Less(t, made.Sub(sink.opened).Abs(), time.Minute)
		assert.Contains(t, rebuilt(t, e), own)
	}
}

// late is a sink after an outage of days.
type late struct {
	*gcplogsink.Sink
	days time.Duration
}

func (l late) Restamp(now, stamp time.Time) (time.Time, bool) {
	return l.Sink.Restamp(now.Add(l.days), stamp) // the present of a trail that is as late
}

// aged is a sink that knows no retention.
type aged struct{ audit.Sink }

// After an outage longer than the retention a log has everything once, and nothing from a sink that does not care.
func TestOutageLongerThanRetention(t *testing.T) {
	const outage = 40 * 24 * time.Hour
	for _, cares := range []bool{true, false} {
		server, err := gcpfake.ServeLogging(func() time.Time { return time.Now().Add(outage) })
		require.NoError(t, err)
		t.Cleanup(server.Close)
		client, err := server.Client(t.Context())
		require.NoError(t, err)
		t.Cleanup(func() { _ = client.Close() })
		sink := gcplogsink.New(client, log)
		route := audit.Route{Name: "log", Sink: late{sink, outage}, Required: true}
		if !cares {
			route.Sink = aged{sink}
		}
		trail, err := audit.Open(audit.Config{
			Service: "catalog", Environment: "test", Instance: "i-1", Volatile: true, Keys: redact.EphemeralKeys(),
			Routes: []audit.Route{route},
		})
		require.NoError(t, err)
		ctx := audit.WithRequest(t.Context(), audit.Request{ID: audit.NewRequestID("r-1"), Actor: audit.Anonymous()})
		_, err = trail.Emit(ctx, audit.AuthAllow(audit.HTTPOperation("GET", "/v1/config"), audit.AuthMethodJWT))
		require.NoError(t, err)
		require.NoError(t, trail.Close(t.Context()))
		if cares {
			assert.Len(t, server.Stored(), 3)
		} else {
			assert.Empty(t, server.Stored())
		}
	}
}
