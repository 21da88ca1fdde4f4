package gcpfake_test

import (
	"context"
	"strings"
	"testing"
	"time"

	logging "cloud.google.com/go/logging/apiv2"
	pb "cloud.google.com/go/logging/apiv2/loggingpb"
	"github.com/googleapis/gax-go/v2/apierror"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/genproto/googleapis/api/monitoredres"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/daxis-io/arco-audit/internal/gcpfake"
)

// noon is what the clock of the service under test shows.
var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func serve(t *testing.T) (*gcpfake.Logging, *logging.Client) {
	t.Helper()
	server, err := gcpfake.ServeLogging(func() time.Time { return noon })
	require.NoError(t, err)
	t.Cleanup(server.Close)
	client, err := server.Client(t.Context())
	require.NoError(t, err)
	t.Cleanup(func() { _ = client.Close() })
	return server, client
}

// entry returns an entry that breaks no rule, changed by f.
func entry(id string, f func(*pb.LogEntry)) *pb.LogEntry {
	e := &pb.LogEntry{
		LogName: "projects/p/logs/l", Resource: &monitoredres.MonitoredResource{Type: "generic_task"},
		InsertId: id, Timestamp: timestamppb.New(noon), Payload: &pb.LogEntry_TextPayload{TextPayload: "text"},
	}
	if f != nil {
		f(e)
	}
	return e
}

func ids(entries []*pb.LogEntry) []string {
	list := []string{}
	for _, e := range entries {
		list = append(list, e.GetInsertId())
	}
	return list
}

func write(t *testing.T, c *logging.Client, partial bool, entries ...*pb.LogEntry) error {
	t.Helper()
	_, err := c.WriteLogEntries(t.Context(), &pb.WriteLogEntriesRequest{Entries: entries, PartialSuccess: partial})
	return err
}

func labels(n int) map[string]string {
	m := map[string]string{}
	for i := range n {
		m[strings.Repeat("k", i+1)] = "v"
	}
	return m
}

func TestRules(t *testing.T) {
	text := func(n int) func(*pb.LogEntry) {
		return func(e *pb.LogEntry) { e.Payload = &pb.LogEntry_TextPayload{TextPayload: strings.Repeat("x", n)} }
	}
	at := func(d time.Duration) func(*pb.LogEntry) {
		return func(e *pb.LogEntry) { e.Timestamp = timestamppb.New(noon.Add(d)) }
	}
	tests := []struct {
		name           string
		change         func(*pb.LogEntry)
		routed, stored bool
	}{
		{"plain", nil, true, true},
		{"large", text(255_000), true, true},
		{"too large", text(256_000), false, false},
		{"many labels", func(e *pb.LogEntry) { e.Labels = labels(64) }, true, true},
		{"too many labels", func(e *pb.LogEntry) { e.Labels = labels(65) }, false, false},
		{"tomorrow", at(24 * time.Hour), true, true},
		{"later than tomorrow", at(24*time.Hour + time.Millisecond), false, false},
		{"as old as the bucket keeps", at(-gcpfake.DefaultRetention), true, true},
		{"older than the bucket keeps", at(-gcpfake.DefaultRetention - time.Millisecond), true, false},
		{"no timestamp", func(e *pb.LogEntry) { e.Timestamp = nil }, true, true},
		{"no time at all", func(e *pb.LogEntry) { e.Timestamp = &timestamppb.Timestamp{Nanos: -1} }, false, false},
		{"no resource", func(e *pb.LogEntry) { e.Resource = nil }, false, false},
		{"no log", func(e *pb.LogEntry) { e.LogName = "" }, false, false},
		{"log of a folder", func(e *pb.LogEntry) { e.LogName = "folders/1/logs/a%2Fb" }, true, true},
		{"log id that is not encoded", func(e *pb.LogEntry) { e.LogName = "projects/p/logs/a/b" }, false, false},
		{"long log id", func(e *pb.LogEntry) { e.LogName = "projects/p/logs/" + strings.Repeat("a", 511) }, true, true},
		{"log id too long", func(e *pb.LogEntry) { e.LogName = "projects/p/logs/" + strings.Repeat("a", 512) }, false, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			server, client := serve(t)
			err := write(t, client, false, entry("one", test.change))
			if test.routed {
				require.NoError(t, err)
			} else {
				assert.Equal(t, codes.InvalidArgument, status.Code(err))
			}
			assert.Equal(t, test.routed, len(server.Routed()) == 1)
			assert.Equal(t, test.stored, len(server.Stored()) == 1)
		})
	}
}

func TestRequestTooLarge(t *testing.T) {
	server, client := serve(t)
	var all []*pb.LogEntry
	for range 50 {
		all = append(all, entry("", func(e *pb.LogEntry) {
			e.Payload = &pb.LogEntry_TextPayload{TextPayload: strings.Repeat("x", 200_000)}
		}))
	}
	assert.Equal(t, codes.InvalidArgument, status.Code(write(t, client, true, all...)))
	require.NoError(t, write(t, client, true, all[1:]...))
	assert.Len(t, server.Routed(), 49)
}

