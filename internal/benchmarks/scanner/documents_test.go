package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"gopkg.in/yaml.v3"
)

// document is a file of rules as Nosey Parker and what was made from it have
// them.
type document struct {
	Rules []struct {
		ID       string
		Examples []string
	}
}

// documentExamples reads the examples of every rule of the YAML files below dir.
func documentExamples(t *testing.T, dir string) (examples []published) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.yml"))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, name := range files {
		text, err := os.ReadFile(name)
		require.NoError(t, err)
		var d document
		require.NoError(t, yaml.Unmarshal(text, &d), name)
		for _, r := range d.Rules {
			for _, e := range r.Examples {
				examples = append(examples, published{r.ID, e})
			}
		}
	}
	return examples
}
