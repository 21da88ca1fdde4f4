package catalog_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/daxis-io/arco-audit/examples/catalog"
)

// nodeClient installs the client's packages in a directory that the test removes. They come from the npm registry, so
// it is done only where everything is demanded.
func nodeClient(t *testing.T) (script string) {
	t.Helper()
	if os.Getenv("ARCO_AUDIT_DEMAND") != "all" {
		t.Skip("not tested: the client comes from the npm registry; set ARCO_AUDIT_DEMAND=all")
	}
	dir := t.TempDir()
	require.NoError(t, os.CopyFS(dir, os.DirFS("testdata/icebergjs")))
	npm(t, "npm", "ci", "--prefix", dir, "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
	return filepath.Join(dir, "client.mjs")
}

// npm runs a command to its end and returns the lines that it printed.
func npm(t *testing.T, command ...string) []string {
	t.Helper()
	var complaints bytes.Buffer
	cmd := exec.CommandContext(t.Context(), command[0], command[1:]...)
	cmd.Stderr = &complaints
	out, err := cmd.Output()
	require.NoError(t, err, "%s: %s%s", command[0], out, complaints.String())
	return strings.Split(strings.TrimSpace(string(out)), "\n")
}

// A second client, independent of the first, lives a table's whole life, and every decision about it is on record once.
func TestIcebergJS(t *testing.T) {
	h := newHarness(t, catalog.Config{Provider: catalog.NewSigner()})
	lines := npm(t, "node", nodeClient(t), h.url, h.token(nil))
	assert.Equal(t, []string{"config", "namespaces", "pages", "tables", "commits", "idempotency", "credentials", "names", "ends"}, lines)
	const on, off = "CATALOG_MUTATE granted iceberg/catalog:", "CATALOG_MUTATE_DENY "
	const made, vended = "ICEBERG_COMMIT commit_success iceberg/commit:sales.orders", "CRED_VEND_ALLOW credentials_vended iceberg/table:"
	assert.Equal(t, []string{
		on + "namespace:sales:create", off + "already_exists iceberg/catalog:namespace:sales:create", on + "namespace:sales.eu:create",
		off + "already_exists iceberg/catalog:namespace:sales:create", on + "namespace:sales:properties",
		on + "namespace:a:create", on + "namespace:b:create", on + "namespace:c:create", on + "namespace:a:drop", on + "namespace:b:drop", on + "namespace:c:drop",
		on + "table:sales.orders:create", off + "already_exists iceberg/catalog:table:sales.orders:create",
		made + ":seq=1", "ICEBERG_COMMIT_DENY requirements_failed iceberg/commit:sales.orders", "ICEBERG_COMMIT_DENY guarded_property iceberg/commit:sales.orders",
		made, made + " again", "ICEBERG_COMMIT_DENY idempotency_key_reused iceberg/commit:sales.orders",
		vended + "sales.orders", on + "table:sales.lent:create", vended + "sales.lent", on + "table:sales.lent:drop",
		on + "table:sales.orders:rename", off + "cross_namespace iceberg/catalog:table:sales.archive:rename", on + "table:sales.eu.again:register",
		off + "not_empty iceberg/catalog:namespace:sales:drop", off + "purge_refused iceberg/catalog:table:sales.archive:drop",
		on + "table:sales.eu.again:drop", on + "table:sales.archive:drop", on + "namespace:sales.eu:drop", on + "namespace:sales:drop",
	}, told(h.decisions()))
	for _, e := range h.events() {
		assert.NotContains(t, e.JSON, "2024-01-01", "no value of a partition is on record")
	}
}
