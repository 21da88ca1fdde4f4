package catalog_test

import (
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/daxis-io/arco-audit/audit"
	"github.com/daxis-io/arco-audit/audit/auditread"
	"github.com/daxis-io/arco-audit/examples/catalog"
)

const keyHeader = "Idempotency-Key"

func newKey(t *testing.T) string {
	t.Helper()
	id, err := uuid.NewV7()
	require.NoError(t, err)
	return id.String()
}

// told is what events say in short, and whether they are told again.
func told(events []auditread.Entry) []string {
	var list []string
	for _, e := range events {
		again := ""
		if e.Details.Get("replay") == "true" {
			again = " again"
		}
		list = append(list, e.ActionName+" "+e.Reason+" "+withoutUUID(e.Resource)+again)
	}
	return list
}

// Every change that comes again with its key is made once, answered alike, and recorded as told again.
func TestKeyMakesAChangeOnce(t *testing.T) {
	orders := `{"namespace":["sales"],"name":"orders"}`
	items := strings.Replace(tableBody, "orders", "items", 1)
	stale := `{"requirements":[{"type":"assert-current-schema-id","current-schema-id":9}],"updates":[]}`
	tests := []struct {
		name, method, path, body string
		status                   int
		first, second            string
	}{
		{"create namespace", "POST", namespaces, `{"namespace":["new"]}`, 200,
			"CATALOG_MUTATE granted iceberg/catalog:namespace:new:create", "CATALOG_MUTATE granted iceberg/catalog:namespace:new:create again"},
		{"create namespace that is there", "POST", namespaces, `{"namespace":["sales"]}`, 409,
			"CATALOG_MUTATE_DENY already_exists iceberg/catalog:namespace:sales:create", "CATALOG_MUTATE_DENY cached_failure iceberg/catalog:namespace:sales:create again"},
		{"drop namespace", "DELETE", namespaces + "/empty", "", 204,
			"CATALOG_MUTATE granted iceberg/catalog:namespace:empty:drop", "CATALOG_MUTATE granted iceberg/catalog:namespace:empty:drop again"},
		{"properties", "POST", namespaces + "/sales/properties", `{"updates":{"a":"b"}}`, 200,
			"CATALOG_MUTATE granted iceberg/catalog:namespace:sales:properties", "CATALOG_MUTATE granted iceberg/catalog:namespace:sales:properties again"},
		{"create table", "POST", salesTables, items, 200,
			"CATALOG_MUTATE granted iceberg/catalog:table:sales.items:create", "CATALOG_MUTATE granted iceberg/catalog:table:sales.items:create again"},
		{"drop table", "DELETE", ordersPath, "", 204,
			"CATALOG_MUTATE granted iceberg/catalog:table:sales.orders:drop", "CATALOG_MUTATE granted iceberg/catalog:table:sales.orders:drop again"},
		{"rename", "POST", renamePath, `{"source":` + orders + `,"destination":{"namespace":["sales"],"name":"other"}}`, 204,
			"CATALOG_MUTATE granted iceberg/catalog:table:sales.orders:rename", "CATALOG_MUTATE granted iceberg/catalog:table:sales.orders:rename again"},
		{"commit", "POST", ordersPath, setOwner, 200,
			"ICEBERG_COMMIT commit_success iceberg/commit:sales.orders", "ICEBERG_COMMIT commit_success iceberg/commit:sales.orders again"},
		{"commit that fails", "POST", ordersPath, stale, 409,
			"ICEBERG_COMMIT_DENY requirements_failed iceberg/commit:sales.orders", "ICEBERG_COMMIT_DENY cached_failure iceberg/commit:sales.orders again"},
		{"transaction", "POST", txPath, `{"table-changes":[{"identifier":` + orders + `,` + setOwner[1:] + `]}`, 204,
			"ICEBERG_COMMIT commit_success iceberg/commit:sales.orders", "ICEBERG_COMMIT commit_success iceberg/commit:sales.orders again"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h := seeded(t, catalog.Config{})
			require.Equal(t, http.StatusOK, h.send("POST", namespaces, `{"namespace":["empty"]}`).status)
			h.taken = nil
			h.trail.Take()
			key := newKey(t)
			first := h.send(tt.method, tt.path, tt.body, keyHeader, key)
			require.Equal(t, tt.status, first.status, first.body)
			require.Equal(t, []string{tt.first}, told(h.decisions()))
			files := h.metadataFiles()
			h.taken = nil

			second := h.send(tt.method, tt.path, tt.body, keyHeader, key)
			assert.Equal(t, first.status, second.status)
			assert.Equal(t, first.body, second.body)
			assert.Equal(t, files, h.metadataFiles(), "a second change was prepared")
			events := h.decisions()
			require.Equal(t, []string{tt.second}, told(events))
			assert.Equal(t, []string{events[0].ID.String()}, second.decided)
		})
	}
}

