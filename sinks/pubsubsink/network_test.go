package pubsubsink_test

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"cloud.google.com/go/pubsub/v2"
	pb "cloud.google.com/go/pubsub/v2/apiv1/pubsubpb"
	"cloud.google.com/go/pubsub/v2/pstest"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/api/option"
	"google.golang.org/grpc"
	"google.golang.org/grpc/backoff"
	"google.golang.org/grpc/credentials/insecure"

	"github.com/daxis-io/arco-audit/audit"
	"github.com/daxis-io/arco-audit/internal/netfault"
	"github.com/daxis-io/arco-audit/redact"
	"github.com/daxis-io/arco-audit/sinks/pubsubsink"
)

// TestBrokenNetwork has a real client lose its network in the middle of its work, in every way that a network has.
func TestBrokenNetwork(t *testing.T) {
	server := pstest.NewServer()
	t.Cleanup(func() { _ = server.Close() })
	p, err := netfault.New(server.Addr)
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, p.Close()) })
	conn, err := grpc.NewClient("passthrough:///"+p.Addr(), grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithConnectParams(grpc.ConnectParams{Backoff: backoff.Config{BaseDelay: 10 * time.Millisecond, MaxDelay: 50 * time.Millisecond, Multiplier: 1.5}, MinConnectTimeout: time.Second}))
	require.NoError(t, err)
	t.Cleanup(func() { _ = conn.Close() })
	client, err := pubsub.NewClient(t.Context(), "p", option.WithGRPCConn(conn))
	require.NoError(t, err)
	_, err = client.TopicAdminClient.CreateTopic(t.Context(), &pb.Topic{Name: topic})
	require.NoError(t, err)

	var failed atomic.Int64
	var emitted []audit.ID
	trail, err := audit.Open(audit.Config{
		Service: "catalog", Environment: "test", Volatile: true, Keys: redact.EphemeralKeys(),
		Hooks: &audit.Hooks{Failed: func(string, error) { failed.Add(1) }},
		Routes: []audit.Route{{
			Name: "pubsub", Sink: pubsubsink.New(client, topic), Required: true, Deadline: time.Second, Batch: audit.Batch{MaxEvents: 32},
		}},
	})
	require.NoError(t, err)
	ctx := audit.WithRequest(t.Context(), audit.Request{Actor: audit.Anonymous(), Tenant: audit.NewTenant("acme")})
	emit := func() {
		for range 100 {
			id, err := trail.Emit(ctx, audit.AuthAllow(audit.HTTPOperation("GET", "/v1/config"), audit.AuthMethodJWT))
			require.NoError(t, err)
			emitted = append(emitted, id)
		}
	}
	for _, w := range netfault.Faults() {
		emit()
		require.NoError(t, trail.Flush(ctx), "the network is sound")
		before, arrived := failed.Load(), len(server.Messages())
		p.Set(w)
		emit()
		require.Eventually(t, func() bool {
			return failed.Load() >= before+2 && (w != netfault.ReplyLost || len(server.Messages()) > arrived)
		}, time.Minute, 10*time.Millisecond, "network: %s", w)
		p.Set(netfault.Sound)
		p.Cut()
	}
	closing, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	require.NoError(t, trail.Close(closing))

	got := map[string]string{}
	copies := 0
	for _, m := range server.Messages() {
		event, id := rebuilt(t, m.Attributes, m.Data), m.Attributes["ce-id"]
		if before, ok := got[id]; ok {
			copies++
			assert.Equal(t, before, event, "copies are equal")
		}
		got[id] = event
	}
	for _, id := range emitted {
		assert.Contains(t, got, id.String())
	}
	assert.Positive(t, copies, "an answer was lost")
	assert.Len(t, got, len(emitted)+2, "with the trail's beginning and end")
}
