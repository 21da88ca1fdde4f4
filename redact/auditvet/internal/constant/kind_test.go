package constant

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/daxis-io/arco-audit/audit"
)

// TestBuiltInNames compares what the analyzer takes for built-in with package audit's own table: the tool is not built
// with that package.
func TestBuiltInNames(t *testing.T) {
	var names, known []string
	seen := map[string]bool{}
	for _, a := range append(audit.Actions(), audit.ActionOther) {
		names = append(names, a.String())
		if c := strings.ToLower(a.Category().String()); !seen[c] {
			seen[c] = true
			known = append(known, c)
		}
	}
	assert.ElementsMatch(t, names, builtIn)
	assert.ElementsMatch(t, known, categories)
}