func TestKeyIsForOneRequest(t *testing.T) {
	h := seeded(t, catalog.Config{})
	key := newKey(t)
	require.Equal(t, http.StatusOK, h.send("POST", ordersPath, setOwner, keyHeader, key).status)
	h.decisions()
	h.taken = nil
	other := strings.Replace(setOwner, "ada", "eve", 1)
	assert.Equal(t, http.StatusConflict, h.send("POST", ordersPath, other, keyHeader, key).status)
	assert.Equal(t, http.StatusConflict, h.send("DELETE", namespaces+"/sales", "", keyHeader, key).status)
	assert.Equal(t, []string{
		"ICEBERG_COMMIT_DENY idempotency_key_reused iceberg/commit:sales.orders",
		"CATALOG_MUTATE_DENY idempotency_key_reused iceberg/catalog:namespace:sales:drop",
	}, told(h.decisions()))
	assert.NotContains(t, h.send("GET", ordersPath, "").body, `"eve"`)
	h.taken = nil
	eve := h.token(func(c *catalog.Claims) { c.Subject = "eve" })
	assert.Equal(t, http.StatusOK, h.send("POST", ordersPath, other, keyHeader, key, "Authorization", "Bearer "+eve).status, "another caller's key is another key")
	assert.Equal(t, []string{"ICEBERG_COMMIT commit_success iceberg/commit:sales.orders"}, told(h.decisions()))
}

func TestKeyIsAUUIDOfVersion7(t *testing.T) {
	h := seeded(t, catalog.Config{})
	key := newKey(t)
	for name, text := range map[string]string{
		"no UUID": "once", "version 4": uuid.NewString(), "braces": "{" + key + "}", "name": "urn:uuid:" + key, "without dashes": strings.ReplaceAll(key, "-", ""),
	} {
		t.Run(name, func(t *testing.T) {
			h.taken = nil
			assert.Equal(t, http.StatusBadRequest, h.send("POST", ordersPath, setOwner, keyHeader, text).status)
			assert.Equal(t, []string{"ICEBERG_COMMIT_DENY invalid_request iceberg/commit:sales.orders"}, told(h.decisions()))
		})
	}
	assert.NotContains(t, h.send("GET", ordersPath, "").body, `"ada"`)
}

