package gcpfake

import (
	"context"
	"fmt"
	"net"
	"slices"
	"sort"
	"strings"
	"sync"
	"time"

	logging "cloud.google.com/go/logging/apiv2"
	pb "cloud.google.com/go/logging/apiv2/loggingpb"
	"google.golang.org/api/option"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/protobuf/proto"
)

// DefaultRetention is how old an entry may be in a bucket that nobody configured ([quotas], "Oldest timestamp
// that can be stored in log buckets").
const DefaultRetention = 30 * 24 * time.Hour

// Logging is google.logging.v2.LoggingServiceV2. It has WriteLogEntries and ListLogEntries; other methods are
// unimplemented. Make it with ServeLogging. It is safe for concurrent use.
type Logging struct {
	pb.UnimplementedLoggingServiceV2Server

	server    *grpc.Server
	addr      string
	retention time.Duration
	now       func() time.Time

	mu        sync.Mutex
	routed    []*pb.LogEntry
	sorted    []row // of the first indexed of routed, by key, copies left out
	indexed   int
	intercept func(context.Context, *pb.WriteLogEntriesRequest) error
	refuse    func(*pb.LogEntry) error
}

// ServeLogging starts a service on a free port of the loopback, whose clock is now (nil for time.Now) and whose
// bucket has the default retention. Close stops it.
func ServeLogging(now func() time.Time) (*Logging, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("gcpfake: %w", err)
	}
	if now == nil {
		now = time.Now
	}
	// The rule for the size of a request is WriteLogEntries's own, so gRPC's limit stands far above it.
	s := &Logging{server: grpc.NewServer(grpc.MaxRecvMsgSize(64 << 20)), addr: l.Addr().String(), retention: DefaultRetention, now: now}
	pb.RegisterLoggingServiceV2Server(s.server, s)
	go func() { _ = s.server.Serve(l) }() // ends with Close
	return s, nil
}

// Close stops the service. Calls that it has not answered fail.
func (l *Logging) Close() { l.server.Stop() }

// Addr is the service's address.
func (l *Logging) Addr() string { return l.addr }

// Client returns a client of the service, which the caller closes. ctx is that of logging.NewClient.
func (l *Logging) Client(ctx context.Context) (*logging.Client, error) {
	return logging.NewClient(ctx, option.WithEndpoint(l.addr), option.WithoutAuthentication(),
		option.WithGRPCDialOption(grpc.WithTransportCredentials(insecure.NewCredentials())))
}

// Intercept makes f see every request before the service does; an error of f is the answer. nil ends it.
func (l *Logging) Intercept(f func(context.Context, *pb.WriteLogEntriesRequest) error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.intercept = f
}

// Refuse makes f see every entry that the service would take; an error of f, which has a gRPC status, is the
// entry's. nil ends it. f is called with the service locked.
func (l *Logging) Refuse(f func(*pb.LogEntry) error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.refuse = f
}

// Routed returns every entry that was taken, in the order of arrival: what a sink of the log router exports.
// There is no de-duplication in exports ([entry], insert_id), and no rule about age ([quotas], footnote on
// timestamps).
func (l *Logging) Routed() []*pb.LogEntry {
	l.mu.Lock()
	defer l.mu.Unlock()
	list := make([]*pb.LogEntry, len(l.routed))
	for i, e := range l.routed {
		list[i] = proto.CloneOf(e)
	}
	return list
}

// Stored returns what a query of the bucket finds now: entries that are not older than the retention, and of
// those in one project with the same timestamp and insert_id one alone ([entry], insert_id), by timestamp and
// insert_id.
func (l *Logging) Stored() []*pb.LogEntry {
	var list []*pb.LogEntry
	for _, r := range l.rows() {
		list = append(list, proto.CloneOf(r.entry))
	}
	return list
}

// rows is what Stored returns, not to be changed.
func (l *Logging) rows() []row {
	l.mu.Lock()
	defer l.mu.Unlock()
	oldest := l.now().Add(-l.retention)
	if l.indexed < len(l.routed) {
		l.index()
	}
	first := sort.Search(len(l.sorted), func(i int) bool { return !l.sorted[i].entry.GetTimestamp().AsTime().Before(oldest) })
	return l.sorted[first:]
}

// index brings sorted up to date. Of copies the one that came first stays.
func (l *Logging) index() {
	sorted := slices.Clone(l.sorted)
	for _, e := range l.routed[l.indexed:] {
		sorted = append(sorted, row{e, Fields(e)})
	}
	l.indexed = len(l.routed)
	slices.SortStableFunc(sorted, func(a, b row) int { return keyOf(a.entry).compare(keyOf(b.entry)) })
	l.sorted = slices.CompactFunc(sorted, func(a, b row) bool { return keyOf(a.entry) == keyOf(b.entry) })
}

// project is the resource name that a log belongs to, such as "projects/p".
func project(logName string) string {
	name, _, _ := strings.Cut(logName, "/logs/")
	return name
}

// Keep sets how old an entry may be to be stored (a bucket's retention, 1 day to 3650 days [quotas]). Without it,
// that is DefaultRetention.
func (l *Logging) Keep(retention time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.retention = retention
}
