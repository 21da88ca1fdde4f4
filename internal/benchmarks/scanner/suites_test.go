package main

import (
	"encoding/json"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"gopkg.in/yaml.v3"
)

// readJSON reads the document of a file into v.
func readJSON(t *testing.T, path string, v any) {
	t.Helper()
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(text, v), path)
}

// sampleExamples reads the credentials that CredSweeper's tests expect in its
// samples, each with the lines that it stands in.
func sampleExamples(t *testing.T, dir string) (examples []published) {
	t.Helper()
	var credentials []struct {
		Rule  string
		Lines []struct{ Line string } `json:"line_data_list"`
	}
	readJSON(t, filepath.Join(dir, "tests/data/output.json"), &credentials)
	for _, c := range credentials {
		var lines []string
		for _, l := range c.Lines {
			if len(lines) == 0 || lines[len(lines)-1] != l.Line {
				lines = append(lines, l.Line)
			}
		}
		examples = append(examples, published{c.Rule, strings.Join(lines, "\n")})
	}
	return examples
}

// snapshotExamples reads the lines about which secretlint's rules report.
func snapshotExamples(t *testing.T, dir string) (examples []published) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "packages/@secretlint/secretlint-rule-*/test/snapshots/*/output.json"))
	require.NoError(t, err)
	for _, name := range files {
		var snapshot struct {
			SourceContent string
			Messages      []struct {
				MessageID string
				Loc       struct{ Start, End struct{ Line int } }
			}
		}
		readJSON(t, name, &snapshot)
		lines := strings.Split(snapshot.SourceContent, "\n")
		for _, m := range snapshot.Messages {
			if from, to := m.Loc.Start.Line-1, min(m.Loc.End.Line, len(lines)); from < to {
				examples = append(examples, published{m.MessageID, strings.Join(lines[from:to], "\n")})
			}
		}
	}
	return examples
}

// annotatedExamples reads the lines behind the comments that say which of Semgrep's
// rules finds something in them.
func annotatedExamples(t *testing.T, dir string) (examples []published) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "generic/secrets/*/*"))
	require.NoError(t, err)
	annotation := regexp.MustCompile(`ruleid:\s*(\S+)`)
	for _, name := range files {
		if filepath.Ext(name) == ".yaml" {
			continue
		}
		text, err := os.ReadFile(name)
		require.NoError(t, err)
		lines := strings.Split(string(text), "\n")
		for i, line := range lines[:len(lines)-1] {
			if m := annotation.FindStringSubmatch(line); m != nil {
				examples = append(examples, published{m[1], lines[i+1]})
			}
		}
	}
	return examples
}

// resultExamples reads what the tests of leaktk's patterns expect them to match.
func resultExamples(t *testing.T, dir string) (examples []published) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, "testdata/leaktk-scanner-results.yaml"))
	require.NoError(t, err)
	var results []struct {
		Rule  string `yaml:"rule.description"`
		Match string `yaml:"match"`
	}
	require.NoError(t, yaml.Unmarshal(text, &results))
	for _, r := range results {
		examples = append(examples, published{r.Rule, r.Match})
	}
	return examples
}

// lineExamples reads the files of ripsecrets' tests that have a secret a line.
func lineExamples(t *testing.T, dir string) (examples []published) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "test/one_per_line/*"))
	require.NoError(t, err)
	for _, name := range files {
		text, err := os.ReadFile(name)
		require.NoError(t, err)
		for line := range strings.Lines(string(text)) {
			examples = append(examples, published{filepath.Base(name), line})
		}
	}
	return examples
}

// modelExamples generates texts from the expressions of Microsoft's models of
// keys, several from each. Their checksums are wrong.
func modelExamples(t *testing.T, dir string) (examples []published) {
	t.Helper()
	const each = 10
	r := rand.New(rand.NewPCG(1, 2))
	for _, name := range []string{"PreciselyClassifiedSecurityKeys", "UnclassifiedPotentialSecurityKeys"} {
		var models []struct{ Name, Pattern string }
		readJSON(t, filepath.Join(dir, "GeneratedRegexPatterns", name+".json"), &models)
		for _, m := range models {
			for range each {
				if text := generate(r, m.Pattern); text != "" {
					examples = append(examples, published{m.Name, text})
				}
			}
		}
	}
	return examples
}
