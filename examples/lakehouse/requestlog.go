package main

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/google/uuid"
)

// call is what was seen of one request from outside the service.
type call struct {
	id       string // request id that was sent
	planted  bool   // the id is a secret, so the trail cannot hold it
	method   string
	template string // "" when the path is none of the API
	status   int
	asked    bool // a load that asks for a credential
	vended   bool // the response holds one
	staged   bool // a create that only stages
	tables   int  // of a transaction
	events   []string
}

// requestLog records every request of every client, as their transport. It knows the API only by the
// specification's paths, not by the service's router.
type requestLog struct {
	next http.RoundTripper

	mu    sync.Mutex
	calls []call
}

type plantedID struct{}

// RoundTrip sends the request with an id of its own, unless it has one, and records what came back.
func (l *requestLog) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	c := call{
		method:   r.Method,
		template: templateOf(r.URL.EscapedPath()),
		asked:    strings.Contains(strings.ToLower(r.Header.Get("X-Iceberg-Access-Delegation")), "vended-credentials"),
		planted:  r.Context().Value(plantedID{}) != nil,
	}
	if r.Header.Get("X-Request-Id") == "" {
		r.Header.Set("X-Request-Id", uuid.NewString())
	}
	c.id = r.Header.Get("X-Request-Id")
	if err := c.readRequest(r); err != nil {
		return nil, err
	}
	response, err := l.next.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	if err := c.readResponse(response); err != nil {
		return nil, err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.calls = append(l.calls, c)
	return response, nil
}

func (c *call) readRequest(r *http.Request) error {
	if r.Body == nil {
		return nil
	}
	b, err := io.ReadAll(r.Body)
	if err != nil {
		return err
	}
	r.Body = io.NopCloser(bytes.NewReader(b))
	var body struct {
		Stage   bool              `json:"stage-create"`
		Changes []json.RawMessage `json:"table-changes"`
	}
	if json.Unmarshal(b, &body) == nil {
		c.staged, c.tables = body.Stage, len(body.Changes)
	}
	return nil
}

func (c *call) readResponse(r *http.Response) error {
	b, err := io.ReadAll(r.Body)
	if err != nil {
		return err
	}
	r.Body = io.NopCloser(bytes.NewReader(b))
	c.status = r.StatusCode
	c.vended = bytes.Contains(b, []byte(`"storage-credentials":[{`))
	c.events = r.Header.Values("X-Audit-Event-Id")
	return nil
}

func (l *requestLog) all() []call {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.calls)
}

// templateOf names the route of a path in the words of the REST specification.
func templateOf(path string) string {
	parts := strings.Split(strings.TrimPrefix(path, "/"), "/")
	if len(parts) < 2 || parts[0] != "v1" {
		return ""
	}
	if len(parts) == 2 {
		return known("/v1/" + parts[1])
	}
	parts[1] = "{prefix}"
	if parts[2] == "namespaces" {
		for i, name := range map[int]string{3: "{namespace}", 5: "{table}"} {
			if len(parts) > i {
				parts[i] = name
			}
		}
	}
	return known("/" + strings.Join(parts, "/"))
}

func known(template string) string {
	const ns = "/v1/{prefix}/namespaces"
	const one = ns + "/{namespace}"
	if slices.Contains([]string{
		"/v1/config", ns, one, one + "/properties", one + "/register", one + "/tables", one + "/tables/{table}",
		one + "/tables/{table}/credentials", one + "/tables/{table}/metrics",
		"/v1/{prefix}/tables/rename", "/v1/{prefix}/transactions/commit",
	}, template) {
		return template
	}
	return ""
}
