package wire_test

import (
	"context"
	"net/netip"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/daxis-io/arco-audit/audit"
	"github.com/daxis-io/arco-audit/internal/wire"
	"github.com/daxis-io/arco-audit/redact"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// memory is a sink that keeps what it gets.
type memory struct {
	mu      sync.Mutex
	records []audit.Record
}

func (m *memory) Deliver(_ context.Context, batch []audit.Record) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.records = append(m.records, batch...)
	return nil
}

// config is that of a trail whose events differ between two runs only in ids and times.
func config(t testing.TB, sink audit.Sink) audit.Config {
	t.Helper()
	key, err := redact.NewKey("k1", []byte(strings.Repeat("0123456789abcdef", 2)))
	require.NoError(t, err)
	keys, err := redact.NewKeys(key)
	require.NoError(t, err)
	return audit.Config{
		Service: "catalog", Environment: "test", Instance: "i-1", Volatile: true, Keys: keys,
		Routes: []audit.Route{{Name: "memory", Sink: sink, Required: true}},
	}
}

// emit emits e in r through a real trail and returns its record.
func emit(t testing.TB, r audit.Request, e audit.Event) audit.Record {
	t.Helper()
	sink := &memory{}
	trail, err := audit.Open(config(t, sink))
	require.NoError(t, err)
	if r.Actor.IsZero() {
		r.Actor = trail.User(r.Tenant, "subject")
	}
	_, err = trail.Emit(audit.WithRequest(context.Background(), r), e)
	require.NoError(t, err)
	require.NoError(t, trail.Close(context.Background()))
	require.Len(t, sink.records, 3, "TRAIL_OPENED, the event, TRAIL_CLOSED")
	return sink.records[1]
}

// fullRequest has every field.
func fullRequest() audit.Request {
	return audit.Request{
		ID: audit.NewRequestID("req-7f3a9b2c"), Tenant: audit.NewTenant("acme"), Workspace: audit.NewWorkspace("main"),
		Origin: netip.MustParseAddr("203.0.113.7"), Agent: audit.NewAgent("PyIceberg/0.9.1"),
		Trace: audit.NewTraceParent([16]byte{0: 0x4b, 15: 0x36}, [8]byte{0: 0x0f, 7: 0xb7}, 1),
	}
}

var (
	tableID       = uuid.MustParse("6f1c3f0e-6a0e-4d0a-9b7e-0d7f2a6b1c55")
	transactionID = uuid.MustParse("2a1d8f60-3c55-4b57-8a3e-5f5f0c4d9e11")
	orders        = audit.NewTable([]string{"sales", "europe"}, "orders", tableID)
	grants        = audit.NewKind("GRANT_CHANGE", "grant", audit.Critical)
)

// What differs between two runs, and what stands for it in golden files.
var (
	timeOrdered = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}`)
	fixedTime   = time.Date(2026, 2, 28, 23, 59, 59, 7e6, time.UTC)
	fixedID     = [16]byte{0x01, 0x9c, 0xa7, 0xf0, 0x1d, 0x27, 0x74, 0x44, 0x9b, 0x3c, 0x5a, 0x11, 0x22, 0x33, 0x44, 0x55}
	fixedTrail  = "019ca7ee-0000-7000-8000-00000000c0de"
)

// golden returns the record's event with fixed ids and times.
func golden(t *testing.T, rec audit.Record) wire.Envelope {
	t.Helper()
	e, err := wire.Decode(rec.JSON())
	require.NoError(t, err)
	e.ID, e.Millis, e.Trail, e.Sequence = fixedID, fixedTime.UnixMilli(), fixedTrail, 41
	e.Resource = timeOrdered.ReplaceAll(e.Resource, []byte(fixedTrail))
	e.Details = timeOrdered.ReplaceAll(e.Details, []byte(fixedTrail))
	return e
}
