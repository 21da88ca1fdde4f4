package auditgrpc_test

import (
	"context"
	"fmt"
	"net"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/health"
	"google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/grpc/test/bufconn"

	"github.com/daxis-io/arco-audit/audit"
	"github.com/daxis-io/arco-audit/audit/auditgrpc"
	"github.com/daxis-io/arco-audit/redact"
)

// subjects stands in for a token library.
var subjects = map[string]string{"good": "ada"}

// verify returns what a server knows about its callers.
func verify(trail *audit.Trail) func(context.Context, string) (context.Context, auditgrpc.Identity, error) {
	return func(ctx context.Context, _ string) (context.Context, auditgrpc.Identity, error) {
		md, _ := metadata.FromIncomingContext(ctx)
		values := md.Get("authorization")
		if len(values) != 1 {
			return nil, auditgrpc.Identity{}, auditgrpc.Deny(audit.AuthReasonMissing)
		}
		subject, ok := subjects[values[0]]
		if !ok {
			return nil, auditgrpc.Identity{}, auditgrpc.Deny(audit.AuthReasonInvalid)
		}
		tenant := audit.NewTenant("acme")
		return nil, auditgrpc.Identity{Actor: trail.User(tenant, subject), Tenant: tenant, Method: audit.AuthMethodJWT}, nil
	}
}

// A health service that only authenticated callers reach.
func Example() {
	printer := audit.SinkFunc(func(_ context.Context, batch []audit.Record) error {
		for _, r := range batch {
			if r.Outcome() != audit.OutcomeSystem {
				fmt.Printf("%s %q\n", r.ActionName(), r.Tenant())
			}
		}
		return nil
	})
	trail, err := audit.Open(audit.Config{
		Service: "flow", Environment: "dev", Volatile: true, Keys: redact.EphemeralKeys(),
		Routes: []audit.Route{{Name: "stdout", Sink: printer, Required: true}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	guard, err := auditgrpc.New(auditgrpc.Config{Trail: trail, Verify: verify(trail)})
	if err != nil {
		fmt.Println(err)
		return
	}
	server := grpc.NewServer(grpc.ChainUnaryInterceptor(guard.Unary), grpc.ChainStreamInterceptor(guard.Stream),
		grpc.UnknownServiceHandler(auditgrpc.Unknown))
	grpc_health_v1.RegisterHealthServer(server, health.NewServer())
	listener := bufconn.Listen(1 << 16)
	go func() { _ = server.Serve(listener) }()

	conn, err := grpc.NewClient("passthrough:///memory", grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithContextDialer(func(ctx context.Context, _ string) (net.Conn, error) { return listener.DialContext(ctx) }))
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, token := range []string{"good", "forged"} {
		ctx := metadata.AppendToOutgoingContext(context.Background(), "authorization", token)
		_, err := grpc_health_v1.NewHealthClient(conn).Check(ctx, &grpc_health_v1.HealthCheckRequest{})
		_ = trail.Flush(context.Background())
		fmt.Println(status.Code(err))
	}
	_ = conn.Close()
	server.Stop()
	_ = trail.Close(context.Background())
	// Output:
	// AUTH_ALLOW "acme"
	// OK
	// AUTH_DENY ""
	// Unauthenticated
}
