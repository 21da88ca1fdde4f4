package auditvet_test

import (
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/daxis-io/arco-audit/redact/auditvet"
	"github.com/daxis-io/arco-audit/redact/auditvet/internal/corpus"
	"github.com/daxis-io/arco-audit/redact/auditvet/internal/page"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/checker"
	"golang.org/x/tools/go/packages"
	"golang.org/x/tools/txtar"
)

// block is a block of text in a page: the program that is reported, the report, the repaired program.
var block = regexp.MustCompile("(?ms)^```(go|text)\n(.*?)^```\n")

// printed are the lines that go vet prints about a program, and the diagnostics.
func printed(t *testing.T, w world, name, source string) ([]string, []analysis.Diagnostic) {
	t.Helper()
	pkg, err := w.Load(corpus.Program{Name: "page/" + name, Files: []txtar.File{{Name: name, Data: []byte(source)}}})
	require.NoError(t, err, source)
	graph, err := checker.Analyze(auditvet.Analyzers(), []*packages.Package{pkg}, nil)
	require.NoError(t, err)
	var all []analysis.Diagnostic
	for _, action := range graph.Roots {
		require.NoError(t, action.Err)
		all = append(all, action.Diagnostics...)
	}
	slices.SortStableFunc(all, func(a, b analysis.Diagnostic) int { return int(a.Pos - b.Pos) })
	var lines []string
	for _, d := range all {
		at := w.Fset.Position(d.Pos)
		lines = append(lines, fmt.Sprintf("%s:%d:%d: %s", filepath.Base(at.Filename), at.Line, at.Column, strings.ReplaceAll(d.Message, pkg.PkgPath, "example.com/"+pkg.Name)))
	}
	return lines, all
}

// TestPagesAreTrue runs the programs of each page: the first gives the report that the page says, of the finding that the
// page is about; the second gives none. Whether a directive silences the report is tried too.
func TestPagesAreTrue(t *testing.T) {
	w, err := newWorld()
	require.NoError(t, err)
	for _, p := range page.All() {
		t.Run(p.Name, func(t *testing.T) {
			blocks := block.FindAllStringSubmatch(p.Text, -1)
			require.Len(t, blocks, 3, "a program, its report and the repaired program")
			lines, found := printed(t, w, p.Name+"/reported", blocks[0][2])
			assert.Equal(t, strings.TrimSuffix(blocks[1][2], "\n"), strings.Join(lines, "\n"))
			assert.True(t, has(found, p.Name))
			for _, d := range found {
				assert.Equal(t, page.URL(d.Category), d.URL)
			}
			lines, _ = printed(t, w, p.Name+"/repaired", blocks[2][2])
			assert.Empty(t, lines)

			accepted := strings.Split(blocks[0][2], "\n")
			for _, d := range found {
				accepted[w.Fset.Position(d.Pos).Line-1] += " //audit:safe this is a test"
			}
			_, found = printed(t, w, p.Name+"/accepted", strings.Join(accepted, "\n"))
			assert.Equal(t, strings.Contains(p.Text, "`//audit:safe` does not silence"), has(found, p.Name), "what the page says of the directive")
		})
	}
}

func has(found []analysis.Diagnostic, name string) bool {
	return slices.ContainsFunc(found, func(d analysis.Diagnostic) bool { return d.Category == name })
}

// TestExplain reads what auditvet explain prints.
func TestExplain(t *testing.T) {
	tests := []struct {
		name           string
		args           []string
		status         int
		stdout, stderr string
	}{
		{"a page", []string{"gave-up"}, 0, "# gave-up\n\nA function is too large", ""},
		{"all findings", nil, 0, "\nsecret-in-identifier      A secret reaches the text", ""},
		{"a name that is nearly right", []string{"secret-in-identifer"}, 2, "", `there is no finding "secret-in-identifer", perhaps you mean secret-in-identifier`},
		{"a name like no other", []string{"xyz"}, 2, "", `there is no finding "xyz": auditvet explain lists them all`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var stdout, stderr strings.Builder
			assert.Equal(t, tt.status, auditvet.Explain(tt.args, &stdout, &stderr))
			assert.Contains(t, stdout.String(), tt.stdout)
			assert.Contains(t, stderr.String(), tt.stderr)
			assert.Equal(t, tt.stderr == "", stderr.Len() == 0)
		})
	}
	var all strings.Builder
	auditvet.Explain(nil, &all, &all)
	assert.Equal(t, len(page.All()), strings.Count(all.String(), "\n"), "one line each")
}
