package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"

	icebergcatalog "github.com/apache/iceberg-go/catalog"
	"github.com/apache/iceberg-go/catalog/rest"
	"github.com/apache/iceberg-go/table"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
)

// world is what the steps of the day share.
type world struct {
	lake      *lake
	source    *source
	log       *requestLog
	next      *http.Transport
	clients   map[string]*http.Client // by service
	conn      *grpc.ClientConn        // to the flow
	scheduler string                  // token
	people    []*person
	tasks     int // that were dispatched
	plants    []plant
	waiting   int // events of the catalog that Cloud Logging did not have when it was killed

	token   string        // of ada
	iceberg *rest.Catalog // hers, which asks for no credential
	vending *rest.Catalog // hers, which asks for one with every load
	second  *rest.Catalog // of grace
}

func newWorld(ctx context.Context, l *lake) (w *world, err error) {
	w = &world{lake: l, source: newSource(l.options.seed, "day"), log: &requestLog{}, next: http.DefaultTransport.(*http.Transport).Clone()}
	w.clients = map[string]*http.Client{}
	for _, name := range services {
		w.clients[name] = &http.Client{Transport: w.transport(name)}
	}
	defer func() {
		if err != nil {
			w.release()
		}
	}()
	w.conn, err = grpc.NewClient(l.processes[serviceFlow].started.Calls, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		return nil, err
	}
	if w.scheduler, err = w.signService(scheduler); err != nil {
		return nil, err
	}
	if err := w.hire(ctx); err != nil {
		return nil, err
	}
	w.token, w.iceberg, w.second = w.who(ada).token, w.who(ada).iceberg, w.who(grace).iceberg
	w.vending, err = w.client(ctx, w.token, "vended-credentials")
	return w, err
}

func (w *world) transport(service string) transport { return transport{w.log, service, w.next} }

func (w *world) client(ctx context.Context, token, delegation string) (*rest.Catalog, error) {
	return rest.NewCatalog(ctx, "lake", w.lake.url(serviceCatalog),
		rest.WithOAuthToken(token),
		rest.WithCustomTransport(w.transport(serviceCatalog)),
		rest.WithHeaders(map[string]string{"X-Iceberg-Access-Delegation": delegation}))
}

// release lets the clients go.
func (w *world) release() {
	if w.vending != nil {
		_ = w.vending.Close() // only releases connections
	}
	for _, p := range w.people {
		if p.iceberg != nil {
			_ = p.iceberg.Close()
		}
	}
	if w.conn != nil {
		_ = w.conn.Close()
	}
	w.next.CloseIdleConnections()
}

// request is one plain HTTP request, for what the Iceberg client has no call for.
type request struct {
	service string // "" for the catalog
	method  string
	path    string // escaped; of the catalog below /v1/main
	query   url.Values
	body    any
	headers map[string]string
	token   *string // nil for ada's
	planted bool    // the request id is a secret
}

// do sends it and fails unless the status is the expected one.
func (w *world) do(ctx context.Context, want int, q request) error {
	_, err := w.read(ctx, want, q)
	return err
}

func (w *world) read(ctx context.Context, want int, q request) ([]byte, error) {
	if q.service == "" {
		q.service, q.path = serviceCatalog, "/v1/main"+q.path
	}
	r, err := w.build(ctx, q)
	if err != nil {
		return nil, err
	}
	template := templateOf(q.service, r.URL.EscapedPath())
	response, err := w.clients[q.service].Do(r)
	if err != nil {
		return nil, fmt.Errorf("lakehouse: %s %s: no response", q.method, template)
	}
	defer response.Body.Close()
	b, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, err
	}
	if response.StatusCode != want {
		return nil, fmt.Errorf("lakehouse: %s %s answered %d, expected %d", q.method, template, response.StatusCode, want)
	}
	return b, nil
}

func (w *world) build(ctx context.Context, q request) (*http.Request, error) {
	body, err := json.Marshal(q.body)
	if err != nil {
		return nil, err
	}
	if q.body == nil {
		body = nil
	}
	if q.planted {
		ctx = context.WithValue(ctx, plantedID{}, true)
	}
	r, err := http.NewRequestWithContext(ctx, q.method, w.lake.url(q.service)+q.path, bytes.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("lakehouse: a %s request cannot be built", q.method)
	}
	r.URL.RawQuery = q.query.Encode()
	for name, value := range q.headers {
		r.Header.Set(name, value)
	}
	token := w.token
	if q.token != nil {
		token = *q.token
	}
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	return r, nil
}

// tablePath is the escaped path of a table in a top-level namespace.
func tablePath(id table.Identifier) string {
	return "/namespaces/" + url.PathEscape(id[0]) + "/tables/" + url.PathEscape(icebergcatalog.TableNameFromIdent(id))
}
