package catalog_test

import (
	"net/http"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/daxis-io/arco-audit/audit/auditread"
	"github.com/daxis-io/arco-audit/examples/catalog"
)

// Commits that race without requirements still cannot overwrite each other: who answers 200 is in the table.
func TestCommitRaceLosesNoUpdate(t *testing.T) {
	h := seeded(t, catalog.Config{})
	const writers = 16
	statuses := make([]int, writers)
	var wg sync.WaitGroup
	for i := range writers {
		wg.Go(func() {
			key := string(rune('a' + i))
			statuses[i] = h.send("POST", ordersPath,
				`{"requirements":[],"updates":[{"action":"set-properties","updates":{"won-`+key+`":"1"}}]}`).status
		})
	}
	wg.Wait()
	loaded := h.send("GET", ordersPath, "").body
	won := 0
	for i, status := range statuses {
		key := `"won-` + string(rune('a'+i)) + `":"1"`
		if status == http.StatusOK {
			won++
			assert.Contains(t, loaded, key)
			continue
		}
		assert.Equal(t, http.StatusConflict, status)
		assert.NotContains(t, loaded, key)
	}
	assert.Positive(t, won)
	assert.Equal(t, 1+won, h.metadataFiles(), "a lost commit left its metadata file")
	actions := map[string]int{}
	for _, r := range h.decisions() {
		actions[r.ActionName+" "+r.Reason]++
	}
	want := map[string]int{"ICEBERG_COMMIT commit_success": won}
	if won < writers {
		want["ICEBERG_COMMIT_DENY cas_conflict"] = writers - won
	}
	assert.Equal(t, want, actions)
}

func TestCommitAnswersWithWhatALoadFinds(t *testing.T) {
	h := seeded(t, catalog.Config{})
	committed := h.send("POST", ordersPath, setOwner)
	require.Equal(t, http.StatusOK, committed.status)
	loaded := h.send("GET", ordersPath, "")
	var first, second struct {
		Location string         `json:"metadata-location"`
		Metadata map[string]any `json:"metadata"`
	}
	unmarshal(t, committed.body, &first)
	unmarshal(t, loaded.body, &second)
	assert.Equal(t, first, second)
	assert.Equal(t, map[string]any{"owner": "ada"}, first.Metadata["properties"])
}

// All tables of a transaction move or none, and their events say that they belong together.
func TestTransactionIsAtomic(t *testing.T) {
	h := seeded(t, catalog.Config{})
	require.Equal(t, http.StatusOK, h.send("POST", salesTables, `{"name":"items",`+tableBody[len(`{"name":"orders",`):]).status)
	change := func(name, requirement string) string {
		return `{"identifier":{"namespace":["sales"],"name":"` + name + `"},"requirements":[` + requirement +
			`],"updates":[{"action":"set-properties","updates":{"tx":"1"}}]}`
	}
	stale := `{"type":"assert-last-assigned-field-id","last-assigned-field-id":99}`
	before := h.send("GET", ordersPath, "").body
	require.Equal(t, http.StatusConflict, h.send("POST", txPath, `{"table-changes":[`+change("orders", "")+`,`+change("items", stale)+`]}`).status)
	assert.Equal(t, before, h.send("GET", ordersPath, "").body)

	require.Equal(t, http.StatusNoContent, h.send("POST", txPath, `{"table-changes":[`+change("orders", "")+`,`+change("items", "")+`]}`).status)
	assert.Contains(t, h.send("GET", ordersPath, "").body, `"tx":"1"`)
	assert.Contains(t, h.send("GET", salesTables+"/items", "").body, `"tx":"1"`)

	var last []auditread.Entry
	for _, r := range h.decisions() {
		if r.ActionName == "ICEBERG_COMMIT" {
			last = append(last, r)
		}
	}
	require.Len(t, last, 2)
	assert.NotEmpty(t, last[0].Details.Get("transactionId"))
	assert.Equal(t, last[0].Details.Get("transactionId"), last[1].Details.Get("transactionId"))
	assert.NotEqual(t, last[0].Details, last[1].Details, "the events of one transaction are numbered")
}
