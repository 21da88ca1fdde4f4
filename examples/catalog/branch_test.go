package catalog_test

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/daxis-io/arco-audit/examples/catalog"
)

const snapshotBody = `{"requirements":[],"updates":[{"action":"add-snapshot","snapshot":{"snapshot-id":7,"sequence-number":1,` +
	`"timestamp-ms":1900000000000,"manifest-list":"file:///m.avro","schema-id":0SUMMARY}},` +
	`{"action":"set-snapshot-ref","ref-name":"main","type":"branch","snapshot-id":7}]}`

// withSummary commits a snapshot with this summary; "" for none.
func withSummary(summary string) string {
	if summary != "" {
		summary = `,"summary":` + summary
	}
	return strings.Replace(snapshotBody, "SUMMARY", summary, 1)
}

// edge is one request for what few clients send.
type edge struct {
	name, method, path string
	body               func(*harness) string
	before             func(*harness)
	config             catalog.Config
	status             int
	want               []string
}

func text(s string) func(*harness) string { return func(*harness) string { return s } }

func (e edge) run(t *testing.T) {
	h := seeded(t, e.config)
	if e.before != nil {
		e.before(h)
		h.decisions()
		h.taken = nil
	}
	got := h.send(e.method, e.path, e.body(h))
	assert.Equal(t, e.status, got.status, got.body)
	var ids []string
	events := h.decisions()
	for _, r := range events {
		ids = append(ids, r.ID.String())
		assert.Equal(t, "acme", r.Tenant)
		assert.Regexp(t, "^user:[0-9a-f]{32}$", r.Actor)
	}
	assert.Equal(t, e.want, told(events))
	assert.ElementsMatch(t, ids, got.decided)
}

// file writes a file into the warehouse and returns its location.
func (h *harness) file(name, content string) string {
	h.t.Helper()
	path := filepath.Join(h.dir, name)
	require.NoError(h.t, os.MkdirAll(filepath.Dir(path), 0o755))
	require.NoError(h.t, os.WriteFile(path, []byte(content), 0o600))
	return "file://" + path
}

// metadata is that of the table orders, as the catalog wrote it.
func (h *harness) metadata() string {
	h.t.Helper()
	var list []string
	require.NoError(h.t, filepath.WalkDir(h.dir, func(path string, _ os.DirEntry, err error) error {
		if strings.HasSuffix(path, ".metadata.json") {
			list = append(list, path)
		}
		return err
	}))
	require.NotEmpty(h.t, list)
	b, err := os.ReadFile(list[0])
	require.NoError(h.t, err)
	return string(b)
}

func register(name, location string) string {
	return `{"name":"` + name + `","metadata-location":"` + location + `"}`
}

func commitWith(updates string) string { return `{"requirements":[],"updates":[` + updates + `]}` }

func setProperty(key, value string) string {
	return `{"action":"set-properties","updates":{"` + key + `":"` + value + `"}}`
}

// creation is a commit that makes a table: what a client sends after a staged creation.
const creation = `{"requirements":[{"type":"assert-create"}],"updates":[` +
	`{"action":"assign-uuid","uuid":"0191f0c8-5f3c-7d2a-9b1e-3c5d7e9f1a2b"},{"action":"upgrade-format-version","format-version":2},` +
	`{"action":"add-schema","schema":{"type":"struct","schema-id":0,"fields":[{"id":1,"name":"id","required":true,"type":"long"}]}},` +
	`{"action":"set-current-schema","schema-id":-1},{"action":"add-spec","spec":{"spec-id":0,"fields":[]}},{"action":"set-default-spec","spec-id":-1},` +
	`{"action":"add-sort-order","sort-order":{"order-id":0,"fields":[]}},{"action":"set-default-sort-order","sort-order-id":-1},` +
	`{"action":"set-location","location":"LOCATION"}]}`

func creating(location string) func(*harness) string {
	return func(h *harness) string { return strings.Replace(creation, "LOCATION", "file://"+h.dir+location, 1) }
}

