package auditvet_test

import (
	"go/token"
	"go/types"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/daxis-io/arco-audit/internal/compiletest"
	"github.com/daxis-io/arco-audit/redact/auditvet"
	"github.com/daxis-io/arco-audit/redact/auditvet/internal/corpus"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/checker"
	"golang.org/x/tools/go/packages"
)

// world is the one that the tests share.
type world struct{ *corpus.World }

var newWorld = sync.OnceValues(func() (world, error) {
	w, err := corpus.New(".", func(fset *token.FileSet, packages ...string) (types.Importer, error) {
		exports, err := compiletest.List(".", packages...)
		if err != nil {
			return nil, err
		}
		return exports.Importer(fset), nil
	})
	return world{w}, err
})

func readPrograms(t *testing.T, dir, pattern string) []corpus.Program {
	t.Helper()
	programs, err := corpus.Read(filepath.Join("testdata", dir, pattern))
	require.NoError(t, err)
	return programs
}

// reports runs the analyzers on one program and returns the messages by line.
func (w world) reports(t *testing.T, pkg *packages.Package, analyzers ...*analysis.Analyzer) map[int][]string {
	t.Helper()
	graph, err := checker.Analyze(analyzers, []*packages.Package{pkg}, nil)
	require.NoError(t, err)
	out := make(map[int][]string)
	for action := range graph.All() {
		require.NoError(t, action.Err, "%s on %s", action.Analyzer, pkg)
		if strings.HasPrefix(action.Package.PkgPath, pkg.PkgPath) {
			for _, d := range action.Diagnostics {
				line := w.Fset.Position(d.Pos).Line
				out[line] = append(out[line], d.Message)
			}
		}
	}
	return out
}

// edited returns the source of a package with one edit.
func (w world) edited(importPath string, pos, end token.Pos, text string) string {
	source := w.Sources[importPath]
	return source[:w.Fset.Position(pos).Offset] + text + source[w.Fset.Position(end).Offset:]
}

// TestCorpus holds that the flow analyzer judges every program of the sets rightly. What it made of them at first sight is
// in the package documentation.
func TestCorpus(t *testing.T) {
	w, err := newWorld()
	require.NoError(t, err)
	tests := []struct {
		name, pattern string
		leaks         bool
	}{
		{"leaking programs are found", "leak*.txtar", true},
		{"safe programs pass", "safe*.txtar", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			programs := readPrograms(t, "corpus", tt.pattern)
			for _, p := range programs {
				pkg, err := w.Load(p)
				require.NoError(t, err)
				found := w.reports(t, pkg, auditvet.Analyzers()...)
				assert.Equal(t, tt.leaks, len(found) > 0, "%s %v", p.Name, found)
			}
			t.Logf("%d programs", len(programs))
		})
	}
}
