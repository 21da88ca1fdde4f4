package main

import (
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"cloud.google.com/go/pubsub/v2"
	pb "cloud.google.com/go/pubsub/v2/apiv1/pubsubpb"
	"cloud.google.com/go/pubsub/v2/pstest"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/api/option"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"

	"github.com/daxis-io/arco-audit/audit"
	"github.com/daxis-io/arco-audit/redact"
	"github.com/daxis-io/arco-audit/sinks/pubsubsink"
)

const topic = "projects/p/topics/audit"

func newServer(t *testing.T) (*pstest.Server, *pubsub.Client) {
	t.Helper()
	server := pstest.NewServer()
	t.Cleanup(func() { _ = server.Close() })
	conn, err := grpc.NewClient(server.Addr, grpc.WithTransportCredentials(insecure.NewCredentials()))
	require.NoError(t, err)
	t.Cleanup(func() { _ = conn.Close() })
	client, err := pubsub.NewClient(t.Context(), "p", option.WithGRPCConn(conn))
	require.NoError(t, err)
	for _, name := range []string{topic, "projects/p/topics/dead"} {
		_, err := client.TopicAdminClient.CreateTopic(t.Context(), &pb.Topic{Name: name})
		require.NoError(t, err)
	}
	_, err = client.SubscriptionAdminClient.CreateSubscription(t.Context(), &pb.Subscription{Name: "projects/p/subscriptions/archive", Topic: topic})
	require.NoError(t, err)
	return server, client
}

// serve is a service that emits to Pub/Sub and to a list.
func serve(t *testing.T, client *pubsub.Client) (records []audit.Record) {
	t.Helper()
	list := audit.SinkFunc(func(_ context.Context, batch []audit.Record) error {
		records = append(records, batch...)
		return nil
	})
	trail, err := audit.Open(audit.Config{
		Service: "catalog", Environment: "test", Volatile: true, Keys: redact.EphemeralKeys(),
		Routes: []audit.Route{{Name: "pubsub", Sink: pubsubsink.New(client, topic), Required: true}, {Name: "list", Sink: list, Required: true}},
	})
	require.NoError(t, err)
	ctx := audit.WithRequest(t.Context(), audit.Request{Actor: audit.Anonymous(), Tenant: audit.NewTenant("acme")})
	operation := audit.HTTPOperation("GET", "/v1/config")
	for range 20 {
		_, err := trail.Emit(ctx, audit.AuthAllow(operation, audit.AuthMethodJWT))
		require.NoError(t, err)
	}
	_, err = trail.Emit(ctx, audit.AuthDeny(operation, audit.AuthReasonExpired))
	require.NoError(t, err)
	require.NoError(t, trail.Close(t.Context()))
	return records
}

// consumer runs the service until done says so, and returns what it printed.
func consumer(t *testing.T, client *pubsub.Client, dir string, done func() bool) string {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	out := &output{}
	ended := make(chan error, 1)
	o, err := parse([]string{"-project", "p", "-subscription", "archive", "-dead", "projects/p/topics/dead", "-dir", dir}, io.Discard)
	require.NoError(t, err)
	go func() { ended <- run(ctx, client, o, out) }()
	require.Eventually(t, done, 30*time.Second, 10*time.Millisecond, "printed: %s", out)
	stop()
	require.NoError(t, <-ended)
	return out.String()
}

type output struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.buf.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.buf.String()
}

// acknowledged reports whether the server has nothing left that is not dead.
func acknowledged(server *pstest.Server) func() bool {
	return func() bool {
		for _, m := range server.Messages() {
			if m.Acks == 0 && m.Attributes[pubsubsink.AttributeReason] == "" {
				return false
			}
		}
		return true
	}
}

func TestConsumer(t *testing.T) {
	server, client := newServer(t)
	dir := t.TempDir()
	records := serve(t, client)
	server.Publish(topic, []byte("no event"), nil)
	var want []string
	for _, r := range records {
		want = append(want, r.JSON())
	}
	require.Len(t, want, 23)

	printed := consumer(t, client, dir, acknowledged(server))
	archived := func() []string {
		text, err := os.ReadFile(filepath.Join(dir, "events.jsonl"))
		require.NoError(t, err)
		return strings.Split(strings.TrimSuffix(string(text), "\n"), "\n")
	}
	assert.ElementsMatch(t, want, archived(), "both ends have the same bytes")
	assert.Contains(t, printed, " acme AUTH_DENY GET /v1/config token_expired\n")
	assert.Contains(t, printed, "is dead: undecodable\n")
	assert.Contains(t, printed, "23 archived, 0 copies, 1 dead\n")
	assert.Contains(t, printed, ": closed\n")
	assert.NotContains(t, printed, "not come")

	// A second process of the service: copies of what the first has handled, and a trail without its middle.
	require.NoError(t, pubsubsink.New(client, topic).Deliver(t.Context(), records))
	other := serve(t, deaf(t))
	require.NoError(t, pubsubsink.New(client, topic).Deliver(t.Context(), append(other[:5:5], other[9:]...)))
	printed = consumer(t, client, dir, acknowledged(server))
	assert.Contains(t, printed, "19 archived, 23 copies, 0 dead\n")
	assert.Contains(t, printed, "  not come: 5 to 8\n")
	assert.Len(t, archived(), 23+19)
}

// deaf is a client of a server that nobody reads.
func deaf(t *testing.T) *pubsub.Client {
	t.Helper()
	_, client := newServer(t)
	return client
}

func TestParse(t *testing.T) {
	_, err := parse([]string{"-project", "p"}, io.Discard)
	require.ErrorContains(t, err, "required")
	_, err = parse([]string{"-novel"}, io.Discard)
	require.Error(t, err)
}

func TestRunErrors(t *testing.T) {
	_, client := newServer(t)
	require.Error(t, run(t.Context(), client, options{dir: filepath.Join(t.TempDir(), "missing")}, io.Discard))
	err := run(t.Context(), client, options{dir: t.TempDir(), subscription: "missing"}, io.Discard)
	require.ErrorContains(t, err, "roles/pubsub.subscriber")
}