func TestPartialSuccess(t *testing.T) {
	bad := func(e *pb.LogEntry) { e.Resource = nil }
	server, client := serve(t)
	err := write(t, client, true, entry("a", nil), entry("b", bad), entry("c", nil), entry("d", bad))
	assert.Equal(t, codes.InvalidArgument, status.Code(err))
	var e *apierror.APIError
	require.ErrorAs(t, err, &e)
	var detail pb.WriteLogEntriesPartialErrors
	require.NoError(t, e.Details().ExtractProtoMessage(&detail))
	require.Len(t, detail.GetLogEntryErrors(), 2)
	assert.Equal(t, int32(codes.InvalidArgument), detail.GetLogEntryErrors()[1].GetCode())
	assert.Contains(t, detail.GetLogEntryErrors(), int32(3))
	assert.Equal(t, []string{"a", "c"}, ids(server.Routed()))

	// Nothing is written when all are bad, or without partial success, and then there are no details.
	for _, err := range []error{write(t, client, true, entry("e", bad), entry("f", bad)), write(t, client, false, entry("g", nil), entry("h", bad))} {
		require.ErrorAs(t, err, &e)
		assert.Error(t, e.Details().ExtractProtoMessage(&pb.WriteLogEntriesPartialErrors{}))
	}
	assert.Equal(t, []string{"a", "c"}, ids(server.Routed()))
}

func TestDuplicates(t *testing.T) {
	server, client := serve(t)
	later := func(e *pb.LogEntry) { e.Timestamp = timestamppb.New(noon.Add(time.Millisecond)) }
	other := func(e *pb.LogEntry) { e.LogName = "projects/q/logs/l" }
	require.NoError(t, write(t, client, true, entry("a", nil), entry("a", nil), entry("a", later), entry("a", other), entry("b", nil)))
	require.NoError(t, write(t, client, true, entry("a", nil)))
	assert.Equal(t, []string{"a", "a", "a", "a", "b", "a"}, ids(server.Routed()))
	assert.Equal(t, []string{"a", "a", "b", "a"}, ids(server.Stored()), "by timestamp, then insert_id")
}

func TestCompletion(t *testing.T) {
	server, client := serve(t)
	_, err := client.WriteLogEntries(t.Context(), &pb.WriteLogEntriesRequest{
		LogName: "projects/p/logs/l", Resource: &monitoredres.MonitoredResource{Type: "global"}, Labels: map[string]string{"a": "request", "b": "request"},
		Entries: []*pb.LogEntry{{Labels: map[string]string{"a": "entry"}}, {LogName: "projects/p/logs/m"}},
	})
	require.NoError(t, err)
	got := server.Routed()
	require.Len(t, got, 2)
	assert.Equal(t, "projects/p/logs/l", got[0].GetLogName())
	assert.Equal(t, "projects/p/logs/m", got[1].GetLogName())
	assert.Equal(t, map[string]string{"a": "entry", "b": "request"}, got[0].GetLabels())
	assert.Equal(t, "global", got[0].GetResource().GetType())
	assert.True(t, got[0].GetTimestamp().AsTime().Equal(noon))
	assert.NotEqual(t, got[0].GetInsertId(), got[1].GetInsertId())
}

func TestLabelsAreCut(t *testing.T) {
	server, client := serve(t)
	require.NoError(t, write(t, client, true, entry("a", func(e *pb.LogEntry) {
		e.Labels = map[string]string{strings.Repeat("k", 513): "v", "kept": strings.Repeat("é", 32<<10), "cut": strings.Repeat("é", 32<<10) + "x"}
	})))
	got := server.Routed()[0].GetLabels()
	assert.Equal(t, "v", got[strings.Repeat("k", 509)+"..."])
	assert.Len(t, got["kept"], 64<<10)
	assert.Equal(t, strings.Repeat("é", 32766)+"...", got["cut"])
	assert.Len(t, got, 3)
}

func TestDryRunAndSwitches(t *testing.T) {
	server, client := serve(t)
	_, err := client.WriteLogEntries(t.Context(), &pb.WriteLogEntriesRequest{DryRun: true, Entries: []*pb.LogEntry{entry("a", nil)}})
	require.NoError(t, err)
	server.Intercept(func(context.Context, *pb.WriteLogEntriesRequest) error {
		return status.Error(codes.PermissionDenied, "no")
	})
	assert.Equal(t, codes.PermissionDenied, status.Code(write(t, client, true, entry("b", nil))))
	server.Intercept(nil)
	server.Refuse(func(e *pb.LogEntry) error {
		if e.GetInsertId() == "c" {
			return status.Error(codes.Aborted, "no")
		}
		return nil
	})
	assert.Equal(t, codes.Aborted, status.Code(write(t, client, true, entry("c", nil), entry("d", nil))))
	server.Refuse(nil)
	assert.Equal(t, []string{"d"}, ids(server.Routed()))
}
