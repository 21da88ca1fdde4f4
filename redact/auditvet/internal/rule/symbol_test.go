package rule

import (
	"fmt"
	"go/importer"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// symbol is an entry of a table, taken apart.
type symbol struct{ pkg, typ, name string }

// parse reads "pkg.Func", "pkg.Type.Field", "(pkg.Type).Method" and "(*pkg.Type).Method".
func parse(s string) symbol {
	if rest, ok := strings.CutPrefix(s, "("); ok {
		owner, method, _ := strings.Cut(strings.TrimPrefix(rest, "*"), ").")
		owner = strings.TrimSuffix(owner, "[T]")
		i := strings.LastIndexByte(owner, '.')
		return symbol{owner[:i], owner[i+1:], method}
	}
	slash := strings.LastIndexByte(s, '/') + 1
	parts := strings.Split(s[slash:], ".")
	if len(parts) > 2 && !token.IsExported(parts[1]) { // a dot in the last element of the path
		parts = append([]string{parts[0] + "." + parts[1]}, parts[2:]...)
	}
	out := symbol{pkg: s[:slash] + parts[0], name: parts[len(parts)-1]}
	if len(parts) == 3 {
		out.typ = parts[1]
	}
	return out
}

func symbols() []string {
	var all []string
	for _, table := range []map[string]string{Fields, SoftFields} {
		for s := range table {
			all = append(all, s)
		}
	}
	for s := range Types {
		all = append(all, s)
	}
	for s := range CleanFields {
		all = append(all, s)
	}
	for s := range Clean {
		all = append(all, s)
	}
	for s := range Results {
		all = append(all, s)
	}
	for s := range Keyed {
		all = append(all, s)
	}
	slices.Sort(all)
	return all
}

// TestSymbolsExist looks every symbol of the tables up in the real package, in the version that this module, the
// examples or testdata/thirdparty use. Packages that none of them uses are counted.
func TestSymbolsExist(t *testing.T) {
	paths := make(map[string]bool)
	for _, s := range symbols() {
		paths[parse(s).pkg] = true
	}
	files := exported(t, paths)
	imp := importer.ForCompiler(token.NewFileSet(), "gc", func(path string) (io.ReadCloser, error) {
		if files[path] == "" {
			return nil, fmt.Errorf("no export data for %s", path)
		}
		return os.Open(files[path])
	})
	unresolved := make(map[string]bool)
	checked := 0
	for _, s := range symbols() {
		sym := parse(s)
		if files[sym.pkg] == "" {
			unresolved[sym.pkg] = true
			continue
		}
		pkg, err := imp.Import(sym.pkg)
		require.NoError(t, err)
		checked++
		assert.True(t, exists(pkg, sym), "%s is in a table and does not exist", s)
		if target := aliased(pkg, sym); target != "" {
			assert.Contains(t, symbols(), target, "%s is an alias, the analyzer sees what it stands for", s)
		}
	}
	t.Logf("%d symbols exist; packages that nothing here uses: %v", checked, unresolved)
	assert.Greater(t, checked, 120)
}

// aliased is the symbol that an alias stands for, "" for others.
func aliased(pkg *types.Package, s symbol) string {
	tn, ok := pkg.Scope().Lookup(s.typ).(*types.TypeName)
	if !ok || !tn.IsAlias() {
		return ""
	}
	named, ok := types.Unalias(tn.Type()).(*types.Named)
	if !ok {
		return ""
	}
	return named.Obj().Pkg().Path() + "." + named.Obj().Name() + "." + s.name
}

func exists(pkg *types.Package, s symbol) bool {
	name := s.typ
	if name == "" {
		name = s.name
	}
	obj := pkg.Scope().Lookup(name)
	if obj == nil {
		return false
	}
	if s.typ == "" {
		return true
	}
	found, _, _ := types.LookupFieldOrMethod(obj.Type(), true, pkg, s.name)
	return found != nil
}

// exported are the export data files of packages, from the first module that has them.
func exported(t *testing.T, paths map[string]bool) map[string]string {
	t.Helper()
	args := []string{"list", "-e", "-export", "-deps", "-f", "{{if .Export}}{{.ImportPath}}\t{{.Export}}{{end}}"}
	for p := range paths {
		args = append(args, p)
	}
	files := make(map[string]string)
	root := filepath.Join("..", "..", "..", "..")
	for _, dir := range []string{root, filepath.Join(root, "examples"), filepath.Join("..", "..", "testdata", "thirdparty")} {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err != nil {
			continue
		}
		cmd := exec.CommandContext(t.Context(), "go", args...)
		cmd.Dir = dir
		out, _ := cmd.Output() // -e: what cannot be found is left out
		for line := range strings.Lines(string(out)) {
			if path, file, ok := strings.Cut(strings.TrimSpace(line), "\t"); ok && files[path] == "" {
				files[path] = file
			}
		}
	}
	return files
}
