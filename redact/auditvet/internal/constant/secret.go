package constant

import (
	"go/ast"
	"go/constant"
	"go/types"

	"github.com/daxis-io/arco-audit/redact"
	"golang.org/x/tools/go/analysis"
)

// secretConstant reports constants anywhere in an argument that the scanner takes for a secret. Only the kind is
// told.
func (c *checker) secretConstant(arg ast.Expr, fn *types.Func) {
	ast.Inspect(arg, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.CallExpr: // a call of package audit is checked by itself
			if n != arg && c.calls(n) {
				return false
			}
		case ast.Expr:
			return !c.secretExpression(n, fn)
		}
		return true
	})
}

func (c *checker) calls(call *ast.CallExpr) bool {
	sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr)
	if !ok {
		return false
	}
	obj := c.pass.TypesInfo.Uses[sel.Sel]
	return obj != nil && obj.Pkg() == c.audit
}

// secretExpression reports e when it is a constant that is a secret.
func (c *checker) secretExpression(e ast.Expr, fn *types.Func) bool {
	v := c.pass.TypesInfo.Types[e].Value
	if v == nil || v.Kind() != constant.String {
		return false
	}
	found, hit := redact.Scan(constant.StringVal(v))
	if hit {
		c.pass.Report(analysis.Diagnostic{Pos: e.Pos(), End: e.End(), Category: "secret-constant",
			Message: "a constant given to audit." + fn.Name() + " is a secret of kind " + found.Kind.String() +
				": take it out of the source and revoke it"})
	}
	return hit
}

// request checks the constants in the fields of an audit.Request or audit.Config, and its zero values.
func (c *checker) request(lit *ast.CompositeLit) {
	t := c.pass.TypesInfo.TypeOf(lit)
	n, ok := types.Unalias(t).(*types.Named)
	if !ok || n.Obj().Pkg() != c.audit {
		return
	}
	for _, elt := range lit.Elts {
		kv, ok := elt.(*ast.KeyValueExpr)
		if !ok {
			continue
		}
		v := c.pass.TypesInfo.Types[kv.Value].Value
		if v == nil || v.Kind() != constant.String {
			continue
		}
		if found, hit := redact.Scan(constant.StringVal(v)); hit {
			c.pass.Report(analysis.Diagnostic{Pos: kv.Value.Pos(), End: kv.Value.End(), Category: "secret-constant",
				Message: "a constant in " + short(t) + " is a secret of kind " + found.Kind.String() + ": take it out of the source and revoke it"})
		}
	}
}
