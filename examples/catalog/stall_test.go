package catalog_test

import (
	"context"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/daxis-io/arco-audit/audit"
	"github.com/daxis-io/arco-audit/examples/catalog"
)

// A client that gives up while its request waits for a name that another change holds has made no change, and its
// refusal is on record.
func TestWaitingForANameEndsWithTheClient(t *testing.T) {
	h := seeded(t, catalog.Config{})
	location := h.file("x/v1.metadata.json", h.metadata())
	holder := make(chan response, 1)
	held := h.trail.Hold(audit.ActionCatalogMutate)
	go func() {
		// It holds the namespace and both names until its event is accepted.
		holder <- h.send("POST", renamePath, `{"source":{"namespace":["sales"],"name":"orders"},"destination":{"namespace":["sales"],"name":"other"}}`)
	}()
	<-held
	var wg sync.WaitGroup
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	waiting := []struct{ method, path, body, want string }{
		{"POST", namespaces, `{"namespace":["sales"]}`, "CATALOG_MUTATE_DENY internal_error iceberg/catalog:namespace:sales:create"},
		{"DELETE", namespaces + "/sales", "", "CATALOG_MUTATE_DENY internal_error iceberg/catalog:namespace:sales:drop"},
		{"POST", namespaces + "/sales/properties", `{"updates":{"a":"b"}}`, "CATALOG_MUTATE_DENY internal_error iceberg/catalog:namespace:sales:properties"},
		{"POST", salesTables, strings.Replace(tableBody, "orders", "third", 1), "CATALOG_MUTATE_DENY internal_error iceberg/catalog:table:sales.third:create"},
		{"POST", namespaces + "/sales/register", register("again", location), "CATALOG_MUTATE_DENY internal_error iceberg/catalog:table:sales.again:register"},
		{"POST", renamePath, `{"source":{"namespace":["sales"],"name":"orders"},"destination":{"namespace":["sales"],"name":"fourth"}}`, "CATALOG_MUTATE_DENY internal_error iceberg/catalog:table:sales.orders:rename"},
		{"DELETE", ordersPath, "", "CATALOG_MUTATE_DENY internal_error iceberg/catalog:table:sales.orders:drop"},
		{"POST", ordersPath, setOwner, "ICEBERG_COMMIT_DENY internal_error iceberg/commit:sales.orders"},
		{"POST", txPath, `{"table-changes":[{"identifier":{"namespace":["sales"],"name":"orders"},` + setOwner[1:] + `]}`, "ICEBERG_COMMIT_DENY internal_error iceberg/commit:sales.orders"},
	}
	for _, one := range waiting {
		r, err := http.NewRequestWithContext(ctx, one.method, h.url+one.path, strings.NewReader(one.body))
		require.NoError(t, err)
		r.Header.Set("Authorization", "Bearer "+h.token(nil))
		wg.Go(func() {
			got, err := http.DefaultClient.Do(r)
			if err == nil {
				got.Body.Close()
			}
			assert.ErrorIs(t, err, context.DeadlineExceeded, one.want)
		})
	}
	wg.Wait()
	h.trail.Await(len(waiting))
	h.trail.Resume()
	assert.Equal(t, http.StatusNoContent, (<-holder).status)
	said := told(h.decisions())
	assert.Len(t, said, 1+len(waiting))
	for _, one := range waiting {
		assert.Contains(t, said, one.want)
	}
}

// A commit that waited for another one goes on when that is made, and finds that the table is no longer what it began
// with.
func TestCommitThatWaitedConflicts(t *testing.T) {
	h := seeded(t, catalog.Config{})
	held := h.trail.Hold(audit.ActionDecisionBegun)
	first, second := make(chan response, 1), make(chan response, 1)
	go func() { first <- h.send("POST", ordersPath, setOwner) }()
	<-held
	go func() { second <- h.send("POST", ordersPath, setOwner) }()
	require.Eventually(t, waitsForAName, 30*time.Second, time.Millisecond)
	h.trail.Resume()
	assert.Equal(t, http.StatusOK, (<-first).status)
	assert.Equal(t, http.StatusConflict, (<-second).status)
	assert.ElementsMatch(t, []string{"ICEBERG_COMMIT commit_success iceberg/commit:sales.orders", "ICEBERG_COMMIT_DENY cas_conflict iceberg/commit:sales.orders"}, told(h.decisions()))
}

// waitsForAName reports whether a request waits for a name that another change holds.
func waitsForAName() bool {
	stacks := make([]byte, 1<<20)
	return strings.Contains(string(stacks[:runtime.Stack(stacks, true)]), "catalog.(*locks).one")
}

