package catalog_test

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/daxis-io/arco-audit/examples/catalog"
	"github.com/daxis-io/arco-audit/redact"
)

// providerFunc is a function as a Provider.
type providerFunc func(catalog.StorageRequest) (catalog.StorageCredential, error)

func (f providerFunc) Vend(_ context.Context, r catalog.StorageRequest) (catalog.StorageCredential, error) {
	return f(r)
}

var (
	denying = providerFunc(func(catalog.StorageRequest) (catalog.StorageCredential, error) {
		return catalog.StorageCredential{}, catalog.ErrAccessDenied
	})
	failing = providerFunc(func(catalog.StorageRequest) (catalog.StorageCredential, error) {
		return catalog.StorageCredential{}, errors.New("unreachable")
	})
	empty = providerFunc(func(catalog.StorageRequest) (catalog.StorageCredential, error) {
		return catalog.StorageCredential{Config: redact.NewSecret(map[string]string{})}, nil
	})
)

const (
	namespaces  = "/v1/main/namespaces"
	salesTables = namespaces + "/sales/tables"
	ordersPath  = salesTables + "/orders"
	renamePath  = "/v1/main/tables/rename"
	txPath      = "/v1/main/transactions/commit"
)

// Every branch on which something is decided leaves exactly one event a table, and its id is announced.
func TestDecisionLeavesOneEvent(t *testing.T) {
	signer := catalog.NewSigner()
	vended := []string{"X-Iceberg-Access-Delegation", "Vended-Credentials"}
	stale := `"requirements":[{"type":"assert-table-uuid","uuid":"00000000-0000-0000-0000-000000000001"}],"updates":[]`
	change := `"requirements":[],"updates":[{"action":"set-properties","updates":{"a":"b"}}]`
	in := func(name, rest string) string {
		return `{"identifier":{"namespace":["sales"],"name":"` + name + `"},` + rest + `}`
	}
	move := func(from, to string) string { return `{"source":` + from + `,"destination":` + to + `}` }
	orders, other := `{"namespace":["sales"],"name":"orders"}`, `{"namespace":["sales"],"name":"other"}`
	tests := []struct {
		name         string
		provider     catalog.Provider
		readOnly     bool
		method, path string
		body         string
		headers      []string
		status       int
		want         []string // action, reason and resource of each event
	}{
		{name: "namespace create", method: "POST", path: namespaces, body: `{"namespace":["a.b","c"]}`,
			status: 404, want: []string{"CATALOG_MUTATE_DENY not_found iceberg/catalog:namespace:a%2Eb.c:create"}},
		{name: "namespace exists", method: "POST", path: namespaces, body: `{"namespace":["sales"]}`,
			status: 409, want: []string{"CATALOG_MUTATE_DENY already_exists iceberg/catalog:namespace:sales:create"}},
		{name: "namespace empty part", method: "POST", path: namespaces, body: `{"namespace":["a",""]}`,
			status: 400, want: []string{"CATALOG_MUTATE_DENY invalid iceberg/catalog:namespace:a.[REJECTED:grammar]:create"}},
		{name: "namespace properties", method: "POST", path: namespaces + "/sales/properties", body: `{"updates":{"a":"b"}}`,
			status: 200, want: []string{"CATALOG_MUTATE granted iceberg/catalog:namespace:sales:properties"}},
		{name: "namespace properties both ways", method: "POST", path: namespaces + "/sales/properties", body: `{"updates":{"a":"b"},"removals":["a"]}`,
			status: 400, want: []string{"CATALOG_MUTATE_DENY invalid iceberg/catalog:namespace:sales:properties"}},
		{name: "namespace not empty", method: "DELETE", path: namespaces + "/sales",
			status: 409, want: []string{"CATALOG_MUTATE_DENY not_empty iceberg/catalog:namespace:sales:drop"}},
		{name: "namespace missing", method: "DELETE", path: namespaces + "/nothing",
			status: 404, want: []string{"CATALOG_MUTATE_DENY not_found iceberg/catalog:namespace:nothing:drop"}},
		{name: "wrong prefix", method: "DELETE", path: "/v1/elsewhere/namespaces/sales",
			status: 404, want: []string{"CATALOG_MUTATE_DENY not_found iceberg/catalog:namespace:sales:drop"}},
		{name: "read-only", readOnly: true, method: "POST", path: namespaces, body: `{"namespace":["x"]}`,
			status: 403, want: []string{"CATALOG_MUTATE_DENY not_allowed iceberg/catalog:namespace:x:create"}},

		{name: "table exists", method: "POST", path: salesTables, body: tableBody,
			status: 409, want: []string{"CATALOG_MUTATE_DENY already_exists iceberg/catalog:table:sales.orders:create"}},
		{name: "table bad JSON", method: "POST", path: salesTables, body: `{`,
			status: 400, want: []string{"CATALOG_MUTATE_DENY invalid iceberg/catalog:table:sales.[REJECTED:grammar]:create"}},
		{name: "table without schema", method: "POST", path: salesTables, body: `{"name":"x"}`,
			status: 400, want: []string{"CATALOG_MUTATE_DENY invalid iceberg/catalog:table:sales.x:create"}},
		{name: "table outside the warehouse", method: "POST", path: salesTables, body: `{"location":"file:///etc/x",` + tableBody[1:],
			status: 400, want: []string{"CATALOG_MUTATE_DENY invalid iceberg/catalog:table:sales.orders:create"}},
		{name: "table staged", method: "POST", path: salesTables, body: `{"stage-create":true,"name":"new",` + tableBody[len(`{"name":"orders",`):],
			status: 200},
		{name: "table staged twice", method: "POST", path: salesTables, body: `{"stage-create":true,` + tableBody[1:],
			status: 409, want: []string{"CATALOG_MUTATE_DENY already_exists iceberg/catalog:table:sales.orders:create"}},
		{name: "register outside the warehouse", method: "POST", path: namespaces + "/sales/register",
			body:   `{"name":"x","metadata-location":"file:///etc/x.metadata.json"}`,
			status: 400, want: []string{"CATALOG_MUTATE_DENY invalid iceberg/catalog:table:sales.x:register"}},
		{name: "purge", method: "DELETE", path: ordersPath + "?purgeRequested=true",
			status: 406, want: []string{"CATALOG_MUTATE_DENY purge_refused iceberg/catalog:table:sales.orders:drop"}},
		{name: "drop", method: "DELETE", path: ordersPath,
			status: 204, want: []string{"CATALOG_MUTATE granted iceberg/catalog:table:sales.orders:drop"}},
		{name: "drop missing", method: "DELETE", path: salesTables + "/nothing",
			status: 404, want: []string{"CATALOG_MUTATE_DENY not_found iceberg/catalog:table:sales.nothing:drop"}},

		{name: "rename", method: "POST", path: renamePath, body: move(orders, other),
			status: 204, want: []string{"CATALOG_MUTATE granted iceberg/catalog:table:sales.orders:rename"}},
		{name: "rename to itself", method: "POST", path: renamePath, body: move(orders, orders),
			status: 409, want: []string{"CATALOG_MUTATE_DENY already_exists iceberg/catalog:table:sales.orders:rename"}},
		{name: "rename missing", method: "POST", path: renamePath, body: move(other, orders),
			status: 404, want: []string{"CATALOG_MUTATE_DENY not_found iceberg/catalog:table:sales.other:rename"}},
		{name: "rename elsewhere", method: "POST", path: renamePath, body: move(orders, `{"namespace":["eu"],"name":"orders"}`),
			status: 406, want: []string{"CATALOG_MUTATE_DENY cross_namespace iceberg/catalog:table:sales.orders:rename"}},

		{name: "commit", method: "POST", path: ordersPath, body: setOwner,
			status: 200, want: []string{"ICEBERG_COMMIT commit_success iceberg/commit:sales.orders"}},
		{name: "commit stale", method: "POST", path: ordersPath, body: `{` + stale + `}`,
			status: 409, want: []string{"ICEBERG_COMMIT_DENY requirements_failed iceberg/commit:sales.orders"}},
		{name: "commit bad JSON", method: "POST", path: ordersPath, body: `{} {}`,
			status: 400, want: []string{"ICEBERG_COMMIT_DENY invalid_request iceberg/commit:sales.orders"}},
		{name: "commit unknown update", method: "POST", path: ordersPath, body: `{"updates":[{"action":"explode"}]}`,
			status: 400, want: []string{"ICEBERG_COMMIT_DENY invalid_request iceberg/commit:sales.orders"}},
		{name: "commit impossible update", method: "POST", path: ordersPath, body: `{"updates":[{"action":"set-current-schema","schema-id":7}]}`,
			status: 400, want: []string{"ICEBERG_COMMIT_DENY invalid_update iceberg/commit:sales.orders"}},
		{name: "commit moves the metadata out", method: "POST", path: ordersPath,
			body:   `{"updates":[{"action":"set-properties","updates":{"write.metadata.path":"file:///etc"}}]}`,
			status: 400, want: []string{"ICEBERG_COMMIT_DENY invalid_update iceberg/commit:sales.orders"}},
		{name: "commit to another table than the path", method: "POST", path: ordersPath, body: in("other", change),
			status: 400, want: []string{"ICEBERG_COMMIT_DENY identifier_mismatch iceberg/commit:sales.orders"}},
		{name: "commit missing", method: "POST", path: salesTables + "/nothing", body: setOwner,
			status: 404, want: []string{"ICEBERG_COMMIT_DENY table_not_found iceberg/commit:sales.nothing"}},
		{name: "commit read-only", readOnly: true, method: "POST", path: ordersPath, body: setOwner,
			status: 403, want: []string{"ICEBERG_COMMIT_DENY writes_disabled iceberg/commit:sales.orders"}},

		{name: "transaction of one", method: "POST", path: txPath, body: `{"table-changes":[` + in("orders", change) + `]}`,
			status: 204, want: []string{"ICEBERG_COMMIT commit_success iceberg/commit:sales.orders"}},
		{name: "transaction aborted", method: "POST", path: txPath, body: `{"table-changes":[` + in("orders", change) + `,` + in("nothing", change) + `]}`,
			status: 404, want: []string{
				"ICEBERG_COMMIT_DENY transaction_aborted iceberg/commit:sales.orders",
				"ICEBERG_COMMIT_DENY table_not_found iceberg/commit:sales.nothing"}},
		{name: "transaction names a table twice", method: "POST", path: txPath, body: `{"table-changes":[` + in("orders", change) + `,` + in("orders", change) + `]}`,
			status: 400, want: []string{
				"ICEBERG_COMMIT_DENY transaction_aborted iceberg/commit:sales.orders",
				"ICEBERG_COMMIT_DENY identifier_mismatch iceberg/commit:sales.orders"}},
		{name: "transaction empty", method: "POST", path: txPath, body: `{"table-changes":[]}`,
			status: 400, want: []string{"ICEBERG_COMMIT_DENY invalid_request iceberg/commit:[REJECTED:grammar]"}},

		{name: "vend", provider: signer, method: "GET", path: ordersPath + "/credentials",
			status: 200, want: []string{"CRED_VEND_ALLOW credentials_vended iceberg/table:sales.orders"}},
		{name: "vend denied", provider: denying, method: "GET", path: ordersPath + "/credentials",
			status: 403, want: []string{"CRED_VEND_DENY access_denied iceberg/table:sales.orders"}},
		{name: "vend fails", provider: failing, method: "GET", path: ordersPath + "/credentials",
			status: 502, want: []string{"CRED_VEND_DENY provider_error iceberg/table:sales.orders"}},
		{name: "vend nothing", provider: empty, method: "GET", path: ordersPath + "/credentials",
			status: 502, want: []string{"CRED_VEND_DENY no_credentials iceberg/table:sales.orders"}},
		{name: "vend switched off", method: "GET", path: ordersPath + "/credentials",
			status: 400, want: []string{"CRED_VEND_DENY vending_disabled iceberg/table:sales.orders"}},
		{name: "vend by remote signing", provider: signer, method: "GET", path: ordersPath + "/credentials",
			headers: []string{"X-Iceberg-Access-Delegation", "remote-signing"},
			status:  400, want: []string{"CRED_VEND_DENY unsupported_delegation iceberg/table:sales.orders"}},
		{name: "vend for a missing table", provider: signer, method: "GET", path: salesTables + "/nothing/credentials",
			status: 404, want: []string{"CRED_VEND_DENY table_not_found iceberg/table:sales.nothing"}},
		{name: "load asks for nothing", provider: signer, method: "GET", path: ordersPath, status: 200},
		{name: "load asks", provider: signer, method: "GET", path: ordersPath, headers: vended,
			status: 200, want: []string{"CRED_VEND_ALLOW credentials_vended iceberg/table:sales.orders"}},
		{name: "load is denied the credential", provider: denying, method: "GET", path: ordersPath, headers: vended,
			status: 200, want: []string{"CRED_VEND_DENY access_denied iceberg/table:sales.orders"}},

		{name: "metrics", method: "POST", path: ordersPath + "/metrics", body: `{"report-type":"scan-report"}`, status: 204},
		{name: "metrics of an unknown type", method: "POST", path: ordersPath + "/metrics", body: `{"report-type":"x"}`, status: 400},
		{name: "list", method: "GET", path: salesTables, status: 200},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			h := seededReadOnly(t, catalog.Config{Provider: test.provider}, test.readOnly)
			got := h.send(test.method, test.path, test.body, test.headers...)
			assert.Equal(t, test.status, got.status, got.body)
			var ids, said []string
			for _, r := range h.decisions() {
				ids = append(ids, r.ID.String())
				said = append(said, r.ActionName+" "+r.Reason+" "+withoutUUID(r.Resource))
			}
			assert.Equal(t, test.want, said)
			assert.ElementsMatch(t, ids, got.decided)
		})
	}
}

