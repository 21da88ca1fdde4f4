package auditvet_test

import (
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/daxis-io/arco-audit/redact/auditvet"
	"github.com/daxis-io/arco-audit/redact/auditvet/internal/corpus"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/tools/txtar"
)

// matrixSources are the expressions that stand for S in a cell of the matrix. The last one is a parameter, so that the
// secret crosses a call.
var matrixSources = map[string]string{
	"header":      `r.Header.Get("Authorization")`,
	"url":         `r.URL.String()`,
	"environment": `os.Getenv("DB_PASSWORD")`,
	"result":      `tokenOf(r)`,
	"parameter":   `given`,
}

const matrixHelper = "\nfunc tokenOf(r *http.Request) string { return strings.TrimPrefix(r.Header.Get(\"Authorization\"), \"Bearer \") }\n"

var (
	twin   = regexp.MustCompile(`«([^¦]*)¦([^»]*)»|«([^»]*)»`)
	source = regexp.MustCompile(`\bS\b`)
	sink   = regexp.MustCompile(`\bSINK\(`)
)

// matrixFiles are the files of the leaking or the safe program of a cell: a package lib, when the cell has declarations
// above +++, and the program.
func matrixFiles(name, cell, from string, leaks bool) []txtar.File {
	lib, rest, ok := strings.Cut(cell, "+++\n")
	if !ok {
		return []txtar.File{{Name: name, Data: []byte(matrixProgram(cell, from, leaks))}}
	}
	choice := "$2"
	if leaks {
		choice = "$1$3"
	}
	return []txtar.File{{Name: name + "/lib", Data: []byte(twin.ReplaceAllString(lib, choice))},
		{Name: name, Data: []byte(matrixProgram(rest, from, leaks))}}
}

// matrixProgram is the leaking or the safe program of a cell.
func matrixProgram(cell, from string, leaks bool) string {
	declarations, body, ok := strings.Cut(cell, "===\n")
	if !ok {
		declarations, body = "", cell
	}
	text := declarations + matrixHelper
	if from == "parameter" {
		text += "func Outer(r *http.Request, id string) { run(r, id, r.Header.Get(\"Authorization\")) }\nfunc run(r *http.Request, id, given string) {\n"
	} else {
		text += "func Run(r *http.Request, id string) {\n"
	}
	choice := "$2"
	if leaks {
		choice = "$1$3"
	}
	text = twin.ReplaceAllString(text+body+"}\n", choice)
	text = source.ReplaceAllLiteralString(text, matrixSources[from])
	return sink.ReplaceAllLiteralString(text, `_ = audit.NewResource("x", `)
}

// TestMatrix goes through constructs and sources one by one: the program that leaks is found, its twin passes.
// The wide ones, whose constructs are larger, are gone through for two of the sources.
func TestMatrix(t *testing.T) {
	checkCells(t, "matrix", slices.Sorted(maps.Keys(matrixSources)))
	checkCells(t, filepath.Join("matrix", "wide"), []string{"header", "parameter"})
}

// TestProtocol goes through the shapes in which events are emitted: the program that breaks a rule is reported, its twin
// is not.
func TestProtocol(t *testing.T) {
	checkCells(t, "protocol", []string{"header"})
}

func checkCells(t *testing.T, dir string, sources []string) {
	t.Helper()
	w, err := newWorld()
	require.NoError(t, err)
	names, err := filepath.Glob(filepath.Join("testdata", dir, "*.txtar"))
	require.NoError(t, err)
	require.NotEmpty(t, names)
	cells := 0
	for _, name := range names {
		archive, err := txtar.ParseFile(name)
		require.NoError(t, err)
		for _, cell := range archive.Files {
			cells++
			for _, from := range sources {
				for _, wrong := range []bool{true, false} {
					files := matrixFiles(cell.Name, string(cell.Data), from, wrong)
					p := corpus.Program{Name: strings.Join([]string{filepath.Base(name), from, cell.Name}, "/"), Files: files}
					pkg, err := w.Load(p)
					require.NoError(t, err)
					found := w.reports(t, pkg, auditvet.Analyzers()...)
					assert.Equal(t, wrong, len(found) > 0, "%s: %v\n%s", p.Name, found, files[len(files)-1].Data)
				}
			}
		}
	}
	t.Logf("%d cells", cells)
}
