package imports_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var (
	cited    = regexp.MustCompile("`((?:Test|Fuzz|Benchmark)[A-Z]\\w*)`")
	declared = regexp.MustCompile(`(?m)^func ((?:Test|Fuzz|Benchmark)\w+)\(`)
)

// TestCitedTestsExist looks for each test that README and the table of faults name.
func TestCitedTestsExist(t *testing.T) {
	exist := declaredTests(t)
	for name, least := range map[string]int{"README.md": 10, "internal/delivery/testdata/faults.md": 60} {
		text, err := os.ReadFile(filepath.Join("..", "..", filepath.FromSlash(name)))
		require.NoError(t, err)
		names := cited.FindAllStringSubmatch(string(text), -1)
		assert.Greater(t, len(names), least, name)
		for _, m := range names {
			assert.True(t, exist[m[1]], "%s cites %s, which does not exist", name, m[1])
		}
	}
}

func declaredTests(t *testing.T) map[string]bool {
	t.Helper()
	exist := map[string]bool{}
	require.NoError(t, filepath.WalkDir(filepath.Join("..", ".."), func(path string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		source, err := os.ReadFile(path)
		for _, m := range declared.FindAllStringSubmatch(string(source), -1) {
			exist[m[1]] = true
		}
		return err
	}))
	return exist
}
