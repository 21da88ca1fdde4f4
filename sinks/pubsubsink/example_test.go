package pubsubsink_test

import (
	"context"
	"fmt"

	"cloud.google.com/go/pubsub/v2"
	pb "cloud.google.com/go/pubsub/v2/apiv1/pubsubpb"
	"cloud.google.com/go/pubsub/v2/pstest"
	"google.golang.org/api/option"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"

	"github.com/daxis-io/arco-audit/audit"
	"github.com/daxis-io/arco-audit/redact"
	"github.com/daxis-io/arco-audit/sinks/pubsubsink"
)

// A service gives the sink its Pub/Sub client; here the client talks to a server in process.
func Example() {
	ctx := context.Background()
	server := pstest.NewServer()
	defer server.Close()
	conn, err := grpc.NewClient(server.Addr, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		fmt.Println(err)
		return
	}
	client, err := pubsub.NewClient(ctx, "p", option.WithGRPCConn(conn))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer client.Close()
	_, _ = client.TopicAdminClient.CreateTopic(ctx, &pb.Topic{Name: "projects/p/topics/audit"})

	trail, err := audit.Open(audit.Config{
		Service: "catalog", Environment: "dev", Volatile: true, Keys: redact.EphemeralKeys(),
		Routes: []audit.Route{{Name: "pubsub", Sink: pubsubsink.New(client, "projects/p/topics/audit"), Required: true}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	ctx = audit.WithRequest(ctx, audit.Request{Actor: audit.Anonymous()})
	_, _ = trail.Emit(ctx, audit.AuthDeny(audit.HTTPOperation("GET", "/v1/config"), audit.AuthReasonMissing))
	_ = trail.Close(ctx)

	for _, m := range server.Messages() {
		fmt.Println(m.Attributes["ce-sequence"], m.Attributes["ce-action"], m.Attributes["ce-outcome"])
	}
	// Output:
	// 00000000000000000000 TRAIL_OPENED system
	// 00000000000000000001 AUTH_DENY deny
	// 00000000000000000002 TRAIL_CLOSED system
}
