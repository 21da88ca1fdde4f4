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
	"github.com/daxis-io/arco-audit/audit/auditread"
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

// A consumer handles every event once and says what is missing when it stops.
func ExampleReceive() {
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
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
	_, _ = client.SubscriptionAdminClient.CreateSubscription(ctx, &pb.Subscription{Name: "projects/p/subscriptions/reader", Topic: "projects/p/topics/audit"})
	event := `{"action":"AUTH_DENY","data":{"resource":"GET /v1/config"},"id":"0190b6a8-7c51-7d3e-8f10-aabbccddeeff","sequence":"1",` +
		`"source":"//catalog/prod/i-1","time":"2026-01-02T03:04:05.678Z","trail":"0190b6a8-0000-7000-8000-000000000001","type":"io.arco.audit.auth.deny.v1"}`
	server.Publish("projects/p/topics/audit", []byte(event), map[string]string{"content-type": "application/cloudevents+json"})

	dedupe, _ := auditread.NewDedupe(auditread.DedupeConfig{})
	gaps := auditread.NewGaps(auditread.GapsConfig{})
	err = pubsubsink.Receive(ctx, client.Subscriber("reader"), func(_ context.Context, e auditread.Entry) error {
		fmt.Println(e.ActionName, e.Resource)
		stop()
		return nil
	}, pubsubsink.ReceiveConfig{Dedupe: dedupe, Gaps: gaps})
	fmt.Println(err, gaps.Report()[0].Missing())
	// Output:
	// AUTH_DENY GET /v1/config
	// <nil> [{00000000000000000000 00000000000000000000}]
}
