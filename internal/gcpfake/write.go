package gcpfake

import (
	"context"
	"strconv"

	pb "cloud.google.com/go/logging/apiv2/loggingpb"
	spb "google.golang.org/genproto/googleapis/rpc/status"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"
)

// maxRequestBytes is the size of an entries.write request, 10 MB ([quotas]), in the smaller reading of MB.
const maxRequestBytes = 10_000_000

// WriteLogEntries implements LoggingServiceV2.
//
// With partial_success valid entries are written although others are not; the status is that of one of these,
// and WriteLogEntriesPartialErrors has each by its index, unless nothing was written. Without, one bad entry
// means that nothing is written ([write], partial_success). A dry run writes nothing ([write], dry_run).
func (l *Logging) WriteLogEntries(ctx context.Context, r *pb.WriteLogEntriesRequest) (*pb.WriteLogEntriesResponse, error) {
	l.mu.Lock()
	intercept := l.intercept
	l.mu.Unlock()
	if intercept != nil {
		if err := intercept(ctx, r); err != nil {
			return nil, err
		}
	}
	if n := proto.Size(r); n > maxRequestBytes {
		return nil, status.Errorf(codes.InvalidArgument, "the request has %d bytes, %d is the limit", n, maxRequestBytes)
	}
	return &pb.WriteLogEntriesResponse{}, l.write(r)
}

// write takes what is to be taken and returns the error for the rest.
func (l *Logging) write(r *pb.WriteLogEntriesRequest) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	taken := make([]*pb.LogEntry, 0, len(r.GetEntries()))
	failed := map[int32]*spb.Status{}
	var first error
	for i, e := range r.GetEntries() {
		e, err := l.taken(r, e, len(l.routed)+i)
		if err == nil {
			taken = append(taken, e)
			continue
		}
		failed[int32(i)] = status.Convert(err).Proto()
		if first == nil {
			first = err
		}
	}
	if first != nil && (!r.GetPartialSuccess() || len(taken) == 0) {
		return first
	}
	if !r.GetDryRun() {
		l.routed = append(l.routed, taken...)
	}
	if first == nil {
		return nil
	}
	answer, err := status.Convert(first).WithDetails(&pb.WriteLogEntriesPartialErrors{LogEntryErrors: failed})
	if err != nil {
		return err
	}
	return answer.Err()
}

// taken returns the entry as it is kept, or the error that refuses it. number makes an identifier for an entry
// that has none.
func (l *Logging) taken(r *pb.WriteLogEntriesRequest, e *pb.LogEntry, number int) (*pb.LogEntry, error) {
	e = proto.CloneOf(e)
	l.complete(r, e, number)
	if err := l.check(e); err != nil {
		return nil, err
	}
	if l.refuse != nil {
		if err := l.refuse(e); err != nil {
			return nil, err
		}
	}
	truncateLabels(e)
	return e, nil
}

// complete fills in what the entry does not say: log name, resource and labels from the request, then the
// current time and a unique identifier ([write], entries).
func (l *Logging) complete(r *pb.WriteLogEntriesRequest, e *pb.LogEntry, number int) {
	now := timestamppb.New(l.now())
	if e.GetLogName() == "" {
		e.LogName = r.GetLogName()
	}
	if e.GetResource() == nil && r.GetResource() != nil {
		e.Resource = r.GetResource()
	}
	for key, value := range r.GetLabels() {
		if _, has := e.GetLabels()[key]; has {
			continue
		}
		if e.Labels == nil {
			e.Labels = map[string]string{}
		}
		e.Labels[key] = value
	}
	if e.GetTimestamp() == nil {
		e.Timestamp = now
	}
	if e.GetInsertId() == "" {
		e.InsertId = "fake-" + strconv.Itoa(number)
	}
	e.ReceiveTimestamp = now
}
