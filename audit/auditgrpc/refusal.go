package auditgrpc

import (
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/daxis-io/arco-audit/audit"
)

// codeOf is the status of a refusal. It does not tell an expired token from a forged one.
func codeOf(reason audit.AuthReason) codes.Code {
	switch reason {
	case audit.AuthReasonScopeMismatch, audit.AuthReasonNotAllowed:
		return codes.PermissionDenied
	case audit.AuthReasonUnavailable:
		return codes.Unavailable
	}
	return codes.Unauthenticated
}

// refusal is the error of a refused call: its message is the code in words.
func refusal(code codes.Code) error {
	switch code {
	case codes.Unauthenticated:
		return status.Error(code, "unauthenticated")
	case codes.PermissionDenied:
		return status.Error(code, "permission denied")
	case codes.Internal:
		return status.Error(code, "internal")
	}
	return status.Error(codes.Unavailable, "unavailable, retry later")
}

// Unknown is a handler for grpc.UnknownServiceHandler that answers UNIMPLEMENTED. With it a call of a method that
// nobody registered passes the stream interceptor, and so is authenticated and recorded.
func Unknown(any, grpc.ServerStream) error {
	return status.Error(codes.Unimplemented, "unknown method")
}
