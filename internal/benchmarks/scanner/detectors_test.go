package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// detectorExamples reads the inputs from which the tests of TruffleHog's detectors
// want a result. Each file has constants and a table of cases; those that ask for
// true secrets are left out.
func detectorExamples(t *testing.T, dir string) (examples []published) {
	t.Helper()
	root := filepath.Join(dir, "pkg/detectors")
	require.NoError(t, filepath.WalkDir(root, func(path string, _ fs.DirEntry, err error) error {
		if err == nil && strings.HasSuffix(path, "_test.go") && !strings.HasSuffix(path, "_integration_test.go") {
			rule, relErr := filepath.Rel(root, filepath.Dir(path))
			require.NoError(t, relErr)
			examples = append(examples, wantedExamples(t, path, rule)...)
		}
		return err
	}))
	return examples
}

// wantedExamples returns the inputs of one file that want a result.
func wantedExamples(t *testing.T, path, rule string) (examples []published) {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
	require.NoError(t, err, path)
	e := evaluator{r: rand.New(rand.NewPCG(1, 2)), names: make(map[string]string)}
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.ValueSpec:
			for i, v := range n.Values {
				e.names[n.Names[i].Name] = e.one(v)
			}
		case *ast.AssignStmt:
			if k, ok := n.Lhs[0].(*ast.Ident); ok && len(n.Rhs) == 1 {
				e.names[k.Name] = e.one(n.Rhs[0])
			}
		case *ast.CompositeLit:
			if text, ok := e.wanted(n); ok {
				examples = append(examples, published{rule, text})
			}
		}
		return true
	})
	return examples
}

// wanted returns the input of a case that wants a result.
func (e *evaluator) wanted(c *ast.CompositeLit) (input string, ok bool) {
	for _, el := range c.Elts {
		kv, isPair := el.(*ast.KeyValueExpr)
		if !isPair {
			continue
		}
		k, isName := kv.Key.(*ast.Ident)
		if !isName {
			continue
		}
		switch k.Name {
		case "input":
			input = e.one(kv.Value)
		case "want":
			list, isList := kv.Value.(*ast.CompositeLit)
			ok = isList && len(list.Elts) > 0
		}
	}
	return input, ok && input != ""
}