func TestEdgesOfCommits(t *testing.T) {
	const ok, deny = "ICEBERG_COMMIT commit_success iceberg/commit:sales.", "ICEBERG_COMMIT_DENY "
	const orders, fresh, elsewhere = "iceberg/commit:sales.orders", salesTables + "/new", namespaces + "/nothing/tables/new"
	guard := func(h *harness) {
		location := h.file("g/v1-guarded.metadata.json", strings.Replace(h.metadata(), `"format-version"`, `"properties":{"arco.retention":"7y"},"format-version"`, 1))
		require.Equal(t, http.StatusOK, h.send("POST", namespaces+"/sales/register", register("kept", location)).status)
	}
	odd := func(h *harness) {
		location := h.file("g/odd.metadata.json", h.metadata())
		require.Equal(t, http.StatusOK, h.send("POST", namespaces+"/sales/register", register("odd", location)).status)
	}
	for _, tt := range []edge{
		{name: "creates", method: "POST", path: fresh, body: creating("/new"), status: 200, want: []string{ok + "new"}},
		{name: "creates what is there", method: "POST", path: ordersPath, body: creating("/new"), status: 409, want: []string{deny + "already_exists " + orders}},
		{name: "creates outside", method: "POST", path: fresh, body: creating("/../new"), status: 400, want: []string{deny + "invalid_update iceberg/commit:sales.new"}},
		{name: "creates in a namespace that is not there", method: "POST", path: elsewhere, body: creating("/new"), status: 404, want: []string{deny + "table_not_found iceberg/commit:nothing.new"}},
		{name: "creates nothing whole", method: "POST", path: fresh, body: text(`{"requirements":[{"type":"assert-create"}],"updates":[]}`), status: 400, want: []string{deny + "invalid_update iceberg/commit:sales.new"}},
		{name: "creates by an update that fails", method: "POST", path: fresh, body: text(`{"requirements":[{"type":"assert-create"}],"updates":[{"action":"set-current-schema","schema-id":9}]}`),
			status: 400, want: []string{deny + "invalid_update iceberg/commit:sales.new"}},
		{name: "sets a guarded property", method: "POST", path: ordersPath, body: text(commitWith(setProperty("arco.owner", "x"))), status: 400, want: []string{deny + "guarded_property " + orders}},
		{name: "sets a property that is guarded here", method: "POST", path: ordersPath, body: text(commitWith(setProperty("own.x", "x"))), status: 400,
			config: catalog.Config{Guarded: []string{"own."}}, want: []string{deny + "guarded_property " + orders}},
		{name: "changes a guarded property", method: "POST", path: salesTables + "/kept", before: guard, body: text(commitWith(setProperty("arco.retention", "1d"))),
			status: 400, want: []string{deny + "guarded_property iceberg/commit:sales.kept"}},
		{name: "removes a guarded property", method: "POST", path: salesTables + "/kept", before: guard, body: text(commitWith(`{"action":"remove-properties","removals":["arco.retention"]}`)),
			status: 400, want: []string{deny + "guarded_property iceberg/commit:sales.kept"}},
		{name: "leaves a guarded property", method: "POST", path: salesTables + "/kept", before: guard, body: text(commitWith(setProperty("a", "b"))), status: 200, want: []string{ok + "kept"}},
		{name: "after a file without a version", method: "POST", path: salesTables + "/odd", before: odd, body: text(commitWith(setProperty("a", "b"))), status: 200, want: []string{ok + "odd"}},
		{name: "moves the data out", method: "POST", path: ordersPath, body: text(commitWith(setProperty("write.data.path", "file:///etc"))), status: 400, want: []string{deny + "invalid_update " + orders}},
		{name: "keeps the data in", method: "POST", path: ordersPath, body: func(h *harness) string { return commitWith(setProperty("write.data.path", "file://"+h.dir+"/data")) },
			status: 200, want: []string{ok + "orders"}},
		{name: "asks for another codec", method: "POST", path: ordersPath, body: text(commitWith(setProperty("write.metadata.compression-codec", "gzip"))), status: 400, want: []string{deny + "invalid_update " + orders}},
		{name: "asks for an unknown codec", method: "POST", path: ordersPath, body: text(commitWith(setProperty("write.metadata.compression-codec", "none of ours"))), status: 400, want: []string{deny + "invalid_update " + orders}},
		{name: "moves the metadata nowhere", method: "POST", path: ordersPath, body: text(commitWith(setProperty("write.metadata.path", "file://%zz"))), status: 400, want: []string{deny + "invalid_update " + orders}},
		{name: "cannot be written", method: "POST", path: ordersPath, before: func(h *harness) { h.file("taken", "") },
			body: func(h *harness) string {
				return commitWith(setProperty("write.metadata.path", "file://"+h.dir+"/taken/below"))
			},
			status: 500, want: []string{deny + "internal_error " + orders}},
		{name: "names the snapshot", method: "POST", path: ordersPath, body: text(withSummary(`{"operation":"append"}`)), status: 200, want: []string{ok + "orders:seq=1"}},
		{name: "replaces", method: "POST", path: ordersPath, body: text(withSummary(`{"operation":"replace"}`)), status: 200, want: []string{ok + "orders:seq=1"}},
		{name: "overwrites", method: "POST", path: ordersPath, body: text(withSummary(`{"operation":"overwrite"}`)), status: 200, want: []string{ok + "orders:seq=1"}},
		{name: "deletes", method: "POST", path: ordersPath, body: text(withSummary(`{"operation":"delete"}`)), status: 200, want: []string{ok + "orders:seq=1"}},
		{name: "does something new", method: "POST", path: ordersPath, body: text(withSummary(`{"operation":"invent"}`)), status: 200, want: []string{ok + "orders:seq=1"}},
		{name: "without a summary", method: "POST", path: ordersPath, body: text(withSummary("")), status: 200, want: []string{ok + "orders:seq=1"}},
		{name: "transaction that is no JSON", method: "POST", path: txPath, body: text(`{`), status: 400, want: []string{deny + "invalid_request iceberg/commit:[REJECTED:grammar]"}},
		{name: "transaction without a table", method: "POST", path: txPath, body: text(`{"table-changes":[{"updates":[]}]}`), status: 400, want: []string{deny + "identifier_mismatch iceberg/commit:[REJECTED:grammar]"}},
		{name: "transaction of a path that is not ours", method: "POST", path: "/v1/other/transactions/commit", body: text(`{"table-changes":[]}`), status: 404, want: []string{deny + "table_not_found iceberg/commit:[REJECTED:grammar]"}},
	} {
		t.Run(tt.name, tt.run)
	}
}

