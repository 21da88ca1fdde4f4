package auditgrpc_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/test/bufconn"
	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/daxis-io/arco-audit/audit"
	"github.com/daxis-io/arco-audit/audit/auditgrpc"
	"github.com/daxis-io/arco-audit/redact"
)

const (
	unary   = "/arco.test.v1.Runs/Get"
	watch   = "/arco.test.v1.Runs/Watch"
	unknown = "/arco.test.v1.Runs/Nothing"
)

// service is a guarded server whose events are kept in memory.
type service struct {
	t       *testing.T
	trail   *audit.Trail
	config  auditgrpc.Config
	handler func(context.Context) error // of either kind of call
	peer    string                      // address of the client; "" for none

	mu     sync.Mutex
	lines  []string
	faults []error
}

// newService lets everybody in as a user of acme; tests change config and handler before they call.
func newService(t *testing.T, change func(*audit.Config)) *service {
	t.Helper()
	s := &service{t: t, handler: func(context.Context) error { return nil }}
	c := audit.Config{
		Service: "flow", Environment: "test", Instance: "one", Volatile: true, Keys: redact.EphemeralKeys(),
		OriginMode: audit.OriginFull,
		Routes:     []audit.Route{{Name: "memory", Sink: audit.SinkFunc(s.deliver), Required: true}},
	}
	if change != nil {
		change(&c)
	}
	var err error
	s.trail, err = audit.Open(c)
	require.NoError(t, err)
	t.Cleanup(func() {
		over, cancel := context.WithCancel(context.Background())
		cancel()
		_ = s.trail.Close(over)
	})
	s.config = auditgrpc.Config{
		Trail: s.trail,
		Verify: func(context.Context, string) (context.Context, auditgrpc.Identity, error) {
			return nil, s.ada(), nil
		},
		Failed: func(err error) {
			s.mu.Lock()
			defer s.mu.Unlock()
			s.faults = append(s.faults, err)
		},
	}
	return s
}

func (s *service) ada() auditgrpc.Identity {
	tenant := audit.NewTenant("acme")
	return auditgrpc.Identity{
		Actor: s.trail.User(tenant, "ada"), Tenant: tenant, Workspace: audit.NewWorkspace("main"), Method: audit.AuthMethodJWT,
	}
}

func (s *service) deliver(_ context.Context, batch []audit.Record) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, r := range batch {
		s.lines = append(s.lines, r.JSON())
	}
	return nil
}

// description is the service, written by hand: the messages say nothing.
func (s *service) description() *grpc.ServiceDesc {
	return &grpc.ServiceDesc{
		ServiceName: "arco.test.v1.Runs", HandlerType: (*any)(nil),
		Methods: []grpc.MethodDesc{{MethodName: "Get", Handler: func(srv any, ctx context.Context, decode func(any) error, i grpc.UnaryServerInterceptor) (any, error) {
			in := &emptypb.Empty{}
			if err := decode(in); err != nil {
				return nil, err
			}
			return i(ctx, in, &grpc.UnaryServerInfo{Server: srv, FullMethod: unary}, func(ctx context.Context, _ any) (any, error) {
				return &emptypb.Empty{}, s.handler(ctx)
			})
		}}},
		Streams: []grpc.StreamDesc{{StreamName: "Watch", ServerStreams: true, Handler: func(_ any, stream grpc.ServerStream) error {
			for range 3 {
				if err := stream.SendMsg(&emptypb.Empty{}); err != nil {
					return err
				}
			}
			return s.handler(stream.Context())
		}}},
	}
}

// dial starts the server over a connection in memory.
func (s *service) dial() *grpc.ClientConn {
	s.t.Helper()
	guard, err := auditgrpc.New(s.config)
	require.NoError(s.t, err)
	server := grpc.NewServer(grpc.ChainUnaryInterceptor(guard.Unary), grpc.ChainStreamInterceptor(guard.Stream),
		grpc.UnknownServiceHandler(auditgrpc.Unknown))
	server.RegisterService(s.description(), s)
	listener := bufconn.Listen(1 << 16)
	go func() { _ = server.Serve(named{listener, s.peer}) }()
	s.t.Cleanup(server.Stop)
	conn, err := grpc.NewClient("passthrough:///memory", grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithUserAgent("FlowWorker/2.1 (more)"),
		grpc.WithContextDialer(func(ctx context.Context, _ string) (net.Conn, error) { return listener.DialContext(ctx) }))
	require.NoError(s.t, err)
	s.t.Cleanup(func() { _ = conn.Close() })
	return conn
}

// call makes one call of either kind with metadata and returns the answer's.
func (s *service) call(method string, pairs ...string) (metadata.MD, error) {
	s.t.Helper()
	conn := s.dial()
	ctx := metadata.AppendToOutgoingContext(s.t.Context(), pairs...)
	if method == unary {
		var header metadata.MD
		err := conn.Invoke(ctx, method, &emptypb.Empty{}, &emptypb.Empty{}, grpc.Header(&header))
		return header, err
	}
	stream, err := conn.NewStream(ctx, &grpc.StreamDesc{ServerStreams: true}, method)
	require.NoError(s.t, err)
	require.NoError(s.t, stream.SendMsg(&emptypb.Empty{}))
	require.NoError(s.t, stream.CloseSend())
	for err == nil {
		err = stream.RecvMsg(&emptypb.Empty{})
	}
	header, _ := stream.Header()
	if errors.Is(err, io.EOF) {
		err = nil
	}
	return header, err
}

// named is a listener whose connections come from an address of the test's choice.
type named struct {
	net.Listener
	peer string
}

func (n named) Accept() (net.Conn, error) {
	c, err := n.Listener.Accept()
	return from{c, n.peer}, err
}

type from struct {
	net.Conn
	peer string
}

func (f from) RemoteAddr() net.Addr {
	if f.peer == "" {
		return f.Conn.RemoteAddr()
	}
	return text(f.peer)
}

type text string

func (t text) Network() string { return "tcp" }
func (t text) String() string  { return string(t) }

// event is what the tests read of a record.
type event struct {
	ID, Action, Tenant, Workspace, Traceparent string
	Data                                       struct {
		Actor, Resource, DecisionReason, RequestID string
		Origin                                     struct{ Addr, Agent string }
		Details                                    struct{ ClaimedActor, Method string }
		Redactions                                 []struct{ Field, Kind string }
	}
}

// only returns the one event that is not the trail's own.
func (s *service) only() event {
	s.t.Helper()
	require.NoError(s.t, s.trail.Flush(s.t.Context()))
	s.mu.Lock()
	defer s.mu.Unlock()
	var found []event
	for _, line := range s.lines {
		var e event
		require.NoError(s.t, json.Unmarshal([]byte(line), &e))
		if !strings.HasPrefix(e.Action, "TRAIL_") {
			found = append(found, e)
		}
	}
	require.Len(s.t, found, 1, "one AUTH event a call")
	return found[0]
}
