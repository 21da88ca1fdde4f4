package audit_test

import (
	"strings"
	"testing"

	"github.com/daxis-io/arco-audit/audit"
	"github.com/daxis-io/arco-audit/redact"
	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A name can be harmless by itself and a secret where it is written: a line end in a token is one that broke a full
// line. Wherever it is written it is withheld.
func TestNameThatIsASecretWhereItIsWritten(t *testing.T) {
	const name = "dapi" + "48c1\r" + "f7390b2e6d15a84c9e03b7f261d5 (old)"
	_, alone := redact.Scan(name)
	require.False(t, alone)
	filler := strings.Repeat("warehouse ", 5)[2:]
	levels := []string{filler, name}
	table, namespace := audit.NewTable(levels[:1], name, uuid.Nil), audit.NewNamespace(levels)

	trail, c := recording(t)
	ctx := anonymous(t.Context())
	for _, e := range []audit.Event{
		audit.AuthDeny(audit.HTTPOperation("GET", "/"+filler+name), 0),
		audit.IcebergCommitDeny(table, 0),
		audit.CatalogMutate(audit.CreateNamespace(namespace)),
		audit.CatalogMutate(audit.RenameTable(orders(1), audit.NewTable([]string{filler, filler}, name, uuid.Nil))),
		audit.ControlStoreDeny(audit.NewResource("a-kind-with-a-name-that-is-as-long-as-they-get", name), 0, 0),
	} {
		_, err := trail.Emit(ctx, e)
		require.NoError(t, err)
	}
	in, err := trail.Begin(ctx, audit.Committing(table))
	require.NoError(t, err)
	in.Abandon()
	require.NoError(t, trail.Flush(ctx))
	all := append(c.all(), c.of(audit.ActionDecisionBegun)...)
	require.Len(t, all, 6)
	const withheld = "[REDACTED:databricks-token]"
	for i, want := range []struct{ field, name string }{
		{"resource", withheld}, {"resource", "iceberg/commit:" + withheld}, {"resource", "iceberg/catalog:namespace:" + withheld + ":create"},
		{"details.destination", withheld},
		{"resource", "control-store/a-kind-with-a-name-that-is-as-long-as-they-get:" + withheld + ":unspecified"},
		{"details.resource", "iceberg/commit:" + withheld},
	} {
		f := decode(t, all[i])
		assert.NotContains(t, all[i].JSON(), "48c1")
		assert.Equal(t, []string{want.field + " databricks-token"}, f.redactions())
		at, of, _ := strings.Cut(want.field, ".")
		if of == "" {
			assert.Equal(t, want.name, f.data()[at])
		} else {
			assert.Equal(t, want.name, f.details()[of])
		}
	}
}
