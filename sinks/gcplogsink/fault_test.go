package gcplogsink_test

import (
	"context"
	"errors"
	"runtime"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	logging "cloud.google.com/go/logging/apiv2"
	pb "cloud.google.com/go/logging/apiv2/loggingpb"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/api/option"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc"
	"google.golang.org/grpc/backoff"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/durationpb"

	"github.com/daxis-io/arco-audit/audit"
	"github.com/daxis-io/arco-audit/audit/auditread"
	"github.com/daxis-io/arco-audit/internal/gcpfake"
	"github.com/daxis-io/arco-audit/internal/netfault"
	"github.com/daxis-io/arco-audit/redact"
	"github.com/daxis-io/arco-audit/sinks/gcplogsink"
)

// remote is a service behind a network that can break, and a client that notices soon.
type remote struct {
	server *gcpfake.Logging
	net    *netfault.Proxy
	client *logging.Client
}

func newRemote(t *testing.T) remote {
	t.Helper()
	server, err := gcpfake.ServeLogging(nil)
	require.NoError(t, err)
	t.Cleanup(server.Close)
	p, err := netfault.New(server.Addr())
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, p.Close()) })
	client, err := logging.NewClient(t.Context(), option.WithEndpoint("passthrough:///"+p.Addr()), option.WithoutAuthentication(),
		option.WithGRPCDialOption(grpc.WithTransportCredentials(insecure.NewCredentials())),
		option.WithGRPCDialOption(grpc.WithConnectParams(grpc.ConnectParams{
			Backoff: backoff.Config{BaseDelay: 10 * time.Millisecond, MaxDelay: 50 * time.Millisecond, Multiplier: 1.5}, MinConnectTimeout: time.Second,
		})))
	require.NoError(t, err)
	t.Cleanup(func() { _ = client.Close() })
	return remote{server, p, client}
}

// fault begins, and ends when what it returns is called.
type fault struct {
	name  string
	begin func(r remote) func()
}

// faults are all that a service and a network do to a sink.
func faults(t *testing.T) []fault {
	t.Helper()
	slow, err := status.New(codes.ResourceExhausted, "slow down").WithDetails(&errdetails.RetryInfo{RetryDelay: durationpb.New(20 * time.Millisecond)})
	require.NoError(t, err)
	answers := []error{
		status.Error(codes.Unavailable, "gone"), status.Error(codes.Internal, "oops"), status.Error(codes.Aborted, "again"), status.Error(codes.Unknown, "?"),
		status.Error(codes.ResourceExhausted, "quota"), slow.Err(), status.Error(codes.PermissionDenied, "no"), errors.New("torn"),
	}
	var list []fault
	for _, answer := range answers {
		list = append(list, fault{"request: " + answer.Error(), func(r remote) func() {
			r.server.Intercept(func(context.Context, *pb.WriteLogEntriesRequest) error { return answer })
			return func() { r.server.Intercept(nil) }
		}})
	}
	list = append(list, fault{"some entries", func(r remote) func() {
		r.server.Refuse(func(e *pb.LogEntry) error {
			if n, _ := strconv.Atoi(strings.TrimLeft(e.GetLabels()["sequence"], "0")); n%3 == 0 {
				return status.Error(codes.Unavailable, "not now")
			}
			return nil
		})
		return func() { r.server.Refuse(nil) }
	}}, fault{"no answer", func(r remote) func() {
		r.server.Intercept(func(ctx context.Context, _ *pb.WriteLogEntriesRequest) error {
			<-ctx.Done()
			return ctx.Err()
		})
		return func() { r.server.Intercept(nil) }
	}})
	for _, w := range netfault.Faults() {
		list = append(list, fault{"network: " + w.String(), func(r remote) func() {
			r.net.Set(w)
			return func() { r.net.Set(netfault.Sound); r.net.Cut() }
		}})
	}
	return list
}

