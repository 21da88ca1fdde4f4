package gcpfake_test

import (
	"fmt"
	"strconv"
	"testing"
	"time"

	pb "cloud.google.com/go/logging/apiv2/loggingpb"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	ltype "google.golang.org/genproto/googleapis/logging/type"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/structpb"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/daxis-io/arco-audit/internal/gcpfake"
	"github.com/daxis-io/arco-audit/internal/lql"
)

func match(t *testing.T, query string, e lql.Entry) bool {
	t.Helper()
	f, err := lql.Parse(query)
	require.NoError(t, err)
	return f.Match(e)
}

func TestListLogEntries(t *testing.T) {
	server, client := serve(t)
	var all []*pb.LogEntry
	for i := range 130 {
		all = append(all, entry(fmt.Sprintf("e%03d", (i*7)%130), func(e *pb.LogEntry) {
			e.Timestamp = timestamppb.New(noon.Add(-time.Duration((i*7)%130/3) * time.Second))
			e.Labels = map[string]string{"parity": strconv.Itoa(i % 2)}
		}))
	}
	require.NoError(t, write(t, client, true, all...))
	require.NoError(t, write(t, client, true, all[:10]...), "copies")
	stored := ids(server.Stored())
	require.Len(t, stored, 130)
	reversed := func(list []string) []string {
		var out []string
		for i := range list {
			out = append(out, list[len(list)-1-i])
		}
		return out
	}
	var even []string
	for _, e := range server.Stored() {
		if e.GetLabels()["parity"] == "0" {
			even = append(even, e.GetInsertId())
		}
	}
	tests := []struct {
		name  string
		r     *pb.ListLogEntriesRequest
		want  []string
		pages []int
	}{
		{"default page", &pb.ListLogEntriesRequest{}, stored, []int{50, 50, 30}},
		{"one page", &pb.ListLogEntriesRequest{PageSize: 1000}, stored, []int{130}},
		{"exact pages", &pb.ListLogEntriesRequest{PageSize: 65}, stored, []int{65, 65}},
		{"newest first", &pb.ListLogEntriesRequest{PageSize: 70, OrderBy: "timestamp desc"}, reversed(stored), []int{70, 60}},
		{"filter", &pb.ListLogEntriesRequest{PageSize: 50, Filter: `labels.parity = "0"`, OrderBy: "timestamp asc"}, even, []int{50, 15}},
		{"nothing", &pb.ListLogEntriesRequest{Filter: `labels.parity = "2"`}, nil, []int{0}},
		{"view", &pb.ListLogEntriesRequest{PageSize: 1000, ResourceNames: []string{"projects/p/locations/global/buckets/b/views/_AllLogs"}}, stored, []int{130}},
		{"other project", &pb.ListLogEntriesRequest{ResourceNames: []string{"projects/q"}}, nil, []int{0}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if test.r.ResourceNames == nil {
				test.r.ResourceNames = []string{"projects/p"}
			}
			var got []string
			var pages []int
			for {
				answer, err := server.ListLogEntries(t.Context(), test.r)
				require.NoError(t, err)
				got, pages = append(got, ids(answer.GetEntries())...), append(pages, len(answer.GetEntries()))
				if test.r.PageToken = answer.GetNextPageToken(); test.r.PageToken == "" {
					break
				}
			}
			assert.Equal(t, test.want, got)
			assert.Equal(t, test.pages, pages)
		})
	}
	t.Run("client", func(t *testing.T) {
		var got []string
		for e, err := range client.ListLogEntries(t.Context(), &pb.ListLogEntriesRequest{ResourceNames: []string{"projects/p"}, PageSize: 9}).All() {
			require.NoError(t, err)
			got = append(got, e.GetInsertId())
		}
		assert.Equal(t, stored, got)
	})
}

func TestListLogEntriesRefuses(t *testing.T) {
	server, _ := serve(t)
	p := []string{"projects/p"}
	for name, r := range map[string]*pb.ListLogEntriesRequest{
		"filter": {ResourceNames: p, Filter: "thud = 1"}, "order": {ResourceNames: p, OrderBy: "insertId"}, "no resource": {},
		"large page": {ResourceNames: p, PageSize: 1001}, "negative page": {ResourceNames: p, PageSize: -1}, "token": {ResourceNames: p, PageToken: "x"},
	} {
		_, err := server.ListLogEntries(t.Context(), r)
		assert.Equal(t, codes.InvalidArgument, status.Code(err), name)
	}
}

// TestPagesWhileEntriesArrive checks that what arrives before the page in hand moves nothing.
func TestPagesWhileEntriesArrive(t *testing.T) {
	server, client := serve(t)
	at := func(id string, s int) *pb.LogEntry {
		return entry(id, func(e *pb.LogEntry) { e.Timestamp = timestamppb.New(noon.Add(time.Duration(s) * time.Second)) })
	}
	require.NoError(t, write(t, client, true, at("b", 2), at("c", 3), at("d", 4)))
	r := &pb.ListLogEntriesRequest{ResourceNames: []string{"projects/p"}, PageSize: 2}
	first, err := server.ListLogEntries(t.Context(), r)
	require.NoError(t, err)
	require.NoError(t, write(t, client, true, at("a", 1), at("e", 5)))
	r.PageToken = first.GetNextPageToken()
	second, err := server.ListLogEntries(t.Context(), r)
	require.NoError(t, err)
	assert.Equal(t, []string{"b", "c", "d", "e"}, append(ids(first.GetEntries()), ids(second.GetEntries())...))
}

func TestFields(t *testing.T) {
	payload, err := structpb.NewStruct(map[string]any{"n": 1.5, "list": []any{"a", nil}})
	require.NoError(t, err)
	got := gcpfake.Fields(&pb.LogEntry{
		LogName: "projects/p/logs/l", Timestamp: timestamppb.New(noon), Severity: ltype.LogSeverity_ERROR, Labels: map[string]string{"a": "b"},
		Payload: &pb.LogEntry_JsonPayload{JsonPayload: payload}, Operation: &pb.LogEntryOperation{Id: "o", First: true}, TraceSampled: true,
		HttpRequest: &ltype.HttpRequest{Status: 404, Latency: durationpb.New(time.Second), RequestSize: 7},
	})
	for query, want := range map[string]bool{
		`severity = ERROR`: true, `severity < ERROR`: false, `labels.a = b`: true, `timestamp = "2026-03-01T12:00:00Z"`: true, `jsonPayload.n = 1.5`: true,
		`jsonPayload.list = a`: true, `jsonPayload.list = NULL_VALUE`: true, `operation.first = true`: true, `traceSampled = true`: true,
		`httpRequest.status = 404`: true, `httpRequest.latency = 1s`: true, `httpRequest.requestSize > 7`: false, `log_id(l)`: true, `textPayload:*`: false,
	} {
		assert.Equal(t, want, match(t, query, got), query)
	}
}