func TestEdgesOfChanges(t *testing.T) {
	const ok, deny = "CATALOG_MUTATE granted iceberg/catalog:", "CATALOG_MUTATE_DENY "
	const at = "iceberg/catalog:table:sales."
	elsewhere := namespaces + "/nothing/tables"
	like := func(rest string) func(*harness) string {
		return text(`{"name":"new",` + rest + tableBody[len(`{"name":"orders",`):])
	}
	sub := func(h *harness) {
		require.Equal(t, http.StatusOK, h.send("POST", namespaces, `{"namespace":["empty"],"properties":{"a":"b"}}`).status)
	}
	for _, tt := range []edge{
		{name: "namespace below another", method: "POST", path: namespaces, body: text(`{"namespace":["sales","eu"]}`), status: 200, want: []string{ok + "namespace:sales.eu:create"}},
		{name: "guarded property of a namespace", method: "POST", path: namespaces, body: text(`{"namespace":["x"],"properties":{"arco.x":"1"}}`), status: 400, want: []string{deny + "not_allowed iceberg/catalog:namespace:x:create"}},
		{name: "guarded property is set", method: "POST", path: namespaces + "/sales/properties", body: text(`{"updates":{"arco.x":"1"}}`), status: 400, want: []string{deny + "not_allowed iceberg/catalog:namespace:sales:properties"}},
		{name: "guarded property is removed", method: "POST", path: namespaces + "/sales/properties", body: text(`{"removals":["arco.x"]}`), status: 400, want: []string{deny + "not_allowed iceberg/catalog:namespace:sales:properties"}},
		{name: "property removed", method: "POST", path: namespaces + "/empty/properties", before: sub, body: text(`{"removals":["a","b"],"updates":{"c":"d"}}`), status: 200, want: []string{ok + "namespace:empty:properties"}},
		{name: "properties of nothing", method: "POST", path: namespaces + "/nothing/properties", body: text(`{"updates":{"a":"b"}}`), status: 404, want: []string{deny + "not_found iceberg/catalog:namespace:nothing:properties"}},
		{name: "drop of an empty namespace", method: "DELETE", path: namespaces + "/empty", before: sub, body: text(""), status: 204, want: []string{ok + "namespace:empty:drop"}},
		{name: "table in no namespace", method: "POST", path: elsewhere, body: like(""), status: 404, want: []string{deny + "not_found iceberg/catalog:table:nothing.new:create"}},
		{name: "table staged in no namespace", method: "POST", path: elsewhere, body: like(`"stage-create":true,`), status: 404, want: []string{deny + "not_found iceberg/catalog:table:nothing.new:create"}},
		{name: "table staged outside", method: "POST", path: salesTables, body: like(`"stage-create":true,"location":"file:///etc",`), status: 400, want: []string{deny + "invalid " + at + "new:create"}},
		{name: "table on another store", method: "POST", path: salesTables, body: like(`"location":"s3://bucket/x",`), status: 400, want: []string{deny + "invalid " + at + "new:create"}},
		{name: "table with a guarded property", method: "POST", path: salesTables, body: like(`"properties":{"arco.x":"1"},`), status: 400, want: []string{deny + "not_allowed " + at + "new:create"}},
		{name: "table with partitions and an order", method: "POST", path: salesTables, body: like(`"partition-spec":{"spec-id":0,"fields":[{"source-id":1,"field-id":1000,"name":"p","transform":"identity"}]},` +
			`"write-order":{"order-id":1,"fields":[{"source-id":1,"transform":"identity","direction":"asc","null-order":"nulls-first"}]},`), status: 200, want: []string{ok + "table:sales.new:create"}},
		{name: "table with partitions of nothing", method: "POST", path: salesTables, body: like(`"partition-spec":{"spec-id":0,"fields":[{"source-id":9,"field-id":1000,"name":"p","transform":"identity"}]},`),
			status: 400, want: []string{deny + "invalid " + at + "new:create"}},
		{name: "table that cannot be written", method: "POST", path: salesTables, before: func(h *harness) { h.file("taken", "") },
			body:   func(h *harness) string { return like(`"location":"file://` + h.dir + `/taken/x",`)(h) },
			status: 500, want: []string{deny + "internal_error " + at + "new:create"}},
		{name: "drop on a path that is not ours", method: "DELETE", path: "/v1/other/namespaces/sales/tables/orders", body: text(""), status: 404, want: []string{deny + "not_found " + at + "orders:drop"}},
		{name: "rename without names", method: "POST", path: renamePath, body: text(`{}`), status: 400, want: []string{deny + "invalid iceberg/catalog:table:[REJECTED:grammar]:rename"}},
		{name: "purge in capitals", method: "DELETE", path: ordersPath + "?purgeRequested=TRUE", body: text(""), status: 406, want: []string{deny + "purge_refused " + at + "orders:drop"}},
		{name: "register", method: "POST", path: namespaces + "/sales/register", body: func(h *harness) string { return register("again", h.file("x/v7.metadata.json", h.metadata())) },
			status: 200, want: []string{ok + "table:sales.again:register"}},
		{name: "register into no namespace", method: "POST", path: namespaces + "/nothing/register", body: func(h *harness) string { return register("again", h.file("x/v7.metadata.json", h.metadata())) },
			status: 404, want: []string{deny + "not_found iceberg/catalog:table:nothing.again:register"}},
		{name: "register nothing", method: "POST", path: namespaces + "/sales/register", body: func(h *harness) string { return register("x", "file://"+h.dir+"/x.metadata.json") },
			status: 400, want: []string{deny + "invalid " + at + "x:register"}},
		{name: "register what is no metadata", method: "POST", path: namespaces + "/sales/register", body: func(h *harness) string { return register("x", h.file("x.metadata.json", "{}")) },
			status: 400, want: []string{deny + "invalid " + at + "x:register"}},
		{name: "register metadata of a table elsewhere", method: "POST", path: namespaces + "/sales/register",
			body: func(h *harness) string {
				return register("x", h.file("x.metadata.json", strings.ReplaceAll(h.metadata(), h.dir, "/etc")))
			},
			status: 400, want: []string{deny + "invalid " + at + "x:register"}},
		{name: "register without a name", method: "POST", path: namespaces + "/sales/register", body: text(`{}`), status: 400, want: []string{deny + "invalid iceberg/catalog:table:sales.[REJECTED:grammar]:register"}},
	} {
		t.Run(tt.name, tt.run)
	}
}

func TestEdgesOfVending(t *testing.T) {
	const deny = "CRED_VEND_DENY "
	for _, tt := range []edge{
		{name: "of another prefix", method: "GET", path: "/v1/other/namespaces/sales/tables/orders/credentials", body: text(""), config: catalog.Config{Provider: unasked(t)},
			status: 404, want: []string{deny + "table_not_found iceberg/table:sales.orders"}},
		{name: "of no table", method: "GET", path: salesTables + "/nothing/credentials?planId=p", body: text(""), config: catalog.Config{Provider: unasked(t)},
			status: 404, want: []string{deny + "table_not_found iceberg/table:sales.nothing"}},
		{name: "load of another prefix", method: "GET", path: "/v1/other/namespaces/sales/tables/orders", body: text(""), status: 404},
	} {
		t.Run(tt.name, tt.run)
	}
}

// unasked is a provider that nobody may ask.
func unasked(t *testing.T) catalog.Provider {
	return providerFunc(func(catalog.StorageRequest) (catalog.StorageCredential, error) {
		t.Error("the provider was asked")
		return catalog.StorageCredential{}, nil
	})
}
