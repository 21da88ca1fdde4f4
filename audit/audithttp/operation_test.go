package audithttp_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/daxis-io/arco-audit/audit"
	"github.com/daxis-io/arco-audit/audit/audithttp"
)

func TestMuxOperation(t *testing.T) {
	mux := http.NewServeMux()
	for _, pattern := range []string{
		"GET /v1/{prefix}/namespaces/{ns}", "POST  /v1/{prefix}/namespaces", "/files/{rest...}", "/tree/", "/x/{y}/",
		"/exact/{$}", "example.com/hosted/{id}", "DELETE example.com/hosted/{id}",
	} {
		mux.HandleFunc(pattern, func(http.ResponseWriter, *http.Request) {})
	}
	mux.Handle("/old", http.RedirectHandler("/tree/", http.StatusFound))
	mux.Handle("/older/{id}", http.RedirectHandler("/tree/", http.StatusFound))
	tests := []struct {
		name, method, target, want string
	}{
		{"method and wildcards", "GET", "/v1/p/namespaces/sales?pageToken=t", "GET /v1/{prefix}/namespaces/{ns}"},
		{"HEAD of a GET pattern", "HEAD", "/v1/p/namespaces/sales", "HEAD /v1/{prefix}/namespaces/{ns}"},
		{"two spaces in the pattern", "POST", "/v1/p/namespaces", "POST /v1/{prefix}/namespaces"},
		{"no method in the pattern", "PUT", "/files/a/b/c", "PUT /files/{rest...}"},
		{"below a tree", "GET", "/tree/secret/path", "GET /tree/"},
		{"redirect to a tree", "GET", "/tree", "GET /tree/"},
		{"redirect to a tree with a wildcard", "GET", "/x/secret", "GET /x/{y}/"},
		{"redirect to a clean path", "GET", "/x//../x/secret/", "GET /x/{y}/"},
		{"redirect to a clean path without slash", "GET", "/x//secret", "GET /x/{y}/"},
		{"exact", "GET", "/exact/", "GET /exact/{$}"},
		{"redirect to exact", "GET", "/exact", "GET /exact/{$}"},
		{"host", "GET", "http://example.com/hosted/7", "GET example.com/hosted/{id}"},
		{"host with port", "DELETE", "http://example.com:8080/hosted/7", "DELETE example.com/hosted/{id}"},
		{"other host", "GET", "http://other.example/hosted/7", "GET unmatched"},
		{"own redirect", "GET", "/old", "GET /old"},
		{"own redirect with a wildcard", "GET", "/older/7", "GET /older/{id}"},
		{"escaped slash", "GET", "/older/a%2Fb", "GET /older/{id}"},
		{"no match", "GET", "/nothing/here", "GET unmatched"},
		{"method not allowed", "PATCH", "/v1/p/namespaces/sales", "PATCH unmatched"},
		{"path that looks like a pattern", "GET", "/{secret}", "GET unmatched"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := httptest.NewRequest(tt.method, tt.target, nil)
			assert.Equal(t, resource(t, tt.want), resourceOf(t, audithttp.MuxOperation(mux), r))
		})
	}
	t.Run("CONNECT never names the path", func(t *testing.T) {
		r := httptest.NewRequest(http.MethodGet, "/x/secret", nil)
		r.Method = http.MethodConnect
		assert.NotContains(t, resourceOf(t, audithttp.MuxOperation(mux), r), "secret")
	})
	t.Run("empty method is GET", func(t *testing.T) {
		r := httptest.NewRequest(http.MethodGet, "/files/a", nil)
		r.Method = ""
		assert.Equal(t, "GET /files/{rest...}", resourceOf(t, audithttp.MuxOperation(mux), r))
	})
	t.Run("method of a client's invention", func(t *testing.T) {
		r := httptest.NewRequest(http.MethodGet, "/nothing", nil)
		r.Method = strings.Repeat("LONG", 1<<10)
		assert.Equal(t, "[REJECTED:grammar] unmatched", resourceOf(t, audithttp.MuxOperation(mux), r))
	})
	t.Run("nil mux", func(t *testing.T) {
		assert.Equal(t, "GET unmatched", resourceOf(t, audithttp.MuxOperation(nil), get("/x/secret")))
	})
}

// resource is text as an operation spells it.
func resource(t *testing.T, text string) string {
	t.Helper()
	method, template, _ := strings.Cut(text, " ")
	return resourceOf(t, func(*http.Request) audit.Operation {
		if template == "unmatched" {
			template = ""
		}
		return audit.HTTPOperation(method, template)
	}, get("/"))
}

// resourceOf serves r and returns the resource of its event.
func resourceOf(t *testing.T, operation func(*http.Request) audit.Operation, r *http.Request) string {
	t.Helper()
	s := newService(t, nil)
	s.config.Operation = operation
	s.serve(r)
	return s.only().Data.Resource
}
