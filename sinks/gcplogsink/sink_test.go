package gcplogsink_test

import (
	"context"
	"errors"
	"net/netip"
	"strings"
	"testing"
	"time"

	pb "cloud.google.com/go/logging/apiv2/loggingpb"
	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/genproto/googleapis/api/monitoredres"
	ltype "google.golang.org/genproto/googleapis/logging/type"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	spb "google.golang.org/genproto/googleapis/rpc/status"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/daxis-io/arco-audit/audit"
	"github.com/daxis-io/arco-audit/internal/delivery"
	"github.com/daxis-io/arco-audit/sinks/gcplogsink"
	"github.com/daxis-io/arco-audit/sinks/sinktest"
)

func TestSink(t *testing.T) {
	sinktest.Run(t, func(t *testing.T) sinktest.Harness { return newHarness(t) })
}

// TestEntry compares an entry as the service has it with one that is written down here.
func TestEntry(t *testing.T) {
	h := newHarness(t)
	request := audit.Request{
		ID: audit.NewRequestID("r-1"), Tenant: audit.NewTenant("acme"), Workspace: audit.NewWorkspace("main"),
		Origin: netip.MustParseAddr("203.0.113.7"), Agent: audit.NewAgent("PyIceberg/0.9.1"),
		Trace: audit.NewTraceParent([16]byte{0x4b, 15: 0x36}, [8]byte{0x0f, 7: 0xb7}, 1),
	}
	table := audit.NewTable([]string{"sales"}, "orders", uuid.UUID{1})
	all := records(t, request,
		audit.CredVendDeny(table, audit.VendReasonAccessDenied, audit.NewVendRequest(audit.DelegationVended, audit.AccessRead).WithPlan(audit.NewPlanID("a\nb"))),
		audit.AuthAllow(audit.HTTPOperation("GET", "/v1/config"), audit.AuthMethodJWT))
	require.NoError(t, h.sink.Deliver(t.Context(), all))
	entries := h.server.Routed()
	require.Len(t, entries, 4)
	got, r := entries[1], all[1]
	assert.Equal(t, r.JSON(), rebuilt(t, got))
	want := &pb.LogEntry{
		LogName: log,
		Resource: &monitoredres.MonitoredResource{Type: "generic_task", Labels: map[string]string{
			"project_id": "p", "location": "global", "namespace": "test", "job": "catalog", "task_id": "i-1",
		}},
		InsertId: r.ID().String(), Timestamp: timestamppb.New(r.Time()), Severity: ltype.LogSeverity_WARNING,
		Labels: map[string]string{
			"action": "CRED_VEND_DENY", "actor": got.GetLabels()["actor"], "category": "cred_vend", "environment": "test", "instance": "i-1",
			"outcome": "deny", "reason": "access_denied", "redacted": "true", "request": "r-1",
			"resource": "iceberg/table:sales.orders:01000000-0000-0000-0000-000000000000", "sequence": "00000000000000000001",
			"service": "catalog", "tenant": "acme", "trail": r.Trail().String(), "workspace": "main",
		},
		Operation: &pb.LogEntryOperation{Id: "r-1", Producer: "arco-audit"},
		Trace:     "projects/p/traces/4b000000000000000000000000000036", SpanId: "0f000000000000b7", TraceSampled: true,
		HttpRequest: &ltype.HttpRequest{UserAgent: "PyIceberg/0.9.1", RemoteIp: "203.0.113.7"},
		Payload:     got.GetPayload(), ReceiveTimestamp: got.GetReceiveTimestamp(),
	}
	assert.Regexp(t, "^user:[0-9a-f]{32}$", got.GetLabels()["actor"])
	assert.True(t, proto.Equal(want, got), "want %v\ngot %v", want, got)

	assert.Equal(t, "GET", entries[2].GetHttpRequest().GetRequestMethod())
	assert.Equal(t, ltype.LogSeverity_INFO, entries[2].GetSeverity())
	assert.NotContains(t, entries[2].GetLabels(), "redacted")
	opened := entries[0] // has no request
	assert.Nil(t, opened.GetOperation())
	assert.Nil(t, opened.GetHttpRequest())
	assert.Empty(t, opened.GetTrace()+opened.GetSpanId())
	for _, label := range []string{"request", "tenant", "workspace"} {
		assert.NotContains(t, opened.GetLabels(), label)
	}
}

// fate is what a route does with an error of a sink about n records.
func fate(err error, n int) delivery.Verdict { return delivery.Judge(err, n) }