// Of two requests with one key at once, one waits for its event and the other is told to come again.
func TestKeyInProgress(t *testing.T) {
	for name, request := range map[string][3]string{
		"commit":           {ordersPath, setOwner, "ICEBERG_COMMIT_DENY commit_in_progress iceberg/commit:sales.orders"},
		"create namespace": {namespaces, `{"namespace":["new"]}`, "CATALOG_MUTATE_DENY request_in_progress iceberg/catalog:namespace:new:create"},
	} {
		t.Run(name, func(t *testing.T) {
			h := seeded(t, catalog.Config{})
			key := newKey(t)
			h.trail.Stall()
			answers := make(chan response, 2)
			for range 2 {
				go func() { answers <- h.send("POST", request[0], request[1], keyHeader, key) }()
			}
			busy := <-answers
			assert.Equal(t, http.StatusServiceUnavailable, busy.status)
			seconds, err := strconv.Atoi(busy.header.Get("Retry-After"))
			require.NoError(t, err)
			assert.Positive(t, seconds)
			h.trail.Resume()
			won := <-answers
			assert.Equal(t, http.StatusOK, won.status)
			assert.Equal(t, won.body, h.send("POST", request[0], request[1], keyHeader, key).body)
			said := told(h.decisions())
			require.Len(t, said, 3)
			assert.Contains(t, said, request[2])
			assert.Equal(t, 1, strings.Count(strings.Join(said, "\n"), " again"))
		})
	}
}

// A commit that was made and may not be recorded stands: the client is left in doubt, and its repetition is told the
// truth without a second commit.
func TestKeyOfACommitThatMayNotBeRecorded(t *testing.T) {
	h := seeded(t, catalog.Config{Patience: 100 * time.Millisecond})
	key := newKey(t)
	h.trail.StallAfter(audit.ActionDecisionBegun)
	got := h.send("POST", ordersPath, setOwner, keyHeader, key)
	assert.Equal(t, http.StatusInternalServerError, got.status)
	assert.Contains(t, got.body, "CommitStateUnknownException")
	h.trail.Resume()
	files := h.metadataFiles()
	again := h.send("POST", ordersPath, setOwner, keyHeader, key)
	assert.Equal(t, http.StatusOK, again.status)
	assert.Equal(t, files, h.metadataFiles())
	said := told(h.decisions())
	assert.Contains(t, said, "ICEBERG_COMMIT commit_success iceberg/commit:sales.orders again")
}

// What the service failed to do is tried again.
func TestKeyOfAFailureOfTheService(t *testing.T) {
	h := seeded(t, catalog.Config{Patience: 50 * time.Millisecond})
	key := newKey(t)
	h.trail.Stall()
	assert.Equal(t, http.StatusServiceUnavailable, h.send("POST", namespaces, `{"namespace":["new"]}`, keyHeader, key).status)
	h.trail.Resume()
	assert.Equal(t, http.StatusOK, h.send("POST", namespaces, `{"namespace":["new"]}`, keyHeader, key).status)
}

func TestKeysAreBounded(t *testing.T) {
	h := seeded(t, catalog.Config{MostKeys: 1})
	require.Equal(t, http.StatusOK, h.send("POST", ordersPath, setOwner, keyHeader, newKey(t)).status)
	h.decisions()
	h.taken = nil
	assert.Equal(t, http.StatusServiceUnavailable, h.send("POST", ordersPath, setOwner, keyHeader, newKey(t)).status)
	assert.Equal(t, []string{"ICEBERG_COMMIT_DENY internal_error iceberg/commit:sales.orders"}, told(h.decisions()))
	assert.Equal(t, http.StatusOK, h.send("POST", ordersPath, setOwner).status, "without a key there is nothing to remember")
}

// Racing repetitions of one request make one commit, whoever of them wins.
func TestKeyRace(t *testing.T) {
	h := seeded(t, catalog.Config{})
	key := newKey(t)
	var wg sync.WaitGroup
	for range 16 {
		wg.Go(func() { h.send("POST", ordersPath, setOwner, keyHeader, key) })
	}
	wg.Wait()
	assert.Equal(t, 2, h.metadataFiles(), "the first and one commit")
	counts := map[string]int{}
	for _, line := range told(h.decisions()) {
		counts[line]++
	}
	assert.Equal(t, 1, counts["ICEBERG_COMMIT commit_success iceberg/commit:sales.orders"])
	assert.Equal(t, 15, counts["ICEBERG_COMMIT commit_success iceberg/commit:sales.orders again"]+
		counts["ICEBERG_COMMIT_DENY commit_in_progress iceberg/commit:sales.orders"])
}
