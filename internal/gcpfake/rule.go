package gcpfake

import (
	"regexp"
	"strings"
	"time"
	"unicode/utf8"

	pb "cloud.google.com/go/logging/apiv2/loggingpb"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
)

const (
	// maxEntryBytes is the size of a LogEntry, about 256 KB ([quotas]), in the smaller reading of KB.
	maxEntryBytes = 256_000
	// maxLabels is the number of labels ([quotas]). What the service does with more is not documented; to refuse
	// the entry is the strictest reading.
	maxLabels = 64
	// maxKeyBytes and maxValueBytes are what is kept of a label ([quotas] and [entry], labels).
	maxKeyBytes   = 512
	maxValueBytes = 64 << 10
	// maxAhead is how far in the future a timestamp may be ([quotas], footnote on timestamps; [entry],
	// timestamp).
	maxAhead = 24 * time.Hour
)

// logName is the grammar of [entry], log_name: a log id of less than 512 letters, digits, "/", "_", "-" and
// ".", URL-encoded.
var logName = regexp.MustCompile(`^(projects|organizations|billingAccounts|folders)/[^/]+/logs/([A-Za-z0-9_.-]|%2[Ff]){1,511}$`)

// check returns the error for an entry that is refused.
func (l *Logging) check(e *pb.LogEntry) error {
	switch ahead := e.GetTimestamp().AsTime().Sub(l.now()); {
	case !logName.MatchString(e.GetLogName()):
		return status.Error(codes.InvalidArgument, "log_name is no name of a log")
	case e.GetResource().GetType() == "": // [entry], resource: required
		return status.Error(codes.InvalidArgument, "resource is missing")
	case proto.Size(e) > maxEntryBytes:
		return status.Errorf(codes.InvalidArgument, "the entry has %d bytes, %d is the limit", proto.Size(e), maxEntryBytes)
	case len(e.GetLabels()) > maxLabels:
		return status.Errorf(codes.InvalidArgument, "the entry has %d labels, %d is the limit", len(e.GetLabels()), maxLabels)
	case e.GetTimestamp().CheckValid() != nil:
		return status.Error(codes.InvalidArgument, "timestamp is none")
	case ahead > maxAhead:
		return status.Error(codes.InvalidArgument, "timestamp is more than 24 hours in the future")
	}
	return nil
}

// truncateLabels cuts keys and values to what is kept; an ellipsis says so ([entry], labels).
func truncateLabels(e *pb.LogEntry) {
	for key, value := range e.GetLabels() {
		cutKey, cutValue := truncated(key, maxKeyBytes), truncated(value, maxValueBytes)
		if cutKey != key {
			delete(e.GetLabels(), key)
		}
		e.Labels[cutKey] = cutValue
	}
}

func truncated(s string, limit int) string {
	const ellipsis = "..."
	if len(s) <= limit {
		return s
	}
	s = s[:limit-len(ellipsis)]
	for !utf8.ValidString(s) {
		s = s[:len(s)-1]
	}
	return strings.Clone(s) + ellipsis
}