func upTo(n int) []int {
	var list []int
	for i := range n {
		list = append(list, i)
	}
	return list
}

func TestDeliverErrors(t *testing.T) {
	throttled, err := status.New(codes.ResourceExhausted, "slow down").WithDetails(&errdetails.RetryInfo{RetryDelay: durationpb.New(7 * time.Second)})
	require.NoError(t, err)
	tests := []struct {
		name  string
		err   error
		down  bool
		after time.Duration
		says  string
	}{
		{"log missing", status.Error(codes.NotFound, "no project"), true, 0, "NotFound"},
		{"no permission", status.Error(codes.PermissionDenied, "no"), true, 0, "roles/logging.logWriter"},
		{"no credentials", status.Error(codes.Unauthenticated, "who"), true, 0, "Unauthenticated"},
		{"project off", status.Error(codes.FailedPrecondition, "off"), true, 0, "FailedPrecondition"},
		{"not Logging", status.Error(codes.Unimplemented, "what"), true, 0, "Unimplemented"},
		{"quota", status.Error(codes.ResourceExhausted, "quota"), false, 0, "ResourceExhausted"},
		{"quota with delay", throttled.Err(), false, 7 * time.Second, "ResourceExhausted"},
		{"unavailable", status.Error(codes.Unavailable, "gone"), false, 0, "Unavailable"},
		{"deadline", status.Error(codes.DeadlineExceeded, "late"), false, 0, "DeadlineExceeded"},
		{"internal", status.Error(codes.Internal, "oops"), false, 0, "Internal"},
		{"no status", errors.New("torn"), false, 0, "torn"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			h := newHarness(t)
			h.fails(test.err)
			got := h.sink.Deliver(t.Context(), some(t, 5))
			assert.Equal(t, delivery.Verdict{Retry: upTo(5), Down: test.down, After: test.after}, fate(got, 5))
			assert.ErrorContains(t, got, test.says)
			assert.True(t, strings.HasPrefix(got.Error(), "gcplogsink: "), got)
			assert.Equal(t, []int{5}, h.sizes(), "the client retried by itself")
		})
	}
}

func TestDeliverMisconfigured(t *testing.T) {
	h := newHarness(t)
	for _, sink := range []*gcplogsink.Sink{
		gcplogsink.New(nil, log), gcplogsink.New(h.client, ""), gcplogsink.New(h.client, "arco-audit"), gcplogsink.New(h.client, log+"/x"),
		gcplogsink.New(h.client, "projects/p/logs/"), gcplogsink.New(h.client, "organizations/1/logs/a"), gcplogsink.New(h.client, log+"\n"),
		gcplogsink.New(h.client, "projects/p/logs/"+strings.Repeat("a", 512)),
	} {
		err := sink.Deliver(t.Context(), some(t, 3))
		assert.Equal(t, delivery.Verdict{Retry: upTo(3), Down: true}, fate(err, 3))
		assert.ErrorContains(t, err, "give New")
	}
	assert.Empty(t, h.sizes())
	require.NoError(t, gcplogsink.New(h.client, "projects/p/logs/arco%2Faudit").Deliver(t.Context(), some(t, 3)))
}

// refusing refuses entries at these sequences with a status each.
func refusing(bad map[string]error) func(*pb.LogEntry) error {
	return func(e *pb.LogEntry) error {
		s := e.GetLabels()["sequence"]
		return bad[s[len(s)-2:]]
	}
}

func TestDeliverPartialSuccess(t *testing.T) {
	invalid := status.Error(codes.InvalidArgument, "not that one")
	throttled, err := status.New(codes.ResourceExhausted, "slow down").WithDetails(&errdetails.RetryInfo{RetryDelay: durationpb.New(3 * time.Second)})
	require.NoError(t, err)
	tests := []struct {
		name string
		bad  map[string]error
		want delivery.Verdict
	}{
		{"poison", map[string]error{"03": invalid, "09": invalid}, delivery.Verdict{Poison: []int{3, 9}}},
		{"passing", map[string]error{"04": status.Error(codes.Internal, "oops")}, delivery.Verdict{Retry: []int{4}}},
		{"both", map[string]error{"03": invalid, "04": status.Error(codes.Unavailable, "gone")}, delivery.Verdict{Poison: []int{3}, Retry: []int{4}}},
		{"permission", map[string]error{"07": status.Error(codes.PermissionDenied, "no")}, delivery.Verdict{Retry: []int{7}, Down: true}},
		{"quota", map[string]error{"01": throttled.Err(), "00": invalid}, delivery.Verdict{Poison: []int{0}, Retry: []int{1}, After: 3 * time.Second}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			h := newHarness(t)
			h.server.Refuse(refusing(test.bad))
			all := some(t, 10)
			err := h.sink.Deliver(t.Context(), all)
			assert.Equal(t, test.want, fate(err, 10))
			var want []string
			for i, r := range all {
				if _, bad := test.bad["0"+string(rune('0'+i))]; !bad {
					want = append(want, r.JSON())
				}
			}
			assert.Equal(t, want, h.Received())
			assert.Equal(t, []int{10}, h.sizes())
		})
	}
}

