package constant

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"strconv"

	"golang.org/x/tools/go/analysis"
)

func itoa(n int) string { return strconv.Itoa(n) }

// zero reports whether an expression is the zero value of an opaque type.
func (c *checker) zero(e ast.Expr) bool {
	switch e := ast.Unparen(e).(type) {
	case *ast.CompositeLit:
		return len(e.Elts) == 0
	case *ast.StarExpr:
		call, ok := ast.Unparen(e.X).(*ast.CallExpr)
		if !ok {
			return false
		}
		id, ok := call.Fun.(*ast.Ident)
		return ok && id.Name == "new"
	case *ast.Ident:
		return c.unset[c.pass.TypesInfo.Uses[e]]
	}
	return false
}

// findUnset finds the variables of opaque types that are declared without a value and never given one.
func (c *checker) findUnset() map[types.Object]bool {
	unset := make(map[types.Object]bool)
	for _, file := range c.pass.Files {
		ast.Inspect(file, func(n ast.Node) bool {
			if spec, ok := n.(*ast.ValueSpec); ok && len(spec.Values) == 0 {
				for _, name := range spec.Names {
					if obj := c.pass.TypesInfo.Defs[name]; obj != nil && !obj.Exported() && c.opaque(obj.Type()) {
						unset[obj] = true
					}
				}
			}
			return true
		})
	}
	for _, file := range c.pass.Files {
		ast.Inspect(file, func(n ast.Node) bool {
			for _, e := range given(n) {
				if id, ok := ast.Unparen(e).(*ast.Ident); ok {
					delete(unset, c.pass.TypesInfo.Uses[id])
				}
			}
			return true
		})
	}
	return unset
}

// given are the expressions that a node gives a value, or lets others give one.
func given(n ast.Node) []ast.Expr {
	switch n := n.(type) {
	case *ast.AssignStmt:
		return n.Lhs
	case *ast.RangeStmt:
		return []ast.Expr{n.Key, n.Value}
	case *ast.UnaryExpr:
		if n.Op == token.AND {
			return []ast.Expr{n.X}
		}
	}
	return nil
}

// reason reports constants of an enum that is not one of its names: 0 first.
func (c *checker) reason(arg ast.Expr, t types.Type, fn *types.Func) {
	n, ok := types.Unalias(t).(*types.Named)
	if !ok || n.Obj().Pkg() != c.audit {
		return
	}
	v := c.pass.TypesInfo.Types[arg].Value
	if v == nil || v.Kind() != constant.Int {
		return
	}
	names := 0
	for _, name := range c.audit.Scope().Names() {
		k, ok := c.audit.Scope().Lookup(name).(*types.Const)
		if !ok || !k.Exported() || !types.Identical(k.Type(), n) {
			continue
		}
		names++
		if constant.Compare(k.Val(), token.EQL, v) {
			return
		}
	}
	if names > 0 {
		c.pass.Report(analysis.Diagnostic{Pos: arg.Pos(), End: arg.End(), Category: "unspecified",
			Message: short(t) + "(" + v.ExactString() + ") given to audit." + fn.Name() + " has no name and is written as unspecified: use one of the constants of " + short(t)})
	}
}