// TestNothingIsLostToAnyFault has events come before, in and after each fault: all are in the log, and copies have the
// same insertId and timestamp, so that a query shows one.
func TestNothingIsLostToAnyFault(t *testing.T) {
	r := newRemote(t)
	var failed atomic.Int64
	trail, err := audit.Open(audit.Config{
		Service: "catalog", Environment: "test", Volatile: true, Keys: redact.EphemeralKeys(),
		Hooks: &audit.Hooks{Failed: func(string, error) { failed.Add(1) }},
		Routes: []audit.Route{{
			Name: "logging", Sink: gcplogsink.New(r.client, log), Required: true, Deadline: 300 * time.Millisecond, Batch: audit.Batch{MaxEvents: 32},
		}},
	})
	require.NoError(t, err)
	ctx := audit.WithRequest(t.Context(), audit.Request{Actor: audit.Anonymous(), Tenant: audit.NewTenant("acme")})
	emitted := map[string]bool{}
	emit := func() {
		for range 100 {
			id, err := trail.Emit(ctx, audit.AuthAllow(audit.HTTPOperation("GET", "/v1/config"), audit.AuthMethodJWT))
			require.NoError(t, err)
			emitted[id.String()] = true
		}
	}
	for _, f := range faults(t) {
		emit()
		require.NoError(t, trail.Flush(ctx), "before %s", f.name)
		before := failed.Load()
		end := f.begin(r)
		emit()
		require.Eventually(t, func() bool { return failed.Load() > before }, time.Minute, time.Millisecond, f.name)
		end()
	}
	require.NoError(t, trail.Close(ctx))

	stamps := map[string]time.Time{}
	routed := r.server.Routed()
	for _, e := range routed {
		at, again := stamps[e.GetInsertId()]
		assert.True(t, !again || at.Equal(e.GetTimestamp().AsTime()), "a copy has another time")
		stamps[e.GetInsertId()] = e.GetTimestamp().AsTime()
	}
	for id := range emitted {
		_, has := stamps[id]
		assert.True(t, has, "event %s is lost", id)
	}
	stored := len(r.server.Stored()) // compared as a number: the entries would be printed otherwise
	assert.Equal(t, len(emitted)+2, stored, "with the trail's beginning and end, each once")
	assert.Greater(t, len(routed), len(stamps), "no answer was lost")
}

// TestMemoryIsBoundedWhileTheLogIsDown emits far more than the trail keeps, while nothing can be delivered: the heap
// stays by what Keep says, and what was skipped is counted.
func TestMemoryIsBoundedWhileTheLogIsDown(t *testing.T) {
	const keep, events = 2 << 20, 40_000 // events are more than ten times what is kept
	r := newRemote(t)
	kept := audit.SinkFunc(func(context.Context, []audit.Record) error { return nil })
	trail, err := audit.Open(audit.Config{
		Service: "catalog", Environment: "test", Volatile: true, Keys: redact.EphemeralKeys(), Keep: audit.Keep{Bytes: keep},
		Routes: []audit.Route{
			{Name: "nothing", Sink: kept, Required: true},
			{Name: "logging", Sink: gcplogsink.New(r.client, log), Deadline: 100 * time.Millisecond},
		},
	})
	require.NoError(t, err)
	ctx := audit.WithRequest(t.Context(), audit.Request{Actor: audit.Anonymous(), Tenant: audit.NewTenant("acme")})
	require.NoError(t, trail.Flush(ctx))
	r.net.Set(netfault.Blackhole)
	base, most := heap(), uint64(0)
	for i := range events {
		emit := func() error {
			_, err := trail.Emit(ctx, audit.AuthAllow(audit.HTTPOperation("GET", "/v1/config"), audit.AuthMethodJWT))
			return err
		}
		err := emit()
		for errors.Is(err, audit.ErrTenantBusy) { // the required route is not as fast as this loop
			runtime.Gosched()
			err = emit()
		}
		require.NoError(t, err)
		if i%(events/8) == 0 {
			most = max(most, heap())
		}
	}
	most = max(most, heap())
	assert.Less(t, most-min(most, base), uint64(4*keep), "heap beside what is kept")
	r.net.Set(netfault.Sound)
	r.net.Cut()
	require.NoError(t, trail.Close(ctx))

	delivered, skipped := 0, 0
	for _, e := range r.server.Stored() {
		entry, err := auditread.Decode(rebuilt(t, e))
		require.NoError(t, err)
		delivered++
		if entry.Reason == "route_behind" {
			n, err := strconv.Atoi(entry.Details.Get("total"))
			require.NoError(t, err)
			skipped = max(skipped, n)
		}
	}
	assert.Positive(t, skipped)
	assert.GreaterOrEqual(t, delivered+skipped, events+2)
}

// heap is what is alive.
func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
