package auditvet_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"path/filepath"
	"slices"
	"strconv"
	"testing"

	"github.com/daxis-io/arco-audit/redact/auditvet/internal/page"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestEveryFindingHasAPage compares the pages with the categories of all diagnostics in the source of the analyzers.
func TestEveryFindingHasAPage(t *testing.T) {
	files, err := filepath.Glob("internal/*/*.go")
	require.NoError(t, err)
	names := make(map[string]bool)
	for _, file := range files {
		for _, name := range categories(t, file) {
			names[name] = true
		}
	}
	var pages []string
	for _, p := range page.All() {
		pages = append(pages, p.Name)
	}
	assert.ElementsMatch(t, slices.Collect(maps.Keys(names)), pages)
}

// categories are the categories that the diagnostics of a file can have. One is a literal, or a parameter of the function that
// makes the diagnostic, to which each call gives a literal.
func categories(t *testing.T, file string) []string {
	t.Helper()
	tree, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
	require.NoError(t, err)
	var out []string
	literal := func(e ast.Expr) {
		lit, ok := e.(*ast.BasicLit)
		if !assert.True(t, ok, "%s: a category that is not a literal", file) {
			return
		}
		name, err := strconv.Unquote(lit.Value)
		require.NoError(t, err)
		out = append(out, name)
	}
	ast.PreorderStack(tree, nil, func(n ast.Node, around []ast.Node) bool {
		lit, ok := n.(*ast.CompositeLit)
		if sel, named := typeOf(lit).(*ast.SelectorExpr); !ok || !named || sel.Sel.Name != "Diagnostic" {
			return true
		}
		category := field(lit, "Category")
		id, parameter := category.(*ast.Ident)
		switch {
		case category == nil:
			assert.Fail(t, "a diagnostic without a category", file)
		case parameter:
			for _, e := range argumentsFor(id.Name, around) {
				literal(e)
			}
		default:
			literal(category)
		}
		return true
	})
	return out
}

func typeOf(lit *ast.CompositeLit) ast.Expr {
	if lit == nil {
		return nil
	}
	return lit.Type
}

func field(lit *ast.CompositeLit, name string) ast.Expr {
	for _, e := range lit.Elts {
		if kv, ok := e.(*ast.KeyValueExpr); ok && kv.Key.(*ast.Ident).Name == name {
			return kv.Value
		}
	}
	return nil
}

// argumentsFor are what the calls in a file give the parameter of the innermost function around a place: a method, or
// a literal that is the value of a variable.
func argumentsFor(parameter string, around []ast.Node) []ast.Expr {
	var name string
	at := -1
	for i, n := range around {
		switch n := n.(type) {
		case *ast.FuncDecl:
			name, at = n.Name.Name, position(n.Type, parameter)
		case *ast.FuncLit:
			if assign, ok := around[i-1].(*ast.AssignStmt); ok {
				name, at = assign.Lhs[0].(*ast.Ident).Name, position(n.Type, parameter)
			}
		}
	}
	var out []ast.Expr
	ast.Inspect(around[0], func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok || at < 0 || at >= len(call.Args) {
			return true
		}
		switch fun := call.Fun.(type) {
		case *ast.Ident:
			ok = fun.Name == name
		case *ast.SelectorExpr:
			ok = fun.Sel.Name == name
		default:
			ok = false
		}
		if ok {
			out = append(out, call.Args[at])
		}
		return true
	})
	return out
}

// position is the number of a parameter, -1 when there is none of that name.
func position(f *ast.FuncType, name string) int {
	at := 0
	for _, p := range f.Params.List {
		for _, id := range p.Names {
			if id.Name == name {
				return at
			}
			at++
		}
	}
	return -1
}
