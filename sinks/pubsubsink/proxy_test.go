package pubsubsink_test

import (
	"context"
	"io"
	"net"
	"sync"
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
	"github.com/daxis-io/arco-audit/redact"
	"github.com/daxis-io/arco-audit/sinks/pubsubsink"
)

// wire is what a proxy does to what goes over it.
type wire int32

const (
	sound     wire = iota
	dropped        // connections are closed as soon as there is something to carry
	blackhole      // nothing arrives, nothing is closed
	halfClose      // requests arrive, and the way back is closed
	replyLost      // requests arrive, answers do not
)

// proxy is a TCP proxy before a server.
type proxy struct {
	listener net.Listener
	target   string
	wire     atomic.Int32
	mu       sync.Mutex
	open     map[net.Conn]bool
	all      sync.WaitGroup
}

func newProxy(t *testing.T, target string) *proxy {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	p := &proxy{listener: l, target: target, open: map[net.Conn]bool{}}
	p.all.Go(p.serve)
	t.Cleanup(func() {
		assert.NoError(t, l.Close())
		p.cut()
		p.all.Wait()
	})
	return p
}

func (p *proxy) serve() {
	for {
		client, err := p.listener.Accept()
		if err != nil {
			return
		}
		server, err := net.Dial("tcp", p.target)
		if err != nil {
			_ = client.Close()
			continue
		}
		p.mu.Lock()
		p.open[client], p.open[server] = true, true
		p.mu.Unlock()
		p.all.Go(func() { p.carry(client.(*net.TCPConn), server, false) })
		p.all.Go(func() { p.carry(server, client.(*net.TCPConn), true) })
	}
}

// carry copies one way until an end is closed.
func (p *proxy) carry(from io.ReadCloser, to io.WriteCloser, back bool) {
	defer from.Close()
	defer to.Close()
	buf := make([]byte, 32<<10)
	for {
		n, err := from.Read(buf)
		if err != nil {
			return
		}
		switch w := wire(p.wire.Load()); {
		case w == dropped:
			return
		case w == blackhole, w == replyLost && back:
			continue
		case w == halfClose && back:
			_ = to.(*net.TCPConn).CloseWrite()
			continue
		}
		if _, err := to.Write(buf[:n]); err != nil {
			return
		}
	}
}

// cut closes what is open: what lost bytes is of no use any more.
func (p *proxy) cut() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for c := range p.open {
		_ = c.Close()
		delete(p.open, c)
	}
}

// TestBrokenNetwork has a real client lose its network in the middle of its work, in every way that a network has.
func TestBrokenNetwork(t *testing.T) {
	server := pstest.NewServer()
	t.Cleanup(func() { _ = server.Close() })
	p := newProxy(t, server.Addr)
	conn, err := grpc.NewClient("passthrough:///"+p.listener.Addr().String(), grpc.WithTransportCredentials(insecure.NewCredentials()),
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
	for _, w := range []wire{dropped, blackhole, halfClose, replyLost} {
		emit()
		require.NoError(t, trail.Flush(ctx), "the network is sound")
		before, arrived := failed.Load(), len(server.Messages())
		p.wire.Store(int32(w))
		emit()
		require.Eventually(t, func() bool {
			return failed.Load() >= before+2 && (w != replyLost || len(server.Messages()) > arrived)
		}, time.Minute, 10*time.Millisecond, "network %d", w)
		p.wire.Store(int32(sound))
		p.cut()
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
