package gcplogsink_test

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	pb "cloud.google.com/go/logging/apiv2/loggingpb"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/daxis-io/arco-audit/audit/auditread"
	"github.com/daxis-io/arco-audit/internal/gcpfake"
	"github.com/daxis-io/arco-audit/internal/traffic"
	"github.com/daxis-io/arco-audit/sinks/gcplogsink"
)

// losses are the actions of a trail that is not whole.
var losses = []string{"GAP_FOUND", "EVENTS_DROPPED", "DENIES_SUPPRESSED", "EVENT_QUARANTINED", "DECISION_ABANDONED"}

// store is a bucket with events of three services.
type store struct {
	server *gcpfake.Logging
	events []auditread.Entry // of the log, by time and id
}

// newStore fills a bucket through the sink, some events twice, and puts entries of another log beside them.
func newStore(t *testing.T, n int) store {
	t.Helper()
	list := traffic.Records(t, n, 7)
	end := list[len(list)-1].Time()
	server, err := gcpfake.ServeLogging(func() time.Time { return end })
	require.NoError(t, err)
	t.Cleanup(server.Close)
	client, err := server.Client(t.Context())
	require.NoError(t, err)
	t.Cleanup(func() { _ = client.Close() })
	for _, batch := range [][2]int{{0, len(list)}, {0, n / 10}} {
		require.NoError(t, gcplogsink.New(client, log).Deliver(t.Context(), list[batch[0]:batch[1]]))
	}
	require.NoError(t, gcplogsink.New(client, log+"2").Deliver(t.Context(), list))
	s := store{server: server}
	s.addLosses(t)
	s.addLookalikes(t)
	for _, e := range server.Stored() {
		if e.GetLogName() == log {
			event, err := auditread.Decode(rebuilt(t, e))
			require.NoError(t, err)
			s.events = append(s.events, event)
		}
	}
	slices.SortFunc(s.events, func(a, b auditread.Entry) int {
		return cmp.Or(a.Time.Compare(b.Time), strings.Compare(a.ID.String(), b.ID.String()))
	})
	return s
}

// addLosses writes what a trail says of a loss, made from the entries that trails opened with, since a healthy
// trail says no such thing.
func (s *store) addLosses(t *testing.T) {
	t.Helper()
	r := &pb.WriteLogEntriesRequest{}
	for _, e := range s.server.Stored() {
		if strings.Contains(e.GetInsertId(), "-loss") || e.GetLabels()["action"] != "TRAIL_OPENED" {
			continue
		}
		for i, action := range losses {
			loss := proto.CloneOf(e)
			at := loss.GetTimestamp().AsTime().Add(time.Duration(i+1) * time.Minute)
			loss.Timestamp.Seconds = at.Unix()
			loss.InsertId = e.GetInsertId()[:34] + []string{"a", "b", "c", "d", "e"}[i] + e.GetInsertId()[35:]
			loss.Labels["action"] = action
			payload, data := loss.GetJsonPayload().GetFields(), loss.GetJsonPayload().GetFields()["data"].GetStructValue().GetFields()
			time := structpb.NewStringValue(at.Format("2006-01-02T15:04:05.000Z"))
			payload["action"], data["action"] = structpb.NewStringValue(action), structpb.NewStringValue(action)
			payload["id"], data["eventId"] = structpb.NewStringValue(loss.GetInsertId()), structpb.NewStringValue(loss.GetInsertId())
			payload["time"], data["timestamp"] = time, time
			r.Entries = append(r.Entries, loss)
		}
	}
	_, err := s.server.WriteLogEntries(context.WithoutCancel(t.Context()), r)
	require.NoError(t, err)
}

// addLookalikes writes credentials for tables whose names nearly are that of another.
func (s *store) addLookalikes(t *testing.T) {
	t.Helper()
	r := &pb.WriteLogEntriesRequest{}
	for _, e := range s.server.Stored() {
		if e.GetLogName() != log || !strings.HasPrefix(e.GetLabels()["resource"], "iceberg/table:sales.orders:") || e.GetLabels()["action"] != "CRED_VEND_ALLOW" {
			continue
		}
		for i, change := range []string{"iceberg/table:salesxorders", "not-iceberg/table:sales.orders"} {
			other := proto.CloneOf(e)
			other.InsertId = e.GetInsertId()[:34] + []string{"e", "f"}[i] + e.GetInsertId()[35:]
			resource := strings.Replace(e.GetLabels()["resource"], "iceberg/table:sales.orders", change, 1)
			other.Labels["resource"] = resource
			payload, data := other.GetJsonPayload().GetFields(), other.GetJsonPayload().GetFields()["data"].GetStructValue().GetFields()
			payload["subject"], data["resource"] = structpb.NewStringValue(resource), structpb.NewStringValue(resource)
			payload["id"], data["eventId"] = structpb.NewStringValue(other.GetInsertId()), structpb.NewStringValue(other.GetInsertId())
			r.Entries = append(r.Entries, other)
		}
	}
	require.NotEmpty(t, r.GetEntries())
	_, err := s.server.WriteLogEntries(context.WithoutCancel(t.Context()), r)
	require.NoError(t, err)
}

// find asks the service, page by page.
func (s *store) find(t *testing.T, filter string) ([]string, error) {
	t.Helper()
	found := []string{}
	r := &pb.ListLogEntriesRequest{ResourceNames: []string{"projects/p"}, Filter: filter, PageSize: 1000}
	for {
		answer, err := s.server.ListLogEntries(t.Context(), r)
		if err != nil {
			return nil, err
		}
		for _, e := range answer.GetEntries() {
			found = append(found, e.GetInsertId())
		}
		if r.PageToken = answer.GetNextPageToken(); r.PageToken == "" {
			return found, nil
		}
	}
}

// want returns the ids of the events that satisfy all.
func (s *store) want(all ...func(auditread.Entry) bool) []string {
	list := []string{}
	for _, e := range s.events {
		if !slices.ContainsFunc(all, func(f func(auditread.Entry) bool) bool { return !f(e) }) {
			list = append(list, e.ID.String())
		}
	}
	return list
}
