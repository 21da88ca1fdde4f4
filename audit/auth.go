package audit

import "strings"

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
	op := RPCOperation(template)
	if hasQuery {
		op.t.m.merge(clean(query, 256, asText).m)
	}
	m := word(method, 16, &tokenBytes, false)
	op.method = m.s
	op.t.m.merge(m.m)
	return op
}

// RPCOperation returns the full gRPC method, such as "/arco.catalog.v1.Catalog/Load". At most 256 bytes.
func RPCOperation(fullMethod string) Operation {
	t := clean(fullMethod, 256, asText)
	if t.s == "" {
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
