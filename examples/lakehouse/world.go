package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"

	icebergcatalog "github.com/apache/iceberg-go/catalog"
	"github.com/apache/iceberg-go/catalog/rest"
	"github.com/apache/iceberg-go/table"

	"github.com/daxis-io/arco-audit/examples/catalog"
)

const (
	issuer   = "https://login.lake.example"
	audience = "lake-catalog"
)

// world is what the steps of the demonstration share.
type world struct {
	url      string
	bearer   *catalog.Bearer
	provider *moodyProvider
	log      *requestLog
	http     *http.Client
	token    string
	plants   []plant

	iceberg *rest.Catalog // asks for no credential
	vending *rest.Catalog // asks for one with every load
	second  *rest.Catalog // another user of the same tenant
}

func newWorld(ctx context.Context, url string, bearer *catalog.Bearer, provider *moodyProvider) (*world, error) {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	w := &world{url: url, bearer: bearer, provider: provider, log: &requestLog{next: transport}}
	w.http = &http.Client{Transport: w.log}
	var err error
	if w.token, err = w.sign("ada"); err != nil {
		return nil, err
	}
	second, err := w.sign("grace")
	if err != nil {
		return nil, err
	}
	if w.iceberg, err = w.client(ctx, w.token, ""); err != nil {
		return nil, err
	}
	if w.vending, err = w.client(ctx, w.token, "vended-credentials"); err != nil {
		return nil, err
	}
	w.second, err = w.client(ctx, second, "")
	return w, err
}

func (w *world) client(ctx context.Context, token, delegation string) (*rest.Catalog, error) {
	return rest.NewCatalog(ctx, "lake", w.url,
		rest.WithOAuthToken(token),
		rest.WithCustomTransport(w.log),
		rest.WithHeaders(map[string]string{"X-Iceberg-Access-Delegation": delegation}))
}

func (w *world) close() {
	for _, c := range []*rest.Catalog{w.iceberg, w.vending, w.second} {
		if c != nil {
			_ = c.Close() // only releases connections
		}
	}
	w.http.CloseIdleConnections()
	w.log.next.(*http.Transport).CloseIdleConnections()
}

// sign issues a token for a user. Every token is also a secret that no sink may hold.
func (w *world) sign(subject string) (string, error) {
	return w.signClaims(catalog.Claims{Subject: subject, Expires: time.Now().Add(time.Hour).Unix()})
}

func (w *world) signClaims(c catalog.Claims) (string, error) {
	c.Tenant, c.Workspace = "acme", "analytics"
	token, err := w.bearer.Sign(c)
	w.plants = append(w.plants, plantToken(token))
	return token, err
}

// request is one plain HTTP request, for what the Iceberg client has no call for.
type request struct {
	method  string
	path    string // below /v1/main, escaped
	query   url.Values
	body    any
	headers map[string]string
	token   *string // nil: the world's
	planted bool    // the request id is a secret
}

// do sends it and fails unless the status is the expected one.
func (w *world) do(ctx context.Context, want int, q request) error {
	_, err := w.read(ctx, want, q)
	return err
}

func (w *world) read(ctx context.Context, want int, q request) ([]byte, error) {
	r, err := w.build(ctx, q)
	if err != nil {
		return nil, err
	}
	response, err := w.http.Do(r)
	if err != nil {
		return nil, fmt.Errorf("lakehouse: %s %s: no response", q.method, templateOf(r.URL.EscapedPath()))
	}
	defer response.Body.Close()
	b, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, err
	}
	if response.StatusCode != want {
		return nil, fmt.Errorf("lakehouse: %s %s answered %d, expected %d", q.method, templateOf(r.URL.EscapedPath()), response.StatusCode, want)
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
	r, err := http.NewRequestWithContext(ctx, q.method, w.url+"/v1/main"+q.path, bytes.NewReader(body))
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
