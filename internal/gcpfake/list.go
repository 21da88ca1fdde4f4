package gcpfake

import (
	"cmp"
	"context"
	"encoding/base64"
	"encoding/json"
	"slices"
	"sort"
	"strings"
	"time"

	pb "cloud.google.com/go/logging/apiv2/loggingpb"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"

	"github.com/daxis-io/arco-audit/internal/lql"
)

const (
	// defaultPage and maxPage are how many entries an answer has ([list], page_size).
	defaultPage = 50
	maxPage     = 1000
)

// row is a stored entry with what queries see of it.
type row struct {
	entry  *pb.LogEntry
	fields lql.Entry
}

// key orders entries by timestamp, and those of one timestamp by insert_id ([list], order_by). With the project
// it is what entries are de-duplicated by.
type key struct {
	Time     time.Time
	InsertID string
	Project  string
}

func keyOf(e *pb.LogEntry) key {
	return key{e.GetTimestamp().AsTime(), e.GetInsertId(), project(e.GetLogName())}
}

func (k key) compare(other key) int {
	return cmp.Or(k.Time.Compare(other.Time), strings.Compare(k.InsertID, other.InsertID), strings.Compare(k.Project, other.Project))
}

// ListLogEntries implements LoggingServiceV2 over what Stored returns. The filter is read by package lql; what
// that refuses is INVALID_ARGUMENT. Of views of a bucket every one has all entries.
func (l *Logging) ListLogEntries(_ context.Context, r *pb.ListLogEntriesRequest) (*pb.ListLogEntriesResponse, error) {
	q, err := readList(r)
	if err != nil {
		return nil, err
	}
	rows := l.rows()
	at := q.start(rows)
	answer := &pb.ListLogEntriesResponse{}
	for ; at < len(rows) && at >= 0; at += q.step {
		if !q.matches(rows[at]) {
			continue
		}
		if len(answer.GetEntries()) == q.page {
			answer.NextPageToken, err = token(keyOf(answer.GetEntries()[q.page-1]))
			return answer, err
		}
		answer.Entries = append(answer.Entries, proto.CloneOf(rows[at].entry))
	}
	return answer, nil
}

// list is a request that was read.
type list struct {
	filter *lql.Filter
	within []string // resource names
	page   int
	step   int  // 1 or -1
	after  *key // of the last entry of the page before
}

func readList(r *pb.ListLogEntriesRequest) (list, error) {
	q := list{within: r.GetResourceNames(), page: int(r.GetPageSize()), step: 1}
	var err error
	if q.filter, err = lql.Parse(r.GetFilter()); err != nil {
		return q, status.Error(codes.InvalidArgument, err.Error())
	}
	switch r.GetOrderBy() { // [list], order_by
	case "", "timestamp", "timestamp asc":
	case "timestamp desc":
		q.step = -1
	default:
		return q, status.Error(codes.InvalidArgument, `order_by is "timestamp asc" or "timestamp desc"`)
	}
	switch {
	case len(q.within) == 0: // [list], resource_names: required
		return q, status.Error(codes.InvalidArgument, "resource_names is missing")
	case q.page < 0 || q.page > maxPage: // [list], page_size: rejected
		return q, status.Error(codes.InvalidArgument, "page_size is not within 0 and 1000")
	case q.page == 0:
		q.page = defaultPage
	}
	if r.GetPageToken() != "" {
		if q.after, err = readToken(r.GetPageToken()); err != nil {
			return q, status.Error(codes.InvalidArgument, "page_token is none that an answer had")
		}
	}
	return q, nil
}

// start is the first row to look at.
func (q list) start(rows []row) int {
	if q.step > 0 {
		if q.after == nil {
			return 0
		}
		return sort.Search(len(rows), func(i int) bool { return keyOf(rows[i].entry).compare(*q.after) > 0 })
	}
	if q.after == nil {
		return len(rows) - 1
	}
	return sort.Search(len(rows), func(i int) bool { return keyOf(rows[i].entry).compare(*q.after) >= 0 }) - 1
}

func (q list) matches(r row) bool {
	own := project(r.entry.GetLogName())
	if !slices.ContainsFunc(q.within, func(name string) bool { return name == own || strings.HasPrefix(name, own+"/locations/") }) {
		return false
	}
	return q.filter.Match(r.fields)
}

func token(k key) (string, error) {
	text, err := json.Marshal(k)
	return base64.RawURLEncoding.EncodeToString(text), err
}

func readToken(t string) (*key, error) {
	text, err := base64.RawURLEncoding.DecodeString(t)
	if err != nil {
		return nil, err
	}
	var k key
	return &k, json.Unmarshal(text, &k)
}
