package pubsubsink_test

import (
	"context"
	"errors"
	"net"
	"slices"
	"strings"
	"testing"
	"time"

	"cloud.google.com/go/pubsub/v2"
	pb "cloud.google.com/go/pubsub/v2/apiv1/pubsubpb"
	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/durationpb"

	"github.com/daxis-io/arco-audit/audit"
	"github.com/daxis-io/arco-audit/internal/delivery"
	"github.com/daxis-io/arco-audit/sinks/pubsubsink"
	"github.com/daxis-io/arco-audit/sinks/sinktest"
)

func TestSink(t *testing.T) {
	sinktest.Run(t, func(t *testing.T) sinktest.Harness { return newHarness(t) })
}

func TestSinkUnordered(t *testing.T) {
	sinktest.Run(t, func(t *testing.T) sinktest.Harness {
		h := newHarness(t)
		h.sink = h.sink.Unordered()
		return h
	})
}

func TestMessage(t *testing.T) {
	h := newHarness(t)
	table := audit.NewTable([]string{"sales"}, "or\"ders\u2028é", uuid.UUID{1})
	all := records(t, audit.CredVendDeny(table, audit.VendReasonAccessDenied, audit.NewVendRequest(audit.DelegationVended, audit.AccessRead)))
	require.NoError(t, h.sink.Deliver(t.Context(), all))
	require.NoError(t, h.sink.Unordered().Deliver(t.Context(), all[1:2]))
	messages := h.server.Messages()
	require.Len(t, messages, 4)
	m, r := messages[1], all[1]
	assert.Equal(t, map[string]string{
		"content-type": "application/json", "Content-Type": "application/json", "ce-action": "CRED_VEND_DENY",
		"ce-authid": m.Attributes["ce-authid"], "ce-authtype": "app_user", "ce-dataschema": "urn:io.arco:audit:record:v1",
		"ce-id": r.ID().String(), "ce-outcome": "deny", "ce-partitionkey": r.Trail().String(), "ce-sequence": "00000000000000000001",
		"ce-severitytext": "WARNING", "ce-source": "//catalog/test/i-1", "ce-specversion": "1.0",
		"ce-subject": "iceberg/table:sales.or\"ders%E2%80%A8é:01000000-0000-0000-0000-000000000000", "ce-tenant": "acme",
		"ce-time": r.Time().Format("2006-01-02T15:04:05.000Z"), "ce-trail": r.Trail().String(), "ce-type": "io.arco.audit.cred_vend.deny.v1",
	}, m.Attributes)
	assert.Regexp(t, "^user:[0-9a-f]{32}$", m.Attributes["ce-authid"])
	assert.Contains(t, r.JSON(), `"data":`+string(m.Data)+`,"datacontenttype"`)
	assert.Equal(t, r.Trail().String(), m.OrderingKey)
	assert.Empty(t, messages[3].OrderingKey)
	assert.Equal(t, m.Attributes, messages[3].Attributes)
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
		{"topic missing", status.Error(codes.NotFound, "no topic"), true, 0, "create it"},
		{"no permission", status.Error(codes.PermissionDenied, "no"), true, 0, "roles/pubsub.publisher"},
		{"no credentials", status.Error(codes.Unauthenticated, "who"), true, 0, "Unauthenticated"},
		{"key revoked", status.Error(codes.FailedPrecondition, "key"), true, 0, "FailedPrecondition"},
		{"not Pub/Sub", status.Error(codes.Unimplemented, "what"), true, 0, "Unimplemented"},
		{"quota", status.Error(codes.ResourceExhausted, "quota"), false, 0, "ResourceExhausted"},
		{"quota with delay", throttled.Err(), false, 7 * time.Second, "ResourceExhausted"},
		{"unavailable", status.Error(codes.Unavailable, "gone"), false, 0, "Unavailable"},
		{"deadline", status.Error(codes.DeadlineExceeded, "late"), false, 0, "DeadlineExceeded"},
		{"unknown", status.Error(codes.Unknown, "?"), false, 0, "Unknown"},
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
			assert.True(t, strings.HasPrefix(got.Error(), "pubsubsink: "), got)
			assert.Equal(t, []int{5}, h.sizes(), "the client retried by itself")
		})
	}
}

func TestDeliverToMissingTopic(t *testing.T) {
	h := newHarness(t)
	err := pubsubsink.New(h.client, "projects/p/topics/missing").Deliver(t.Context(), some(t, 3))
	assert.True(t, fate(err, 3).Down)
	assert.ErrorContains(t, err, "create it")
}

func TestDeliverMisconfigured(t *testing.T) {
	h := newHarness(t)
	for _, sink := range []*pubsubsink.Sink{
		pubsubsink.New(nil, topic), pubsubsink.New(&pubsub.Client{}, topic), pubsubsink.New(h.client, ""), pubsubsink.New(h.client, "audit"),
		pubsubsink.New(h.client, topic+"/x"), pubsubsink.New(h.client, "projects/p/subscriptions/audit"), pubsubsink.New(h.client, topic+"\n"),
	} {
		err := sink.Deliver(t.Context(), some(t, 3))
		assert.Equal(t, delivery.Verdict{Retry: upTo(3), Down: true}, fate(err, 3))
		assert.ErrorContains(t, err, "give New")
	}
	assert.Empty(t, h.sizes())
}

