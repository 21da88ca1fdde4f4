package gcplogsink_test

import (
	"cmp"
	"context"
	"slices"
	"sync"
	"testing"

	logging "cloud.google.com/go/logging/apiv2"
	pb "cloud.google.com/go/logging/apiv2/loggingpb"
	"github.com/gowebpki/jcs"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/daxis-io/arco-audit/audit"
	"github.com/daxis-io/arco-audit/internal/gcpfake"
	"github.com/daxis-io/arco-audit/redact"
	"github.com/daxis-io/arco-audit/sinks/gcplogsink"
	"github.com/daxis-io/arco-audit/sinks/sinktest"
)

const log = "projects/p/logs/arco-audit"

// harness is a sink before the service in process.
type harness struct {
	t      *testing.T
	server *gcpfake.Logging
	client *logging.Client
	sink   *gcplogsink.Sink

	mu    sync.Mutex
	calls []int // entries of each call
	stall chan struct{}
	fail  error
}

func newHarness(t *testing.T) *harness {
	t.Helper()
	server, err := gcpfake.ServeLogging(nil)
	require.NoError(t, err)
	t.Cleanup(server.Close)
	client, err := server.Client(t.Context())
	require.NoError(t, err)
	t.Cleanup(func() { _ = client.Close() })
	h := &harness{t: t, server: server, client: client, sink: gcplogsink.New(client, log)}
	server.Intercept(h.intercept)
	return h
}

func (h *harness) intercept(_ context.Context, r *pb.WriteLogEntriesRequest) error {
	h.mu.Lock()
	h.calls = append(h.calls, len(r.GetEntries()))
	stall, fail := h.stall, h.fail
	h.mu.Unlock()
	if stall != nil {
		<-stall
	}
	return fail
}

// fails makes every call fail, until nil.
func (h *harness) fails(err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.fail = err
}

// sizes are the numbers of entries of the calls so far.
func (h *harness) sizes() []int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Clone(h.calls)
}

func (h *harness) Sink() audit.Sink { return h.sink }

// Received gives what was routed, copies included, in the order of trail and sequence: a log keeps none.
func (h *harness) Received() []string {
	entries := h.server.Routed()
	slices.SortStableFunc(entries, func(a, b *pb.LogEntry) int {
		return cmp.Or(cmp.Compare(a.GetLabels()["trail"], b.GetLabels()["trail"]), cmp.Compare(a.GetLabels()["sequence"], b.GetLabels()["sequence"]))
	})
	var list []string
	for _, e := range entries {
		list = append(list, rebuilt(h.t, e))
	}
	return list
}

// Break makes the service take some entries of a request and not others.
func (h *harness) Break(after int) {
	h.server.Refuse(func(*pb.LogEntry) error {
		if after--; after >= 0 {
			return nil
		}
		return status.Error(codes.Unavailable, "broken")
	})
}

func (h *harness) Repair() { h.server.Refuse(nil) }

func (h *harness) Stall() func() {
	gate := make(chan struct{})
	h.mu.Lock()
	defer h.mu.Unlock()
	h.stall = gate
	return func() {
		h.mu.Lock()
		defer h.mu.Unlock()
		h.stall = nil
		close(gate)
	}
}

// rebuilt is the event of an entry as the package doc tells a reader: the payload, made canonical by a library
// that is not ours.
func rebuilt(t *testing.T, e *pb.LogEntry) string {
	t.Helper()
	text, err := e.GetJsonPayload().MarshalJSON()
	require.NoError(t, err)
	canonical, err := jcs.Transform(text)
	require.NoError(t, err)
	return string(canonical)
}

// records are the events of one trail, its own first and last included.
func records(t testing.TB, r audit.Request, events ...audit.Event) []audit.Record {
	t.Helper()
	var list []audit.Record
	sink := audit.SinkFunc(func(_ context.Context, batch []audit.Record) error {
		list = append(list, batch...)
		return nil
	})
	trail, err := audit.Open(audit.Config{
		Service: "catalog", Environment: "test", Instance: "i-1", Volatile: true, Keys: redact.EphemeralKeys(), OriginMode: audit.OriginFull,
		Routes:    []audit.Route{{Name: "memory", Sink: sink, Required: true}},
		DenyLimit: audit.DenyLimit{PerTenant: audit.RateLimit{Burst: 1_000_000}},
	})
	require.NoError(t, err)
	r.Actor = trail.User(r.Tenant, "ada")
	ctx := audit.WithRequest(t.Context(), r)
	for _, e := range events {
		_, err := trail.Emit(ctx, e)
		require.NoError(t, err)
	}
	require.NoError(t, trail.Close(context.WithoutCancel(t.Context())))
	require.Len(t, list, len(events)+2)
	return list
}

// some returns n records.
func some(t testing.TB, n int) []audit.Record {
	t.Helper()
	var events []audit.Event
	for range n - 2 {
		events = append(events, audit.AuthDeny(audit.HTTPOperation("GET", "/v1/config"), audit.AuthReasonExpired))
	}
	return records(t, audit.Request{ID: audit.NewRequestID("r-1"), Tenant: audit.NewTenant("acme")}, events...)
}

var _ interface {
	sinktest.Breaker
	sinktest.Staller
} = (*harness)(nil)
