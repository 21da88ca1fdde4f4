package audithttp

import (
	"net/http"
	"net/url"
	"path"
	"strings"

	"github.com/daxis-io/arco-audit/audit"
)

// MuxOperation returns a Config.Operation that names the pattern of mux that a request will match, with the
// host if the pattern has one: "GET /v1/{prefix}/namespaces". It looks before mux runs, so that a refused
// request is named too. What matches no pattern is "GET unmatched". Of patterns under another mux only the
// outer one is known: give the inner mux then.
func MuxOperation(mux *http.ServeMux) func(*http.Request) audit.Operation {
	return func(r *http.Request) audit.Operation {
		pattern := matched(mux, r)
		if i := strings.IndexAny(pattern, " \t"); i >= 0 {
			pattern = strings.TrimLeft(pattern[i:], " \t")
		}
		method := r.Method
		if method == "" {
			method = http.MethodGet
		}
		return audit.HTTPOperation(method, pattern)
	}
}

// matched returns the registered pattern that r matches, or "".
func matched(mux *http.ServeMux, r *http.Request) string {
	if mux == nil {
		return ""
	}
	_, pattern := mux.Handler(r)
	// When mux is about to redirect "/a/b" to "/a/b/", some versions and methods give that path in place of
	// a pattern. A path with the slash is never redirected, so a second look gives the pattern.
	if target := path.Clean("/"+r.URL.Path) + "/"; pattern == target {
		_, pattern = mux.Handler(&http.Request{Method: r.Method, Host: r.Host, URL: &url.URL{Host: r.URL.Host, Path: target}})
	}
	return pattern
}
