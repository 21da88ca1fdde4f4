package audit

import (
	"strings"

	"github.com/daxis-io/arco-audit/redact"
)

// AuthMethod is how a caller proved who it is.
type AuthMethod uint8

// The methods of AuthAllow.
const (
	AuthMethodJWT AuthMethod = iota + 1
	AuthMethodTaskToken
	AuthMethodWorkload
	AuthMethodDebugHeader
)

var (
	authMethods      = []string{unspecified, "jwt", "task_token", "workload", "debug_header"}
	authAllowReasons = []string{unspecified, "jwt_valid", "task_token_valid", "workload_valid", "debug_header"}
)

// String returns the wire name, such as "jwt".
func (m AuthMethod) String() string { return code(authMethods, uint8(m)) }

// Operation is what a caller asked for, as its route template or RPC method, never as path or query.
type Operation struct {
	method string // "" for an RPC
	t      text
}

// unmatched is the template of a request that no route matched.
const unmatched = "unmatched"

// HTTPOperation returns "METHOD template", such as "GET /v1/{prefix}/namespaces/{namespace}". routeTemplate
// comes from the router; of a text with a query only what stands before "?" is kept. At most 256 bytes.
func HTTPOperation(method, routeTemplate string) Operation {
	template, query, hasQuery := strings.Cut(routeTemplate, "?")
	op := operation(template)
	if hasQuery {
		op.t.m.merge(clean(query, 256, asText).m)
	}
	if knownMethod(method) {
		op.method = method
		return op
	}
	m := word(method, 16, &tokenBytes, false)
	if method == "" {
		m = grammar()
	}
	op.method = m.s
	op.t.m.merge(m.m)
	if f, hit := redact.Scan(op.method + " " + op.t.s); hit { // "Bearer" and a token
		return Operation{t: withheld(f.Kind)}
	}
	return op
}

// knownMethod reports the methods that are no part of a secret (RFC 9110 section 9, RFC 5789).
func knownMethod(method string) bool {
	switch method {
	case "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "CONNECT", "TRACE":
		return true
	}
	return false
}

// RPCOperation returns the full gRPC method, such as "/arco.catalog.v1.Catalog/Load". At most 256 bytes. Spaces
// are percent-encoded, so that no method reads like an HTTP operation.
func RPCOperation(fullMethod string) Operation {
	op := operation(fullMethod)
	if strings.Contains(op.t.s, " ") {
		op.t.s = strings.ReplaceAll(op.t.s, " ", "%20")
		op.t.m.add(redact.KindControl)
		if f, hit := redact.Scan(op.t.s); hit { // a space divides what "%20" does not
			return Operation{t: withheld(f.Kind)}
		}
	}
	return op
}

func operation(fullMethod string) Operation {
	t := clean(fullMethod, 256, asText)
	if strings.TrimSpace(t.s) == "" {
		t.s = unmatched
	}
	return Operation{t: t}
}

func (o *Operation) append(dst []byte) []byte {
	if o.method != "" {
		dst = append(dst, o.method...)
		dst = append(dst, ' ')
	}
	return append(dst, o.t.s...)
}
