package pubsubsink_test

import (
	"context"
	"encoding/json"
	"strings"
	"sync"
	"testing"

	"cloud.google.com/go/pubsub/v2"
	pb "cloud.google.com/go/pubsub/v2/apiv1/pubsubpb"
	"cloud.google.com/go/pubsub/v2/pstest"
	"github.com/gowebpki/jcs"
	"github.com/stretchr/testify/require"
	"google.golang.org/api/option"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/status"

	"github.com/daxis-io/arco-audit/audit"
	"github.com/daxis-io/arco-audit/redact"
	"github.com/daxis-io/arco-audit/sinks/pubsubsink"
	"github.com/daxis-io/arco-audit/sinks/sinktest"
)

const topic = "projects/p/topics/audit"

// harness is a sink before the server in process.
type harness struct {
	t      *testing.T
	server *pstest.Server
	client *pubsub.Client
	sink   *pubsubsink.Sink
	*reactor
}

// reactor answers Publish calls in place of the server.
type reactor struct {
	mu    sync.Mutex
	calls []*pb.PublishRequest
	// answer is asked for every call; nil, or false, leaves it to the server.
	answer func(*pb.PublishRequest) (bool, *pb.PublishResponse, error)
	stall  chan struct{} // not nil: every call waits until it is closed
}

func (r *reactor) React(request any) (bool, any, error) {
	p := request.(*pb.PublishRequest)
	r.mu.Lock()
	r.calls = append(r.calls, p)
	answer, stall := r.answer, r.stall
	r.mu.Unlock()
	if stall != nil {
		<-stall
	}
	if answer == nil {
		return false, nil, nil
	}
	handled, response, err := answer(p)
	return handled, response, err
}

// answers sets what Publish calls are answered with.
func (r *reactor) answers(f func(*pb.PublishRequest) (bool, *pb.PublishResponse, error)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.answer = f
}

// fails makes every Publish call fail.
func (r *reactor) fails(err error) {
	r.answers(func(*pb.PublishRequest) (bool, *pb.PublishResponse, error) { return true, &pb.PublishResponse{}, err })
}

// sizes are the numbers of messages of the calls so far.
func (r *reactor) sizes() []int {
	r.mu.Lock()
	defer r.mu.Unlock()
	var list []int
	for _, c := range r.calls {
		list = append(list, len(c.GetMessages()))
	}
	return list
}

func newHarness(t *testing.T) *harness {
	t.Helper()
	r := &reactor{}
	server := pstest.NewServer(pstest.ServerReactorOption{FuncName: "Publish", Reactor: r})
	t.Cleanup(func() { _ = server.Close() })
	conn, err := grpc.NewClient(server.Addr, grpc.WithTransportCredentials(insecure.NewCredentials()))
	require.NoError(t, err)
	t.Cleanup(func() { _ = conn.Close() })
	client, err := pubsub.NewClient(t.Context(), "p", option.WithGRPCConn(conn))
	require.NoError(t, err)
	_, err = client.TopicAdminClient.CreateTopic(t.Context(), &pb.Topic{Name: topic})
	require.NoError(t, err)
	return &harness{t: t, server: server, client: client, sink: pubsubsink.New(client, topic), reactor: r}
}

func (h *harness) Sink() audit.Sink { return h.sink }

func (h *harness) Received() []string {
	var list []string
	for _, m := range h.server.Messages() {
		list = append(list, rebuilt(h.t, m.Attributes, m.Data))
	}
	return list
}

// Break implements sinktest.Breaker: Pub/Sub takes a request whole or not at all.
func (h *harness) Break(after int) {
	h.answers(func(p *pb.PublishRequest) (bool, *pb.PublishResponse, error) {
		if len(p.GetMessages()) <= after {
			after -= len(p.GetMessages())
			return false, nil, nil
		}
		return true, &pb.PublishResponse{}, status.Error(codes.Unavailable, "broken")
	})
}

func (h *harness) Repair() { h.answers(nil) }

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

// rebuilt puts a message together as the package doc tells a reader: the attributes and data as one object,
// made canonical by a library that is not ours.
func rebuilt(t *testing.T, attributes map[string]string, data []byte) string {
	t.Helper()
	event := map[string]any{"data": json.RawMessage(data)}
	for key, value := range attributes {
		if name, found := strings.CutPrefix(key, "ce-"); found {
			event[name] = value
		}
	}
	event["datacontenttype"] = attributes["content-type"]
	text, err := json.Marshal(event)
	require.NoError(t, err)
	canonical, err := jcs.Transform(text)
	require.NoError(t, err)
	return string(canonical)
}

// records are the events of one trail, its own first and last included.
func records(t *testing.T, events ...audit.Event) []audit.Record {
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
	tenant := audit.NewTenant("acme")
	ctx := audit.WithRequest(t.Context(), audit.Request{ID: audit.NewRequestID("r-1"), Actor: trail.User(tenant, "ada"), Tenant: tenant})
	for _, e := range events {
		_, err := trail.Emit(ctx, e)
		require.NoError(t, err)
	}
	require.NoError(t, trail.Close(context.WithoutCancel(t.Context())))
	require.Len(t, list, len(events)+2)
	return list
}

// some returns n records.
func some(t *testing.T, n int) []audit.Record {
	t.Helper()
	var events []audit.Event
	for range n - 2 {
		events = append(events, audit.AuthAllow(audit.HTTPOperation("GET", "/v1/config"), audit.AuthMethodJWT))
	}
	return records(t, events...)
}

var _ interface {
	sinktest.Breaker
	sinktest.Staller
} = (*harness)(nil)
