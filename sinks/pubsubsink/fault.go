package pubsubsink

import (
	"errors"
	"fmt"

	"github.com/googleapis/gax-go/v2/apierror"
	"google.golang.org/grpc/codes"

	"github.com/daxis-io/arco-audit/audit"
)

// code is the status code of an error of the client, Unknown for one that has none.
func code(err error) codes.Code {
	var e *apierror.APIError
	if errors.As(err, &e) {
		return e.GRPCStatus().Code()
	}
	return codes.Unknown
}

// classed returns the error of a call as a route understands it; failed names the records that it is about.
func classed(err error, failed func(error) error) error {
	switch code(err) {
	case codes.NotFound, codes.PermissionDenied, codes.Unauthenticated, codes.FailedPrecondition, codes.Unimplemented:
		return audit.Down(failed(fmt.Errorf("pubsubsink: the topic cannot be used: create it, and grant roles/pubsub.publisher on it: %w", err)))
	case codes.InvalidArgument: // of a topic that has taken nothing
		return audit.Down(failed(fmt.Errorf("pubsubsink: the topic refuses every message: look at its schema and settings: %w", err)))
	case codes.ResourceExhausted:
		var e *apierror.APIError
		errors.As(err, &e)
		if after := e.Details().RetryInfo.GetRetryDelay().AsDuration(); after > 0 {
			return audit.Throttled(after, failed(fmt.Errorf("pubsubsink: publish: %w", err)))
		}
	}
	return failed(fmt.Errorf("pubsubsink: publish: %w", err))
}
