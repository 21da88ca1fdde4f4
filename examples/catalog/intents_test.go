package catalog_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/daxis-io/arco-audit/examples/catalog"
)

// Every intent of a transaction is accepted before the first of its commits is recorded, and each commit ends its own.
func TestTransactionBeginsAllBeforeItRecordsAny(t *testing.T) {
	h := seeded(t, catalog.Config{})
	require.Equal(t, http.StatusOK, h.send("POST", salesTables, strings.Replace(tableBody, "orders", "items", 1)).status)
	change := func(table string) string {
		return `{"identifier":{"namespace":["sales"],"name":"` + table + `"},` + setOwner[1:]
	}
	got := h.send("POST", txPath, `{"table-changes":[`+change("orders")+`,`+change("items")+`]}`)
	require.Equal(t, http.StatusNoContent, got.status, got.body)
	var said, begun []string
	for _, r := range h.events() {
		resource := r.Details.Get("resource")
		switch r.ActionName {
		case "DECISION_BEGUN":
			begun = append(begun, r.ID.String())
			said = append(said, "begun "+resource)
		case "ICEBERG_COMMIT":
			require.Len(t, begun, 2)
			assert.Equal(t, begun[len(said)-2], r.Details.Get("intentId"))
			said = append(said, "made "+r.Resource)
		}
	}
	assert.Equal(t, []string{
		"begun iceberg/commit:sales.orders", "begun iceberg/commit:sales.items",
		"made iceberg/commit:sales.orders", "made iceberg/commit:sales.items",
	}, said)
}