// refusing refuses every request with a message at one of these sequences, as Pub/Sub does with a message that
// it finds wrong.
func refusing(bad ...string) func(*pb.PublishRequest) (bool, *pb.PublishResponse, error) {
	return func(p *pb.PublishRequest) (bool, *pb.PublishResponse, error) {
		for _, m := range p.GetMessages() {
			if slices.ContainsFunc(bad, func(s string) bool { return strings.HasSuffix(m.GetAttributes()["ce-sequence"], s) }) {
				return true, &pb.PublishResponse{}, status.Error(codes.InvalidArgument, "not that one")
			}
		}
		return false, nil, nil
	}
}

func TestDeliverFindsTheMessagesAtFault(t *testing.T) {
	h := newHarness(t)
	all := some(t, 40)
	h.answers(refusing("03", "04", "39"))
	err := h.sink.Deliver(t.Context(), all)
	assert.Equal(t, delivery.Verdict{Poison: []int{3, 4, 39}}, fate(err, 40))
	assert.ErrorContains(t, err, "not that one")
	var want []string
	for i, r := range all {
		if i != 3 && i != 4 && i != 39 {
			want = append(want, r.JSON())
		}
	}
	assert.Equal(t, want, h.Received())
	assert.Less(t, len(h.sizes()), 30)
	// Alone it is found out too, now that the topic has taken others.
	assert.Equal(t, delivery.Verdict{Poison: []int{0}}, fate(h.sink.Deliver(t.Context(), all[3:4]), 1))
}

func TestDeliverToTopicThatRefusesEverything(t *testing.T) {
	h := newHarness(t)
	all := some(t, 6)
	h.answers(refusing(""))
	err := h.sink.Deliver(t.Context(), all)
	assert.Equal(t, delivery.Verdict{Retry: upTo(6), Down: true}, fate(err, 6))
	assert.ErrorContains(t, err, "refuses every message")
	h.answers(nil)
	require.NoError(t, h.sink.Deliver(t.Context(), all))
	h.answers(refusing(""))
	assert.Equal(t, delivery.Verdict{Poison: upTo(6)}, fate(h.sink.Deliver(t.Context(), all), 6))
}

func TestDeliverStopsAtTheFirstFailure(t *testing.T) {
	h := newHarness(t)
	first, second := some(t, 5), some(t, 5)
	all := slices.Concat(first, second, first) // three ordering keys in a row are three requests
	h.answers(func(p *pb.PublishRequest) (bool, *pb.PublishResponse, error) {
		if p.GetMessages()[0].GetOrderingKey() == second[0].Trail().String() {
			return true, &pb.PublishResponse{}, status.Error(codes.ResourceExhausted, "later")
		}
		return false, nil, nil
	})
	got := fate(h.sink.Deliver(t.Context(), all), 15)
	assert.Equal(t, upTo(15)[5:], got.Retry)
	assert.Equal(t, []int{5, 5}, h.sizes())
	assert.Len(t, h.Received(), 5)
}

func TestDeliverKeepsPoisonApartFromFailure(t *testing.T) {
	h := newHarness(t)
	all := some(t, 8)
	require.NoError(t, h.sink.Deliver(t.Context(), all[:1]))
	refuse, calls := refusing("01"), 0
	h.answers(func(p *pb.PublishRequest) (bool, *pb.PublishResponse, error) {
		if calls++; calls > 5 {
			return true, &pb.PublishResponse{}, status.Error(codes.PermissionDenied, "revoked")
		}
		return refuse(p)
	})
	got := fate(h.sink.Deliver(t.Context(), all), 8) // 8 no, 4 no, 2 no, 1 yes, 1 no, 2 revoked
	assert.Equal(t, delivery.Verdict{Poison: []int{1}, Retry: []int{2, 3, 4, 5, 6, 7}, Down: true}, got)
}

func TestDeliverChunksByCount(t *testing.T) {
	h := newHarness(t)
	all := some(t, 2300)
	require.NoError(t, h.sink.Deliver(t.Context(), all))
	assert.Equal(t, []int{1000, 1000, 300}, h.sizes())
	assert.Len(t, h.Received(), 2300)
}

func TestDeliverDoubtsShortAnswers(t *testing.T) {
	h := newHarness(t)
	h.answers(func(*pb.PublishRequest) (bool, *pb.PublishResponse, error) {
		return true, &pb.PublishResponse{MessageIds: []string{"1", "2"}}, nil
	})
	err := h.sink.Deliver(t.Context(), some(t, 3))
	assert.Equal(t, delivery.Verdict{Retry: upTo(3)}, fate(err, 3))
	assert.ErrorContains(t, err, "confirms 2 of 3")
}

func TestDeliverAfterReplyLost(t *testing.T) {
	h := newHarness(t)
	all := some(t, 3)
	release := h.Stall()
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	err := h.sink.Deliver(ctx, all) // the server publishes after the caller has gone
	assert.Equal(t, delivery.Verdict{Retry: upTo(3)}, fate(err, 3))
	release()
	require.NoError(t, h.sink.Deliver(t.Context(), all))
	got := h.Received()
	require.Len(t, got, 6)
	assert.Equal(t, got[:3], got[3:], "a copy differs from what it is a copy of")
}

func TestDeliverToNobody(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	h := newHarness(t)
	require.NoError(t, l.Close())
	require.NoError(t, h.server.Close())
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
	defer cancel()
	got := fate(h.sink.Deliver(ctx, some(t, 3)), 3)
	assert.Equal(t, delivery.Verdict{Retry: upTo(3)}, got)
}
