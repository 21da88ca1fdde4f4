// Package audithttp is net/http middleware that authenticates requests and audits the answer.
//
// Every request that reaches the middleware makes exactly one AUTH event, AUTH_ALLOW or AUTH_DENY, also when
// Verify or Operation panics. The context of a request that is let in carries an audit.Request, so that
// events of the handler name the same request id, actor, tenant, workspace, trace, origin and agent.
//
// Headers of the answer:
//   - X-Request-Id is the request id that the events carry: the client's, as far as it fits the grammar, or a
//     fresh UUIDv7.
//   - X-Audit-Event-Id is the id of the AUTH event. It is missing when there is none. A handler that decides
//     something itself overwrites it with the id of that decision.
//
// A refused request never reaches the handler. It is answered 401 with a WWW-Authenticate header (RFC 6750
// section 3), 403 for AuthReasonScopeMismatch and AuthReasonNotAllowed, 503 with Retry-After when no decision
// was possible, 500 when Verify panicked. The body says no more than the status does; the reason is in the
// event alone. A deny whose event cannot be written is a deny all the same.
//
// Path, query and header values never enter an event, except through the narrow doors of package audit: the
// request id, the product token of the user agent, the trace context and the client's address.
package audithttp
