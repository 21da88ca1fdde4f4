package gcplogsink

import (
	"context"
	"net"
	"testing"

	logging "cloud.google.com/go/logging/apiv2"
	pb "cloud.google.com/go/logging/apiv2/loggingpb"
	"github.com/stretchr/testify/require"
	"google.golang.org/api/option"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/protobuf/proto"

	"github.com/daxis-io/arco-audit/audit"
	"github.com/daxis-io/arco-audit/redact"
)

const testLog = "projects/p/logs/arco-audit"

// trailRecords are n events of one trail.
func trailRecords(t testing.TB, n int) []audit.Record {
	t.Helper()
	var list []audit.Record
	sink := audit.SinkFunc(func(_ context.Context, batch []audit.Record) error {
		list = append(list, batch...)
		return nil
	})
	trail, err := audit.Open(audit.Config{
		Service: "catalog", Environment: "test", Instance: "i-1", Volatile: true, Keys: redact.EphemeralKeys(),
		Routes:    []audit.Route{{Name: "memory", Sink: sink, Required: true}},
		DenyLimit: audit.DenyLimit{PerTenant: audit.RateLimit{Burst: 1_000_000}},
	})
	require.NoError(t, err)
	tenant := audit.NewTenant("acme")
	ctx := audit.WithRequest(t.Context(), audit.Request{ID: audit.NewRequestID("r-1"), Actor: trail.User(tenant, "ada"), Tenant: tenant})
	for range n - 2 {
		_, err := trail.Emit(ctx, audit.AuthDeny(audit.HTTPOperation("GET", "/v1/config"), audit.AuthReasonExpired))
		require.NoError(t, err)
	}
	require.NoError(t, trail.Close(context.WithoutCancel(t.Context())))
	require.Len(t, list, n)
	return list
}

// none is a service that takes everything and keeps nothing.
type none struct {
	pb.UnimplementedLoggingServiceV2Server
}

func (none) WriteLogEntries(context.Context, *pb.WriteLogEntriesRequest) (*pb.WriteLogEntriesResponse, error) {
	return &pb.WriteLogEntriesResponse{}, nil
}

// bare returns a client of such a service on the loopback.
func bare(b *testing.B) *logging.Client {
	b.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(b, err)
	server := grpc.NewServer(grpc.MaxRecvMsgSize(16 << 20))
	pb.RegisterLoggingServiceV2Server(server, none{})
	go func() { _ = server.Serve(l) }()
	b.Cleanup(server.Stop)
	client, err := logging.NewClient(context.WithoutCancel(b.Context()), option.WithEndpoint(l.Addr().String()), option.WithoutAuthentication(),
		option.WithGRPCDialOption(grpc.WithTransportCredentials(insecure.NewCredentials())))
	require.NoError(b, err)
	b.Cleanup(func() { _ = client.Close() })
	return client
}

const benchBatch = 1000

func report(b *testing.B) {
	b.ReportMetric(float64(b.N)*benchBatch/b.Elapsed().Seconds(), "entries/s")
}

// BenchmarkDeliver is the sink, from records to confirmed entries.
func BenchmarkDeliver(b *testing.B) {
	all, sink := trailRecords(b, benchBatch), New(bare(b), testLog)
	b.ReportAllocs()
	for b.Loop() {
		if err := sink.Deliver(b.Context(), all); err != nil {
			b.Fatal(err)
		}
	}
	report(b)
}

// BenchmarkWriteRPC is the RPC alone, with entries that were made before.
func BenchmarkWriteRPC(b *testing.B) {
	client, sink := bare(b), New(nil, testLog)
	a := attempt{sink: sink, project: "p", batch: trailRecords(b, benchBatch)}
	filled, next := a.fill(0)
	require.Equal(b, benchBatch, next)
	r := sink.empty()
	for _, raw := range filled.entries {
		e := new(pb.LogEntry)
		require.NoError(b, proto.Unmarshal(raw, e))
		r.Entries = append(r.Entries, e)
	}
	b.SetBytes(int64(proto.Size(r)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := client.WriteLogEntries(b.Context(), r); err != nil {
			b.Fatal(err)
		}
	}
	report(b)
}
