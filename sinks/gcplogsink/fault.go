package gcplogsink

import (
	"errors"
	"fmt"

	pb "cloud.google.com/go/logging/apiv2/loggingpb"
	"github.com/googleapis/gax-go/v2/apierror"
	spb "google.golang.org/genproto/googleapis/rpc/status"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/daxis-io/arco-audit/audit"
)

// code is the status code of an error of the client, Unknown for one that has none.
func code(err error) codes.Code {
	if e, ok := errors.AsType[*apierror.APIError](err); ok {
		return e.GRPCStatus().Code()
	}
	return codes.Unknown
}

// partial returns the entries of a request that were not written although others were, by their index.
func partial(err error) map[int32]*spb.Status {
	var e *apierror.APIError
	var detail pb.WriteLogEntriesPartialErrors
	if !errors.As(err, &e) || e.Details().ExtractProtoMessage(&detail) != nil {
		return nil
	}
	return detail.GetLogEntryErrors()
}

// entryError is the error of one entry as the client would have returned it for a request.
func entryError(s *spb.Status) error {
	err := status.ErrorProto(s)
	if e, ok := apierror.FromError(err); ok {
		return e
	}
	return err
}

// classed returns the error of a call as a route understands it; failed names the records that it is about.
func classed(err error, failed func(error) error) error {
	switch code(err) {
	case codes.NotFound, codes.PermissionDenied, codes.Unauthenticated, codes.FailedPrecondition, codes.Unimplemented:
		return audit.Down(failed(fmt.Errorf("gcplogsink: the log cannot be written to: grant roles/logging.logWriter on its project: %w", err)))
	case codes.InvalidArgument: // of a log that has taken nothing
		return audit.Down(failed(fmt.Errorf("gcplogsink: the log refuses every entry: look at its name and project: %w", err)))
	case codes.ResourceExhausted:
		var e *apierror.APIError
		errors.As(err, &e)
		if after := e.Details().RetryInfo.GetRetryDelay().AsDuration(); after > 0 {
			return audit.Throttled(after, failed(fmt.Errorf("gcplogsink: write: %w", err)))
		}
	}
	return failed(fmt.Errorf("gcplogsink: write: %w", err))
}
