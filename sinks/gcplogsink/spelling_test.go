package gcplogsink

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestSpellingsKnowEveryMember holds the closed list to the source of package audit: a member that it lacks would make
// routed rows unverifiable.
func TestSpellingsKnowEveryMember(t *testing.T) {
	files, err := filepath.Glob("../../audit/*.go")
	require.NoError(t, err)
	found := 0
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		for _, name := range members(t, text) {
			found++
			assert.Contains(t, spellings, plain(name), "%s writes the member %q", file, name)
		}
	}
	assert.Greater(t, found, 40, "the source is not read as it is written")
}

// members returns the names that a file gives to members of details: first elements of the type member, and first
// arguments of the methods that write into an object.
func members(t *testing.T, source []byte) []string {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "", source, parser.SkipObjectResolution)
	require.NoError(t, err)
	var names []string
	add := func(e ast.Expr) {
		if lit, ok := e.(*ast.BasicLit); ok && lit.Kind == token.STRING {
			name, err := strconv.Unquote(lit.Value)
			require.NoError(t, err)
			names = append(names, name)
		}
	}
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CompositeLit:
			literal(n, add)
		case *ast.CallExpr:
			if f, ok := n.Fun.(*ast.SelectorExpr); ok && len(n.Args) == 2 {
				if x, ok := f.X.(*ast.Ident); ok && x.Name == "o" {
					add(n.Args[0])
				}
			}
		}
		return true
	})
	return names
}

func literal(n *ast.CompositeLit, add func(ast.Expr)) {
	if named(n.Type, "member") && len(n.Elts) > 0 {
		add(n.Elts[0])
	}
	list, ok := n.Type.(*ast.ArrayType)
	if !ok || !named(list.Elt, "member") {
		return
	}
	for _, e := range n.Elts {
		if inner, ok := e.(*ast.CompositeLit); ok && inner.Type == nil && len(inner.Elts) > 0 {
			add(inner.Elts[0])
		}
	}
}

func named(e ast.Expr, name string) bool {
	id, ok := e.(*ast.Ident)
	return ok && id.Name == name
}
