package pubsubsink

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"cloud.google.com/go/pubsub/v2"
	pb "cloud.google.com/go/pubsub/v2/apiv1/pubsubpb"
	"cloud.google.com/go/pubsub/v2/pstest"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/api/option"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/protobuf/proto"

	"github.com/daxis-io/arco-audit/audit"
	"github.com/daxis-io/arco-audit/internal/delivery"
	"github.com/daxis-io/arco-audit/redact"
)

func TestMessageLimits(t *testing.T) {
	many := func(n int) string {
		var b strings.Builder
		b.WriteString(`{"data":{"x":"y"}`)
		for i := range n {
			fmt.Fprintf(&b, `,"a%d":"v"`, i)
		}
		return b.String() + "}"
	}
	tests := []struct {
		name, event, says string
	}{
		{"as many attributes as there may be", many(100), ""},
		{"one attribute too many", many(101), "has 101 attributes and Pub/Sub takes 100"},
		{"longest name", `{"data":{},"` + strings.Repeat("n", 253) + `":"v"}`, ""},
		{"name too long", `{"data":{},"` + strings.Repeat("n", 254) + `":"v"}`, "the name of an attribute has 257 bytes"},
		{"longest value", `{"data":{},"subject":"` + strings.Repeat("v", 1024) + `"}`, ""},
		{"value too long", `{"data":{},"subject":"` + strings.Repeat("v", 1025) + `"}`, "ce-subject has 1025 bytes and Pub/Sub takes 1024"},
		{"value too long in bytes alone", `{"data":{},"subject":"` + strings.Repeat("é", 513) + `"}`, "ce-subject has 1026 bytes"},
		{"no event", `{"id":`, "cannot be read"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			before := []byte("before")
			dst, m, err := pubsubLimits.appendMessage(before, test.event, true)
			if test.says == "" {
				require.NoError(t, err)
				assert.Equal(t, "before"+string(m.bytes), string(dst))
				require.NoError(t, proto.Unmarshal(m.bytes, new(pb.PubsubMessage)))
				return
			}
			assert.ErrorContains(t, err, test.says)
			assert.NotContains(t, err.Error(), "vvv")
			assert.Equal(t, before, dst)
		})
	}
}

const testTopic = "projects/p/topics/audit"

// records are n events of one trail.
func records(t testing.TB, n int) []audit.Record {
	t.Helper()
	var list []audit.Record
	sink := audit.SinkFunc(func(_ context.Context, batch []audit.Record) error {
		list = append(list, batch...)
		return nil
	})
	trail, err := audit.Open(audit.Config{
		Service: "catalog", Environment: "test", Instance: "i-1", Volatile: true, Keys: redact.EphemeralKeys(),
		Routes: []audit.Route{{Name: "memory", Sink: sink, Required: true}},
	})
	require.NoError(t, err)
	ctx := audit.WithRequest(t.Context(), audit.Request{Actor: trail.User(audit.Tenant{}, "ada"), Tenant: audit.NewTenant("acme")})
	for range n - 2 {
		_, err := trail.Emit(ctx, audit.AuthAllow(audit.HTTPOperation("GET", "/v1/config"), audit.AuthMethodJWT))
		require.NoError(t, err)
	}
	require.NoError(t, trail.Close(context.WithoutCancel(t.Context())))
	require.Len(t, list, n)
	return list
}

// connected returns a sink before a server in process.
func connected(t *testing.T) (*Sink, *pstest.Server) {
	t.Helper()
	server := pstest.NewServer()
	t.Cleanup(func() { _ = server.Close() })
	conn, err := grpc.NewClient(server.Addr, grpc.WithTransportCredentials(insecure.NewCredentials()))
	require.NoError(t, err)
	t.Cleanup(func() { _ = conn.Close() })
	client, err := pubsub.NewClient(t.Context(), "p", option.WithGRPCConn(conn))
	require.NoError(t, err)
	_, err = client.TopicAdminClient.CreateTopic(t.Context(), &pb.Topic{Name: testTopic})
	require.NoError(t, err)
	return New(client, testTopic), server
}

// TestDeliverSetsAsideWhatIsOverTheLimits lowers the limits, since no event reaches them.
func TestDeliverSetsAsideWhatIsOverTheLimits(t *testing.T) {
	all := records(t, 6)
	lengths := func(limit func(l *limits)) *Sink {
		s, _ := connected(t)
		limit(&s.limits)
		return s
	}
	_, opened, err := pubsubLimits.appendMessage(nil, all[0].JSON(), true)
	require.NoError(t, err)
	largest := len(opened.bytes) // its details are the longest
	tests := []struct {
		name string
		sink *Sink
		want delivery.Verdict
		says string
	}{
		{"attributes", lengths(func(l *limits) { l.attributes = 17 }), delivery.Verdict{Poison: []int{1, 2, 3, 4}}, "attributes"},
		{"key", lengths(func(l *limits) { l.keyBytes = 5 }), delivery.Verdict{Poison: []int{0, 1, 2, 3, 4, 5}}, "name of an attribute"},
		{"value", lengths(func(l *limits) { l.valueBytes = 10 }), delivery.Verdict{Poison: []int{0, 1, 2, 3, 4, 5}}, "bytes and Pub/Sub takes 10"},
		{"message", lengths(func(l *limits) { l.requestBytes = largest }), delivery.Verdict{Poison: []int{0}}, "larger than a Pub/Sub request"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			err := test.sink.Deliver(t.Context(), all)
			assert.ErrorContains(t, err, test.says)
			assert.Equal(t, test.want, delivery.Judge(err, len(all)))
		})
	}
}

// TestFillBoundsRequests checks that no request is larger on the wire than the limit, and that none could have
// been larger.
func TestFillBoundsRequests(t *testing.T) {
	all := records(t, 300)
	s := New(nil, testTopic)
	s.limits.requestBytes = 20_000
	a := attempt{sink: s, batch: all}
	var indices []int
	for next := 0; next < len(all); {
		var r request
		r, next = a.fill(next)
		size := proto.Size(&pb.PublishRequest{Topic: testTopic, Messages: decoded(t, r.messages)})
		assert.LessOrEqual(t, size, 20_000)
		if next < len(all) {
			assert.Greater(t, size, 18_000)
		}
		indices = append(indices, r.indices...)
	}
	require.Len(t, indices, 300)
	for i, index := range indices {
		assert.Equal(t, i, index)
	}
}

// decoded are the messages as protobuf reads them.
func decoded(t testing.TB, messages []message) []*pb.PubsubMessage {
	t.Helper()
	var list []*pb.PubsubMessage
	for _, m := range messages {
		d := new(pb.PubsubMessage)
		require.NoError(t, proto.Unmarshal(m.bytes, d))
		list = append(list, d)
	}
	return list
}

// none is a server that takes everything and keeps nothing.
type none struct {
	pb.UnimplementedPublisherServer
}

func (none) Publish(_ context.Context, r *pb.PublishRequest) (*pb.PublishResponse, error) {
	return &pb.PublishResponse{MessageIds: make([]string, len(r.GetMessages()))}, nil
}

func TestDecodeAllocates(t *testing.T) {
	a := attempt{sink: New(nil, testTopic), batch: records(t, 3)}
	r, _ := a.fill(0)
	m := decoded(t, r.messages)[1]
	got := testing.AllocsPerRun(100, func() { _, _ = Decode(m.GetAttributes(), m.GetData()) })
	assert.LessOrEqual(t, got, 3.0)
}
