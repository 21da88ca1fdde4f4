package grpcfault

import (
	"errors"
	"fmt"

	"github.com/googleapis/gax-go/v2/apierror"
	"google.golang.org/grpc/codes"

	"github.com/daxis-io/arco-audit/audit"
)

// Code is the status code of an error of a Google client, Unknown for one that has none.
func Code(err error) codes.Code {
	if e, ok := errors.AsType[*apierror.APIError](err); ok {
		return e.GRPCStatus().Code()
	}
	return codes.Unknown
}

// Texts are what the errors of one destination say before their cause: with the package's prefix and, where
// there is one, the remedy.
type Texts struct {
	Unusable string // it is missing, or the role on it
	Refusing string // it has taken nothing and refuses everything
	Call     string // anything else
}

// Classed returns the error of a call as a route understands it; failed names the records that it is about. It
// is for the error that ended an attempt: InvalidArgument comes here from a destination that has taken nothing.
func Classed(err error, t Texts, failed func(error) error) error {
	switch Code(err) {
	case codes.NotFound, codes.PermissionDenied, codes.Unauthenticated, codes.FailedPrecondition, codes.Unimplemented:
		return audit.Down(failed(fmt.Errorf("%s: %w", t.Unusable, err)))
	case codes.InvalidArgument:
		return audit.Down(failed(fmt.Errorf("%s: %w", t.Refusing, err)))
	case codes.ResourceExhausted:
		var e *apierror.APIError
		errors.As(err, &e)
		if after := e.Details().RetryInfo.GetRetryDelay().AsDuration(); after > 0 {
			return audit.Throttled(after, failed(fmt.Errorf("%s: %w", t.Call, err)))
		}
	}
	return failed(fmt.Errorf("%s: %w", t.Call, err))
}
