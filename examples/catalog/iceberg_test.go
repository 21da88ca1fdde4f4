package catalog_test

import (
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/apache/iceberg-go"
	icebergcatalog "github.com/apache/iceberg-go/catalog"
	"github.com/apache/iceberg-go/table"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/daxis-io/arco-audit/examples/catalog"
)

// rows are three of the table that the test makes.
func rows(t *testing.T) arrow.Table {
	t.Helper()
	schema := arrow.NewSchema([]arrow.Field{{Name: "id", Type: arrow.PrimitiveTypes.Int64}, {Name: "city", Type: arrow.BinaryTypes.String, Nullable: true}}, nil)
	data, err := array.TableFromJSON(memory.DefaultAllocator, schema, []string{`[{"id":1,"city":"Ulm"},{"id":2,"city":"Ulm"},{"id":3,"city":"Kiel"}]`})
	require.NoError(t, err)
	t.Cleanup(data.Release)
	return data
}

// Apache's own client lives a table's whole life: made, written, read, changed alone and with another, renamed, dropped.
func TestIcebergGo(t *testing.T) {
	h := newHarness(t, catalog.Config{Provider: catalog.NewSigner()})
	ctx, client := t.Context(), h.client()
	require.NoError(t, client.CreateNamespace(ctx, table.Identifier{"sales"}, iceberg.Properties{"owner": "ada"}))
	schema := iceberg.NewSchema(0,
		iceberg.NestedField{ID: 1, Name: "id", Type: iceberg.PrimitiveTypes.Int64, Required: true},
		iceberg.NestedField{ID: 2, Name: "city", Type: iceberg.PrimitiveTypes.String})
	orders, items, archive := table.Identifier{"sales", "orders"}, table.Identifier{"sales", "items"}, table.Identifier{"sales", "archive"}
	made, err := client.CreateTable(ctx, orders, schema)
	require.NoError(t, err)
	_, err = client.CreateTable(ctx, orders, schema)
	require.ErrorIs(t, err, icebergcatalog.ErrTableAlreadyExists)
	_, err = client.CreateTable(ctx, items, schema, icebergcatalog.WithStagedUpdates(table.NewSetPropertiesUpdate(iceberg.Properties{"owner": "grace"})))
	require.NoError(t, err)

	_, err = made.AppendTable(ctx, rows(t), 3, nil)
	require.NoError(t, err)
	written, err := client.LoadTable(ctx, orders)
	require.NoError(t, err)
	scanned, err := written.Scan(table.WithRowFilter(iceberg.EqualTo(iceberg.Reference("city"), "Ulm"))).ToArrowTable(ctx)
	require.NoError(t, err)
	defer scanned.Release()
	assert.EqualValues(t, 2, scanned.NumRows())
	_, err = made.AppendTable(ctx, rows(t), 3, nil)
	require.ErrorIs(t, err, table.ErrCommitFailed, "it is of before the first append")

	both, err := icebergcatalog.NewMultiTableTransaction(client)
	require.NoError(t, err)
	for _, id := range []table.Identifier{orders, items} {
		one, err := client.LoadTable(ctx, id)
		require.NoError(t, err)
		tx := one.NewTransaction()
		require.NoError(t, tx.SetProperties(iceberg.Properties{"month": "2026-01"}))
		require.NoError(t, both.AddTransaction(tx))
	}
	require.NoError(t, both.Commit(ctx))

	_, err = client.RenameTable(ctx, orders, archive)
	require.NoError(t, err)
	require.ErrorIs(t, client.DropNamespace(ctx, table.Identifier{"sales"}), icebergcatalog.ErrNamespaceNotEmpty)
	require.NoError(t, client.DropTable(ctx, archive))
	require.NoError(t, client.DropTable(ctx, items))
	require.NoError(t, client.DropNamespace(ctx, table.Identifier{"sales"}))

	const on, off = "CATALOG_MUTATE granted iceberg/catalog:", "CATALOG_MUTATE_DENY "
	const committed, vended = "ICEBERG_COMMIT commit_success iceberg/commit:sales.", "CRED_VEND_ALLOW credentials_vended iceberg/table:sales."
	assert.Equal(t, []string{
		on + "namespace:sales:create", on + "table:sales.orders:create", vended + "orders", off + "already_exists iceberg/catalog:table:sales.orders:create",
		vended + "items", committed + "items", // staged, then made
		committed + "orders:seq=1", vended + "orders", "ICEBERG_COMMIT_DENY requirements_failed iceberg/commit:sales.orders",
		vended + "orders", vended + "items", committed + "orders", committed + "items",
		on + "table:sales.orders:rename", vended + "archive", off + "not_empty iceberg/catalog:namespace:sales:drop",
		on + "table:sales.archive:drop", on + "table:sales.items:drop", on + "namespace:sales:drop",
	}, told(h.decisions()), "the client asks for credentials with every table")
}
