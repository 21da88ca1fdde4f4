// Package auditgrpc is a pair of gRPC server interceptors that authenticate calls and audit the answer.
//
//	guard, err := auditgrpc.New(auditgrpc.Config{Trail: trail, Verify: verify})
//	server := grpc.NewServer(
//		grpc.ChainUnaryInterceptor(guard.Unary),
//		grpc.ChainStreamInterceptor(guard.Stream),
//		grpc.UnknownServiceHandler(auditgrpc.Unknown),
//	)
//
// Every call that reaches an interceptor makes exactly one AUTH event, AUTH_ALLOW or AUTH_DENY, also when Verify
// panics; a stream makes one however many messages it carries. The context of a call that is let in carries an
// audit.Request, so that events of the handler name the same request id, actor, tenant, workspace, trace,
// origin and agent. gRPC runs no interceptor for a method that nobody registered, unless the server has the
// UnknownServiceHandler above: then such a call is on record as "unmatched".
//
// Metadata of the answer:
//   - x-request-id is the request id that the events carry: the client's, as far as it fits the grammar, or a
//     fresh UUIDv7.
//   - x-audit-event-id is the id of the AUTH event. It is missing when there is none. A handler that decides
//     something itself appends the id of that decision with grpc.SetHeader: the last value is the decision's.
//
// A refused call never reaches the handler. Its status is UNAUTHENTICATED, PERMISSION_DENIED for
// AuthReasonScopeMismatch and AuthReasonNotAllowed, UNAVAILABLE when no decision was possible, INTERNAL when
// Verify panicked. The message says no more than the code does; the reason is in the event alone. A deny whose
// event cannot be written is a deny all the same.
//
// Messages and metadata never enter an event, except through the narrow doors of package audit: the request
// id, the product token of the user agent, the trace context and the client's address.
package auditgrpc
