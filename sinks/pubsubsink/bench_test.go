package pubsubsink

import (
	"context"
	"net"
	"testing"

	"cloud.google.com/go/pubsub/v2"
	pb "cloud.google.com/go/pubsub/v2/apiv1/pubsubpb"
	cepubsub "github.com/cloudevents/sdk-go/protocol/pubsub/v2"
	"github.com/cloudevents/sdk-go/v2/binding"
	"github.com/stretchr/testify/require"
	"google.golang.org/api/option"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/protobuf/proto"
)

// bare returns a client of a server on the loopback that takes everything and keeps nothing.
func bare(b *testing.B) *pubsub.Client {
	b.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(b, err)
	server := grpc.NewServer(grpc.MaxRecvMsgSize(16 << 20))
	pb.RegisterPublisherServer(server, none{})
	go func() { _ = server.Serve(l) }()
	b.Cleanup(server.Stop)
	conn, err := grpc.NewClient(l.Addr().String(), grpc.WithTransportCredentials(insecure.NewCredentials()))
	require.NoError(b, err)
	b.Cleanup(func() { _ = conn.Close() })
	client, err := pubsub.NewClient(context.WithoutCancel(b.Context()), "p", option.WithGRPCConn(conn))
	require.NoError(b, err)
	return client
}

const benchBatch = 1000

// benchMessages are the events of a batch as the client has them.
func benchMessages(b *testing.B) []*pb.PubsubMessage {
	b.Helper()
	a := attempt{sink: New(nil, testTopic), batch: records(b, benchBatch)}
	r, next := a.fill(0)
	require.Equal(b, benchBatch, next)
	return decoded(b, r.messages)
}

func report(b *testing.B) {
	b.ReportMetric(float64(b.N)*benchBatch/b.Elapsed().Seconds(), "messages/s")
}

// BenchmarkDeliver is the sink, from records to confirmed messages.
func BenchmarkDeliver(b *testing.B) {
	all, sink := records(b, benchBatch), New(bare(b), testTopic)
	b.ReportAllocs()
	for b.Loop() {
		if err := sink.Deliver(b.Context(), all); err != nil {
			b.Fatal(err)
		}
	}
	report(b)
}

// BenchmarkPublishRPC is the batch RPC alone, with messages that were made before.
func BenchmarkPublishRPC(b *testing.B) {
	client := bare(b)
	messages := benchMessages(b)
	b.SetBytes(int64(proto.Size(&pb.PublishRequest{Topic: testTopic, Messages: messages})))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := client.TopicAdminClient.Publish(b.Context(), &pb.PublishRequest{Topic: testTopic, Messages: messages}); err != nil {
			b.Fatal(err)
		}
	}
	report(b)
}

// BenchmarkPublisher is the client's own bundler, waited for once a batch, with messages that were made before.
func BenchmarkPublisher(b *testing.B) {
	messages, publisher := benchMessages(b), bare(b).Publisher(testTopic)
	defer publisher.Stop()
	results := make([]*pubsub.PublishResult, 0, benchBatch)
	b.ReportAllocs()
	for b.Loop() {
		results = results[:0]
		for _, m := range messages {
			results = append(results, publisher.Publish(b.Context(), &pubsub.Message{Data: m.Data, Attributes: m.Attributes}))
		}
		for _, r := range results {
			if _, err := r.Get(b.Context()); err != nil {
				b.Fatal(err)
			}
		}
	}
	report(b)
}

// BenchmarkDecode is one message read, beside the reader of the CloudEvents SDK: as it is, which leaves data unread, and
// with data read into a map.
func BenchmarkDecode(b *testing.B) {
	m := benchMessages(b)[1]
	b.Run("pubsubsink", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := Decode(m.GetAttributes(), m.GetData()); err != nil {
				b.Fatal(err)
			}
		}
	})
	for _, reads := range []bool{false, true} {
		name := "cloudevents"
		if reads {
			name += "-with-data"
		}
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				read := cepubsub.NewMessage(&pubsub.Message{Data: m.GetData(), Attributes: m.GetAttributes()})
				e, err := binding.ToEvent(b.Context(), read)
				if err != nil {
					b.Fatal(err)
				}
				var data map[string]any
				if reads {
					err = e.DataAs(&data)
				}
				if err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
