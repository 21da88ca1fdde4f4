package gcpfake_test

import (
	"context"
	"fmt"
	"time"

	pb "cloud.google.com/go/logging/apiv2/loggingpb"
	"google.golang.org/genproto/googleapis/api/monitoredres"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/daxis-io/arco-audit/internal/gcpfake"
)

// An entry that is older than the bucket keeps is taken, routed to exports, and not stored.
func ExampleLogging_Stored() {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	server, err := gcpfake.ServeLogging(func() time.Time { return now })
	if err != nil {
		fmt.Println(err)
		return
	}
	defer server.Close()
	client, err := server.Client(context.Background())
	if err != nil {
		fmt.Println(err)
		return
	}
	defer client.Close()
	r := &pb.WriteLogEntriesRequest{LogName: "projects/p/logs/l", Resource: &monitoredres.MonitoredResource{Type: "global"}}
	for _, days := range []int{0, 29, 31} {
		r.Entries = append(r.Entries, &pb.LogEntry{Timestamp: timestamppb.New(now.AddDate(0, 0, -days))})
	}
	_, err = client.WriteLogEntries(context.Background(), r)
	fmt.Println(err, len(server.Routed()), "routed,", len(server.Stored()), "stored")
	// Output: <nil> 3 routed, 2 stored
}
