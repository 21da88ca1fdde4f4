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
type Operation struct{ t text }

// HTTPOperation returns "METHOD template", such as "GET /v1/{prefix}/namespaces/{namespace}". routeTemplate
// comes from the router; of a text with a query only what stands before "?" is kept. At most 256 bytes.
func HTTPOperation(method, routeTemplate string) Operation {
	template, query, hasQuery := strings.Cut(routeTemplate, "?")
	t := clean(template, 256, asText)
	if hasQuery {
		t.m.merge(clean(query, 256, asText).m)
	}
	if template == "" {
		t = text{s: "unmatched"} // no route matched: there is no template to name
	}
	m := word(method, 16, &tokenBytes, false)
	if m.s != "" {
		t.s = m.s + " " + t.s
		t.m.merge(m.m)
	}
	return Operation{t}
}

// RPCOperation returns the full gRPC method, such as "/arco.catalog.v1.Catalog/Load". At most 256 bytes.
func RPCOperation(fullMethod string) Operation {
	t := clean(fullMethod, 256, asText)
	if t.s == "" {
		t = text{s: "unmatched"}
	}
	return Operation{t}
}