// Nothing leaves and nothing changes when the allow event is not accepted.
func TestDecisionFailsClosed(t *testing.T) {
	tests := []struct{ name, method, path, body string }{
		{"vend", "GET", ordersPath + "/credentials", ""},
		{"commit", "POST", ordersPath, setOwner},
		{"transaction", "POST", txPath, `{"table-changes":[{"identifier":{"namespace":["sales"],"name":"orders"},` + setOwner[1:] + `]}`},
		{"create table", "POST", salesTables, `{"name":"new",` + tableBody[len(`{"name":"orders",`):]},
		{"drop table", "DELETE", ordersPath, ""},
		{"create namespace", "POST", namespaces, `{"namespace":["new"]}`},
		{"drop namespace", "DELETE", namespaces + "/empty", ""},
		{"rename", "POST", renamePath, `{"source":{"namespace":["sales"],"name":"orders"},"destination":{"namespace":["sales"],"name":"new"}}`},
		{"properties", "POST", namespaces + "/sales/properties", `{"updates":{"a":"b"}}`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			h := seeded(t, catalog.Config{Provider: catalog.NewSigner(), Patience: 50 * time.Millisecond})
			require.Equal(t, http.StatusOK, h.send("POST", namespaces, `{"namespace":["empty"]}`).status)
			state := func() []string {
				return []string{h.send("GET", ordersPath, "").body, h.send("GET", namespaces, "").body,
					h.send("GET", salesTables, "").body, h.send("GET", namespaces+"/sales", "").body}
			}
			before, files := state(), h.metadataFiles()
			h.trail.Stall()

			got := h.send(test.method, test.path, test.body)

			assert.Equal(t, http.StatusServiceUnavailable, got.status)
			assert.NotEmpty(t, got.header.Get("Retry-After"))
			assert.NotContains(t, got.body, "local.")
			assert.Equal(t, before, state())
			assert.Equal(t, files, h.metadataFiles(), "a metadata file was left behind")
		})
	}
}

// A load that is to carry a credential fails as a whole when the vending cannot be recorded.
func TestDecisionFailsClosedOnLoad(t *testing.T) {
	h := seeded(t, catalog.Config{Provider: catalog.NewSigner(), Patience: 50 * time.Millisecond})
	h.trail.Stall()
	got := h.send("GET", ordersPath, "", "X-Iceberg-Access-Delegation", "vended-credentials")
	assert.Equal(t, http.StatusServiceUnavailable, got.status)
	assert.NotContains(t, got.body, "local.")
}

// An event whose acceptance is unknown counts as refused: nothing changes, and no second event is emitted.
func TestDecisionUnknownChangesNothing(t *testing.T) {
	h := newHarness(t, catalog.Config{Patience: 20 * time.Millisecond})
	h.trail.Stall()
	assert.Equal(t, http.StatusServiceUnavailable, h.send("POST", namespaces, `{"namespace":["new"]}`).status)
	h.trail.Resume()
	assert.Equal(t, http.StatusNotFound, h.send("GET", namespaces+"/new", "").status)
	events := h.decisions()
	require.Len(t, events, 1)
	assert.Equal(t, "CATALOG_MUTATE", events[0].ActionName)
}