func TestDeliverFindsTheEntriesAtFault(t *testing.T) {
	h := newHarness(t)
	all := some(t, 40)
	h.server.Intercept(func(_ context.Context, r *pb.WriteLogEntriesRequest) error { // refuses whole requests
		for _, e := range r.GetEntries() {
			if strings.HasSuffix(e.GetInsertId(), all[5].ID().String()) || strings.HasSuffix(e.GetInsertId(), all[39].ID().String()) {
				return status.Error(codes.InvalidArgument, "not that one")
			}
		}
		return nil
	})
	err := h.sink.Deliver(t.Context(), all)
	assert.Equal(t, delivery.Verdict{Poison: []int{5, 39}}, fate(err, 40))
	assert.Len(t, h.Received(), 38)
	assert.Equal(t, delivery.Verdict{Poison: []int{0}}, fate(h.sink.Deliver(t.Context(), all[5:6]), 1))
}

func TestDeliverToLogThatRefusesEverything(t *testing.T) {
	h := newHarness(t)
	all := some(t, 6)
	h.fails(status.Error(codes.InvalidArgument, "no"))
	err := h.sink.Deliver(t.Context(), all)
	assert.Equal(t, delivery.Verdict{Retry: upTo(6), Down: true}, fate(err, 6))
	assert.ErrorContains(t, err, "refuses every entry")
	h.fails(nil)
	require.NoError(t, h.sink.Deliver(t.Context(), all))
	h.fails(status.Error(codes.InvalidArgument, "no"))
	assert.Equal(t, delivery.Verdict{Poison: upTo(6)}, fate(h.sink.Deliver(t.Context(), all), 6))
}

func TestDeliverDoubtsAnswersAboutOtherEntries(t *testing.T) {
	h := newHarness(t)
	answer, err := status.New(codes.InvalidArgument, "no").WithDetails(&pb.WriteLogEntriesPartialErrors{
		LogEntryErrors: map[int32]*spb.Status{0: {Code: int32(codes.InvalidArgument)}, 3: {Code: int32(codes.InvalidArgument)}},
	})
	require.NoError(t, err)
	h.fails(answer.Err())
	got := h.sink.Deliver(t.Context(), some(t, 3))
	assert.Equal(t, delivery.Verdict{Retry: upTo(3)}, fate(got, 3))
	assert.ErrorContains(t, got, "other entries than were sent")
}

func TestDeliverChunksAndStops(t *testing.T) {
	h := newHarness(t)
	all := some(t, 2300)
	require.NoError(t, h.sink.Deliver(t.Context(), all))
	assert.Equal(t, []int{1000, 1000, 300}, h.sizes())
	assert.Len(t, h.server.Stored(), 2300)
	calls := 0
	h.server.Intercept(func(context.Context, *pb.WriteLogEntriesRequest) error {
		if calls++; calls == 2 {
			return status.Error(codes.ResourceExhausted, "later")
		}
		return nil
	})
	got := fate(h.sink.Deliver(t.Context(), all), 2300)
	assert.Equal(t, upTo(2300)[1000:], got.Retry)
	assert.Equal(t, 2, calls)
}

func TestDeliverAfterReplyLost(t *testing.T) {
	h := newHarness(t)
	all := some(t, 3)
	release := h.Stall()
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	err := h.sink.Deliver(ctx, all) // the service writes after the caller has gone
	assert.Equal(t, delivery.Verdict{Retry: upTo(3)}, fate(err, 3))
	release()
	require.NoError(t, h.sink.Deliver(t.Context(), all))
	require.Eventually(t, func() bool { return len(h.server.Routed()) == 6 }, 10*time.Second, time.Millisecond)
	assert.Len(t, h.server.Stored(), 3, "copies differ in timestamp or insertId")
}
