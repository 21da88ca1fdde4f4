package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"math/rand/v2"
	"os/exec"
	"path/filepath"
	"regexp/syntax"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/zricethezav/gitleaks/v8/cmd/generate/config/utils"
)

// published is one example of a rule set's authors.
type published struct{ rule, text string }

// moduleDir returns where the source of a module is that go.mod names.
func moduleDir(t *testing.T, module string) string {
	t.Helper()
	dir, err := exec.CommandContext(t.Context(), "go", "list", "-m", "-f", "{{.Dir}}", module).Output()
	require.NoError(t, err)
	return strings.TrimSpace(string(dir))
}

// programExamples reads the true positives of every rule from the programs that
// make the rules of gitleaks and of what was made from it. Parts that the authors
// generate from an expression are generated from it.
func programExamples(t *testing.T, r *rand.Rand, dir string) []published {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "cmd/generate/config/rules/*.go"))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	var out []published
	for _, name := range files {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		require.NoError(t, err)
		for _, d := range file.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && f.Body != nil {
				out = append(out, ruleExamples(f, r)...)
			}
		}
	}
	return out
}

// ruleExamples returns the examples in the function that makes a rule.
func ruleExamples(f *ast.FuncDecl, r *rand.Rand) []published {
	e := evaluator{r: r, names: make(map[string]string)}
	rule := f.Name.Name
	var texts []string
	ast.Inspect(f.Body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.KeyValueExpr:
			if k, ok := n.Key.(*ast.Ident); ok && k.Name == "RuleID" {
				rule = e.one(n.Value)
			}
		case *ast.AssignStmt:
			if k, ok := n.Lhs[0].(*ast.Ident); ok && k.Name == "tps" {
				texts = append(texts, e.list(n.Rhs[0])...)
			} else if ok {
				e.names[k.Name] = e.one(n.Rhs[0])
			}
		}
		return true
	})
	var out []published
	for _, text := range texts {
		if text != "" {
			out = append(out, published{rule, text})
		}
	}
	return out
}

// evaluator computes the string expressions of which examples are made. What
// it does not know is empty.
type evaluator struct {
	r     *rand.Rand
	names map[string]string
}

func (e *evaluator) list(x ast.Expr) []string {
	switch x := x.(type) {
	case *ast.CompositeLit:
		var out []string
		for _, el := range x.Elts {
			if kv, ok := el.(*ast.KeyValueExpr); ok {
				el = kv.Value
			}
			out = append(out, e.one(el))
		}
		return out
	case *ast.CallExpr:
		name := called(x)
		switch {
		case name == "GenerateSampleSecrets" && e.one(x.Args[1]) != "":
			return utils.GenerateSampleSecrets(e.one(x.Args[0]), e.one(x.Args[1]))
		case name == "append":
			var out []string
			for _, a := range x.Args[1:] {
				out = append(out, e.list(a)...)
			}
			return out
		}
	}
	return []string{e.one(x)}
}

func (e *evaluator) one(x ast.Expr) string {
	switch x := x.(type) {
	case *ast.BasicLit:
		s, _ := strconv.Unquote(x.Value)
		return s
	case *ast.Ident:
		return e.names[x.Name]
	case *ast.ParenExpr:
		return e.one(x.X)
	case *ast.BinaryExpr:
		a, b := e.one(x.X), e.one(x.Y)
		if a == "" || b == "" {
			return ""
		}
		return a + b
	case *ast.CallExpr:
		return e.call(x)
	}
	return ""
}

func (e *evaluator) call(x *ast.CallExpr) string {
	args := make([]string, len(x.Args))
	for i, a := range x.Args {
		args[i] = e.one(a)
	}
	switch called(x) {
	case "NewSecret":
		return generate(e.r, args[0])
	case "GenerateSampleSecret":
		return args[0] + "_api_token = \"" + args[1] + "\""
	case "Numeric":
		return utils.Numeric(args[0])
	case "Hex":
		return utils.Hex(args[0])
	case "AlphaNumeric":
		return utils.AlphaNumeric(args[0])
	case "AlphaNumericExtended":
		return utils.AlphaNumericExtended(args[0])
	case "AlphaNumericExtendedShort":
		return utils.AlphaNumericExtendedShort(args[0])
	case "AlphaNumericExtendedLong":
		return utils.AlphaNumericExtendedLong(args[0])
	case "Hex8_4_4_4_12":
		return utils.Hex8_4_4_4_12()
	case "ToUpper":
		return strings.ToUpper(args[0])
	case "Sprintf":
		rest := make([]any, len(args)-1)
		for i := range rest {
			rest[i] = args[i+1]
		}
		return fmt.Sprintf(args[0], rest...)
	}
	return ""
}

// called returns the name of the function that is called.
func called(x *ast.CallExpr) string {
	switch f := x.Fun.(type) {
	case *ast.Ident:
		return f.Name
	case *ast.SelectorExpr:
		return f.Sel.Name
	}
	return ""
}

// generate returns a text that the expression matches.
func generate(r *rand.Rand, expression string) string {
	re, err := syntax.Parse(expression, syntax.Perl)
	if err != nil {
		return ""
	}
	var b strings.Builder
	write(r, &b, re)
	return b.String()
}

func write(r *rand.Rand, b *strings.Builder, re *syntax.Regexp) {
	switch re.Op {
	case syntax.OpLiteral:
		b.WriteString(string(re.Rune))
	case syntax.OpCharClass:
		writeClass(r, b, re.Rune)
	case syntax.OpCapture, syntax.OpConcat:
		for _, sub := range re.Sub {
			write(r, b, sub)
		}
	case syntax.OpAlternate:
		write(r, b, re.Sub[r.IntN(len(re.Sub))])
	case syntax.OpRepeat, syntax.OpStar, syntax.OpPlus, syntax.OpQuest:
		low, high := bounds(re)
		for range low + r.IntN(high-low+1) {
			write(r, b, re.Sub[0])
		}
	}
}

// bounds returns how often a repetition is written.
func bounds(re *syntax.Regexp) (low, high int) {
	const most = 8
	switch re.Op {
	case syntax.OpStar:
		return 0, most
	case syntax.OpPlus:
		return 1, most
	case syntax.OpQuest:
		return 0, 1
	}
	if re.Max < 0 {
		return re.Min, re.Min + most
	}
	return re.Min, re.Max
}

// writeClass writes a printable member of a class, with even chances.
func writeClass(r *rand.Rand, b *strings.Builder, ranges []rune) {
	var members []rune
	for i := 0; i < len(ranges); i += 2 {
		for c := max(ranges[i], ' '); c <= min(ranges[i+1], '~'); c++ {
			members = append(members, c)
		}
	}
	if len(members) > 0 {
		b.WriteRune(members[r.IntN(len(members))])
	}
}
