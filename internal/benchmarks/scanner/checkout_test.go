package main

import (
	"flag"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/daxis-io/arco-audit/redact"
)

// checkouts are public scanners and rule sets that no module of Go or no module
// proxy gives. Their own examples are read from a checkout.
var checkouts = []struct {
	name     string
	dir      *string
	examples func(t *testing.T, dir string) []published
}{
	{"betterleaks", flag.String("betterleaks", "", "a checkout of github.com/betterleaks/betterleaks"), func(t *testing.T, dir string) []published {
		return programExamples(t, rand.New(rand.NewPCG(1, 2)), dir)
	}},
	{"kingfisher", flag.String("kingfisher", "", "a checkout of github.com/mongodb/kingfisher"), func(t *testing.T, dir string) []published {
		return documentExamples(t, filepath.Join(dir, "data/rules"))
	}},
	{"titus", flag.String("titus", "", "a checkout of github.com/praetorian-inc/titus"), func(t *testing.T, dir string) []published {
		return documentExamples(t, filepath.Join(dir, "pkg/rule/rules"))
	}},
	{"trufflehog", flag.String("trufflehog", "", "a checkout of github.com/trufflesecurity/trufflehog"), detectorExamples},
	{"credsweeper", flag.String("credsweeper", "", "a checkout of github.com/Samsung/CredSweeper"), sampleExamples},
	{"secretlint", flag.String("secretlint", "", "a checkout of github.com/secretlint/secretlint"), snapshotExamples},
	{"semgrep", flag.String("semgrep", "", "a checkout of github.com/semgrep/semgrep-rules"), annotatedExamples},
	{"leaktk", flag.String("leaktk", "", "a checkout of github.com/leaktk/patterns"), resultExamples},
	{"ripsecrets", flag.String("ripsecrets", "", "a checkout of github.com/sirwart/ripsecrets"), lineExamples},
	{"security-utilities", flag.String("security-utilities", "", "a checkout of github.com/microsoft/security-utilities"), modelExamples},
}

// Every example of a checkout that is given is found, or its rule is listed in
// testdata with the number of those that pass and the reason.
func TestExamplesOfCheckoutsAreFoundOrListed(t *testing.T) {
	for _, c := range checkouts {
		listed := listedRules(t, c.name)
		if *c.dir == "" {
			continue
		}
		t.Run(c.name, func(t *testing.T) {
			examples := c.examples(t, *c.dir)
			require.NotEmpty(t, examples)
			missed := make(map[string]int)
			for _, p := range examples {
				if _, ok := redact.Scan(p.text); !ok {
					missed[p.rule]++
				}
			}
			all := 0
			for rule, n := range missed {
				assert.LessOrEqual(t, n, listed[rule], rule)
				all += n
			}
			t.Logf("%d of %d examples found", len(examples)-all, len(examples))
		})
	}
}

// listedRules reads how many examples of each rule pass.
func listedRules(t *testing.T, name string) map[string]int {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata/listed", name+".txt"))
	require.NoError(t, err)
	listed := make(map[string]int)
	for line := range strings.Lines(string(text)) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		fields := strings.Split(strings.TrimSpace(line), "\t")
		require.Len(t, fields, 3, line)
		n, err := strconv.Atoi(fields[1])
		require.NoError(t, err)
		listed[fields[0]] = n
	}
	return listed
}
