package auditread_test

import (
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/daxis-io/arco-audit/audit/auditread"
)

// TestContractListsItsFiles keeps the table of the contract complete: what it does not name, no consumer finds.
func TestContractListsItsFiles(t *testing.T) {
	about, err := os.ReadFile("contract/README.md")
	require.NoError(t, err)
	entries, err := os.ReadDir("contract")
	require.NoError(t, err)
	for _, e := range entries {
		name := e.Name()
		if e.IsDir() {
			name += "/"
		}
		assert.True(t, name == "README.md" || strings.Contains(string(about), "`"+name), "%s is not in the table", name)
	}
}

// TestEveryVectorHasItsLeaf holds the vectors of all stores to the hash of their bytes and to each other: one event has
// one leaf, wherever it lies.
func TestEveryVectorHasItsLeaf(t *testing.T) {
	paths, err := filepath.Glob("contract/*vectors.json")
	require.NoError(t, err)
	require.Len(t, paths, 2)
	leaves := map[string]string{} // by file and name
	stores := map[string]int{}
	for _, path := range paths {
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		var list []struct{ Name, Store, Canonical, Leaf string }
		require.NoError(t, json.Unmarshal(text, &list))
		for _, v := range list {
			stores[v.Store]++
			if v.Canonical == "" {
				assert.Empty(t, v.Leaf, v.Name)
				continue
			}
			leaf := auditread.LeafOf(v.Canonical)
			assert.Equal(t, hex.EncodeToString(leaf[:]), v.Leaf, "%s %s", v.Name, v.Store)
			_, err := auditread.Decode(v.Canonical)
			require.NoError(t, err)
			key := path + " " + v.Name
			if other, has := leaves[key]; has {
				assert.Equal(t, other, v.Leaf, "%s %s", v.Name, v.Store)
			}
			leaves[key] = v.Leaf
		}
	}
	for _, store := range []string{"pubsub-binary", "pubsub-structured", "json-lines", "log-entry", "log-analytics", "bigquery", "agent"} {
		assert.Greater(t, stores[store], 5, store)
	}
}