// A transaction of which not every intent is accepted is refused as a whole, each table on record.
func TestTransactionThatCannotBegin(t *testing.T) {
	h := seeded(t, catalog.Config{Patience: 100 * time.Millisecond})
	require.Equal(t, http.StatusOK, h.send("POST", salesTables, strings.Replace(tableBody, "orders", "items", 1)).status)
	h.decisions()
	h.taken = nil
	before, files := h.send("GET", ordersPath, "").body, h.metadataFiles()
	change := func(table string) string {
		return `{"identifier":{"namespace":["sales"],"name":"` + table + `"},` + setOwner[1:]
	}
	h.trail.StallAfter(audit.ActionDecisionBegun)
	got := h.send("POST", txPath, `{"table-changes":[`+change("orders")+`,`+change("items")+`]}`)
	assert.Equal(t, http.StatusServiceUnavailable, got.status)
	h.trail.Resume()
	assert.Equal(t, before, h.send("GET", ordersPath, "").body)
	assert.Equal(t, files, h.metadataFiles())
	assert.Equal(t, []string{"ICEBERG_COMMIT_DENY transaction_aborted iceberg/commit:sales.orders"}, told(h.decisions()))
}

// What was decided is told again only when that is recorded.
func TestKeyIsNotRepeatedOffTheRecord(t *testing.T) {
	h := seeded(t, catalog.Config{Patience: 50 * time.Millisecond})
	key := newKey(t)
	require.Equal(t, http.StatusOK, h.send("POST", ordersPath, setOwner, keyHeader, key).status)
	h.trail.Stall()
	got := h.send("POST", ordersPath, setOwner, keyHeader, key)
	assert.Equal(t, http.StatusServiceUnavailable, got.status)
	assert.NotContains(t, got.body, "metadata")
	h.trail.Resume()
	assert.Equal(t, http.StatusOK, h.send("POST", ordersPath, setOwner, keyHeader, key).status)
}

func TestKeyIsForgottenAfterItsLife(t *testing.T) {
	h := seeded(t, catalog.Config{KeyLifetime: time.Nanosecond})
	key := newKey(t)
	for range 2 {
		require.Equal(t, http.StatusOK, h.send("POST", ordersPath, setOwner, keyHeader, key).status)
	}
	assert.NotContains(t, strings.Join(told(h.decisions()), "\n"), "again")
	assert.Equal(t, 3, h.metadataFiles())
}

// A table that is made with a credential is two decisions. A credential that cannot be recorded is left out, for the
// table is there.
func TestCreateLendsACredential(t *testing.T) {
	vended := []string{"X-Iceberg-Access-Delegation", "vended-credentials"}
	made := strings.Replace(tableBody, "orders", "new", 1)
	t.Run("made", func(t *testing.T) {
		asked := 0
		h := seeded(t, catalog.Config{Provider: providerFunc(func(r catalog.StorageRequest) (catalog.StorageCredential, error) {
			asked++
			return catalog.NewSigner().Vend(t.Context(), r)
		})})
		key := append(vended, keyHeader, newKey(t))
		first := h.send("POST", salesTables, made, key...)
		assert.Contains(t, first.body, "local.token")
		assert.Equal(t, []string{"CATALOG_MUTATE granted iceberg/catalog:table:sales.new:create", "CRED_VEND_ALLOW credentials_vended iceberg/table:sales.new"}, told(h.decisions()))
		h.taken = nil
		second := h.send("POST", salesTables, made, key...)
		assert.Contains(t, second.body, "local.token")
		assert.Equal(t, 2, asked, "a credential is not kept: the second is another one")
		assert.Equal(t, []string{"CATALOG_MUTATE granted iceberg/catalog:table:sales.new:create again", "CRED_VEND_ALLOW credentials_vended iceberg/table:sales.new"}, told(h.decisions()))
	})
	t.Run("staged", func(t *testing.T) {
		h := seeded(t, catalog.Config{Provider: catalog.NewSigner()})
		got := h.send("POST", salesTables, `{"stage-create":true,`+made[1:], vended...)
		assert.Contains(t, got.body, "local.token")
		assert.Equal(t, []string{"CRED_VEND_ALLOW credentials_vended iceberg/table:sales.new"}, told(h.decisions()))
	})
	t.Run("not recorded", func(t *testing.T) {
		h := seeded(t, catalog.Config{Provider: catalog.NewSigner(), Patience: 100 * time.Millisecond})
		h.trail.StallAfter(audit.ActionCatalogMutate)
		got := h.send("POST", salesTables, made, vended...)
		assert.Equal(t, http.StatusOK, got.status)
		assert.NotContains(t, got.body, "local.")
		h.trail.Resume()
		assert.Equal(t, http.StatusOK, h.send("GET", salesTables+"/new", "").status)
	})
}
