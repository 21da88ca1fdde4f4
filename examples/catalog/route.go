package catalog

import (
	"net/http"
	"strconv"
)

// route is one row of the API: the template is what the specification, GET /v1/config and an audit event
// call it.
type route struct {
	method   string
	template string
	handle   func(*Catalog, http.Header, *http.Request) (answer, error)
	writes   bool // needs a catalog that is not read-only
	vends    bool // needs a provider
}

func (rt route) pattern() string { return rt.method + " " + rt.template }

const (
	namespacesPath = "/v1/{prefix}/namespaces"
	namespacePath  = namespacesPath + "/{namespace}"
	tablesPath     = namespacePath + "/tables"
	tablePath      = tablesPath + "/{table}"
)

// routes lists every route that is served. GET matches HEAD too in a ServeMux; HEAD has rows of its own so
// that an existence check neither loads nor vends.
func (c *Catalog) routes() []route {
	return []route{
		{method: http.MethodGet, template: "/v1/config", handle: (*Catalog).getConfig},

		{method: http.MethodGet, template: namespacesPath, handle: (*Catalog).listNamespaces},
		{method: http.MethodPost, template: namespacesPath, handle: (*Catalog).createNamespace, writes: true},
		{method: http.MethodGet, template: namespacePath, handle: (*Catalog).loadNamespace},
		{method: http.MethodHead, template: namespacePath, handle: (*Catalog).namespaceExists},
		{method: http.MethodDelete, template: namespacePath, handle: (*Catalog).dropNamespace, writes: true},
		{method: http.MethodPost, template: namespacePath + "/properties", handle: (*Catalog).updateNamespace, writes: true},

		{method: http.MethodGet, template: tablesPath, handle: (*Catalog).listTables},
		{method: http.MethodPost, template: tablesPath, handle: (*Catalog).createTable, writes: true},
		{method: http.MethodPost, template: namespacePath + "/register", handle: (*Catalog).registerTable, writes: true},
		{method: http.MethodGet, template: tablePath, handle: (*Catalog).loadTable},
		{method: http.MethodHead, template: tablePath, handle: (*Catalog).tableExists},
		{method: http.MethodPost, template: tablePath, handle: (*Catalog).commitTable, writes: true},
		{method: http.MethodDelete, template: tablePath, handle: (*Catalog).dropTable, writes: true},
		{method: http.MethodGet, template: tablePath + "/credentials", handle: (*Catalog).loadCredentials, vends: true},
		{method: http.MethodPost, template: tablePath + "/metrics", handle: (*Catalog).reportMetrics},

		{method: http.MethodPost, template: "/v1/{prefix}/tables/rename", handle: (*Catalog).renameTable, writes: true},
		{method: http.MethodPost, template: "/v1/{prefix}/transactions/commit", handle: (*Catalog).commitTransaction, writes: true},
	}
}

// offered says whether clients are told about the route: what is switched off is still routed, so that its
// refusal is a decision with an event, but it is not advertised.
func (c *Catalog) offered(rt route) bool {
	return (!rt.writes || !c.config.ReadOnly) && (!rt.vends || c.config.Provider != nil)
}

func (c *Catalog) serve(rt route) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		r.Body = http.MaxBytesReader(w, r.Body, maxBody)
		if rt.writes {
			r = fingerprinted(r)
		}
		out, err := rt.handle(c, w.Header(), r)
		if err != nil {
			writeRefusal(w, r, err)
			return
		}
		out.write(w, r)
	}
}

type configResponse struct {
	Defaults  map[string]string `json:"defaults"`
	Overrides map[string]string `json:"overrides"`
	Endpoints []string          `json:"endpoints"`
	Lifetime  string            `json:"idempotency-key-lifetime,omitempty"` // ISO 8601; absent where nothing can be changed
}

// getConfig advertises what is implemented and switched on, and nothing else.
func (c *Catalog) getConfig(http.Header, *http.Request) (answer, error) {
	out := configResponse{
		Defaults:  map[string]string{},
		Overrides: map[string]string{"prefix": c.config.Prefix},
	}
	if !c.config.ReadOnly {
		out.Lifetime = "PT" + strconv.FormatFloat(c.config.KeyLifetime.Seconds(), 'f', -1, 64) + "S"
	}
	for _, rt := range c.served {
		if rt.template != "/v1/config" && c.offered(rt) {
			out.Endpoints = append(out.Endpoints, rt.pattern())
		}
	}
	return ok(out), nil
}
