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

// findUnset finds the variables of opaque types, and of enums, that hold their zero value and are never given another.
func (c *checker) findUnset() map[types.Object]bool {
	unset := make(map[types.Object]bool)
	for _, file := range c.pass.Files {
		ast.Inspect(file, func(n ast.Node) bool {
			for _, name := range c.zeroed(n) {
				if obj := c.pass.TypesInfo.Defs[name]; obj != nil && !obj.Exported() && (c.opaque(obj.Type()) || c.enum(obj.Type())) {
					unset[obj] = true
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

// zeroed are the variables that a node declares with their zero value.
func (c *checker) zeroed(n ast.Node) []*ast.Ident {
	switch n := n.(type) {
	case *ast.ValueSpec:
		if len(n.Values) == 0 {
			return n.Names
		}
		return zeroOf(n.Names, n.Values)
	case *ast.AssignStmt:
		if n.Tok != token.DEFINE {
			return nil
		}
		names := make([]*ast.Ident, len(n.Lhs))
		for i, e := range n.Lhs {
			names[i], _ = e.(*ast.Ident)
		}
		return zeroOf(names, n.Rhs)
	}
	return nil
}

// zeroOf are the names that are given the zero value of a struct.
func zeroOf(names []*ast.Ident, values []ast.Expr) []*ast.Ident {
	var out []*ast.Ident
	for i, v := range values {
		if lit, ok := ast.Unparen(v).(*ast.CompositeLit); ok && len(lit.Elts) == 0 && i < len(names) && names[i] != nil {
			out = append(out, names[i])
		}
	}
	return out
}

// enum reports whether a type is an enum of package audit.
func (c *checker) enum(t types.Type) bool {
	n, ok := types.Unalias(t).(*types.Named)
	if !ok || n.Obj().Pkg() != c.audit {
		return false
	}
	b, ok := n.Underlying().(*types.Basic)
	return ok && b.Kind() == types.Uint8
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
	if id, ok := ast.Unparen(arg).(*ast.Ident); ok && v == nil && c.unset[c.pass.TypesInfo.Uses[id]] {
		v = constant.MakeInt64(0)
	}
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
