package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// call is what was seen of one request from outside the service.
type call struct {
	service  string
	step     int    // of the day
	id       string // request id that was sent
	planted  bool   // the id is a secret, so the trail cannot hold it
	method   string // "" for gRPC
	template string // "" when the path is none of the API
	status   int    // of HTTP; 0 when no answer came
	asked    bool   // a load that asks for a credential
	vended   bool   // the response holds one
	staged   bool   // a create that only stages
	tables   int    // of a transaction
	events   []string
}

// requestLog records every request of every client. It knows the services only by the paths that are specified, not by
// their routers.
type requestLog struct {
	mu    sync.Mutex
	calls []call
	ids   int
	step  int
}

// transport is the transport of one service's clients.
type transport struct {
	log     *requestLog
	service string
	next    http.RoundTripper
}

type (
	plantedID struct{} // in a context: the request id is a secret
	ownID     struct{} // in a context: the request id of requests that belong together
)

// identifier returns the id for a request.
func (l *requestLog) identifier(ctx context.Context) string {
	if id, ok := ctx.Value(ownID{}).(string); ok {
		return id
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.ids++
	return "r-" + strconv.Itoa(l.ids)
}

// add keeps a call.
func (l *requestLog) add(c call) {
	l.mu.Lock()
	defer l.mu.Unlock()
	c.step = l.step
	l.calls = append(l.calls, c)
}

// begin makes what comes part of a step of the day.
func (l *requestLog) begin(step int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.step = step
}

// RoundTrip sends the request with an id, unless it has one, and records what came back.
func (t transport) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	c := call{
		service: t.service,
		method:  r.Method,
		asked:   strings.Contains(strings.ToLower(r.Header.Get("X-Iceberg-Access-Delegation")), "vended-credentials"),
		planted: r.Context().Value(plantedID{}) != nil,
	}
	c.template = templateOf(t.service, r.URL.EscapedPath())
	if r.Header.Get("X-Request-Id") == "" {
		r.Header.Set("X-Request-Id", t.log.identifier(r.Context()))
	}
	c.id = r.Header.Get("X-Request-Id")
	if err := c.readRequest(r); err != nil {
		return nil, err
	}
	response, err := t.next.RoundTrip(r)
	if err == nil {
		err = c.readResponse(response)
	}
	t.log.add(c)
	return response, err
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

// routes of the services, in the words of their specifications: {name} stands for one part of a path.
var specified = map[string][]string{
	serviceCatalog: {
		"/v1/config", "/v1/{prefix}/namespaces", "/v1/{prefix}/namespaces/{namespace}", "/v1/{prefix}/namespaces/{namespace}/properties",
		"/v1/{prefix}/namespaces/{namespace}/register", "/v1/{prefix}/namespaces/{namespace}/tables",
		"/v1/{prefix}/namespaces/{namespace}/tables/{table}", "/v1/{prefix}/namespaces/{namespace}/tables/{table}/credentials",
		"/v1/{prefix}/namespaces/{namespace}/tables/{table}/metrics", "/v1/{prefix}/tables/rename", "/v1/{prefix}/transactions/commit",
	},
	serviceAPI:  {"/api/v1/whoami", "/api/v1/browser/urls"},
	serviceFlow: {"/internal/v1/tasks", "/api/v1/tasks/{task_id}/started", "/api/v1/tasks/{task_id}/heartbeat", "/api/v1/tasks/{task_id}/completed"},
}

// templateOf names the route of a path; "" for none.
func templateOf(service, path string) string {
	parts := strings.Split(path, "/")
	for _, template := range specified[service] {
		want := strings.Split(template, "/")
		if slices.EqualFunc(want, parts, func(w, p string) bool { return w == p || strings.HasPrefix(w, "{") && p != "" }) {
			return template
		}
	}
	return ""
}
