package constant

import (
	"go/ast"
	"go/constant"
	"go/types"
	"regexp"

	"golang.org/x/tools/go/analysis"
)

// grammars of the constants, by function and parameter.
var grammars = map[string]*regexp.Regexp{
	"NewKind name":     regexp.MustCompile(`^[A-Z][A-Z0-9_]{1,48}$`),
	"NewKind category": regexp.MustCompile(`^[a-z][a-z0-9_]{1,30}$`),
	"NewResource kind": regexp.MustCompile(`^[a-z0-9_/-]{1,64}$`),
	"Allow reason":     regexp.MustCompile(`^[a-z0-9_-]{1,64}$`),
	"Deny reason":      regexp.MustCompile(`^[a-z0-9_-]{1,64}$`),
}

// vocabulary checks the argument of a parameter that takes constants only.
func (c *checker) vocabulary(arg ast.Expr, p *types.Var, fn *types.Func) {
	v := c.pass.TypesInfo.Types[arg].Value
	if v == nil {
		c.pass.Report(analysis.Diagnostic{Pos: arg.Pos(), End: arg.End(), Category: "not-constant",
			Message: p.Name() + " of audit." + fn.Name() + " takes a constant, not a value that was converted by inference: write the constant here"})
		return
	}
	if g := grammars[fn.Name()+" "+p.Name()]; g != nil && v.Kind() == constant.String && !g.MatchString(constant.StringVal(v)) {
		c.pass.Report(analysis.Diagnostic{Pos: arg.Pos(), End: arg.End(), Category: "vocabulary",
			Message: p.Name() + " of audit." + fn.Name() + " does not match " + g.String() + ": the event would be refused or say unspecified"})
	}
}

// use checks one use of a function with parameters that take constants only: it must be called directly. As a value it
// could be called with anything that type inference, reflection or a conversion makes.
func (c *checker) use(id *ast.Ident) {
	if inst, ok := c.pass.TypesInfo.Instances[id]; ok {
		for t := range inst.TypeArgs.Types() {
			if mentions(t) {
				c.pass.Report(analysis.Diagnostic{Pos: id.Pos(), End: id.End(), Category: "inferred-constant",
					Message: id.Name + " is instantiated with the type of constants of package audit, which would let it convert any text: call the function directly with a constant"})
				return
			}
		}
	}
	fn, ok := c.pass.TypesInfo.Uses[id].(*types.Func)
	if !ok || fn.Pkg() != c.audit || !takesConstants(fn) || c.calledDirectly() {
		return
	}
	c.pass.Report(analysis.Diagnostic{Pos: id.Pos(), End: id.End(), Category: "function-value",
		Message: "audit." + fn.Name() + " takes constants and is used as a value here: call it directly with a constant"})
}

// mentions reports whether a type is, or is made of, the type of constants.
func mentions(t types.Type) bool { return made(t, constantOnly, 0) }

// made reports whether a type is one of is, or is made of one.
func made(t types.Type, is func(types.Type) bool, depth int) bool {
	if t == nil || depth > 4 {
		return false
	}
	part := func(t types.Type) bool { return made(t, is, depth+1) }
	if is(t) {
		return true
	}
	switch t := types.Unalias(t).(type) {
	case *types.Named:
		for a := range t.TypeArgs().Types() {
			if part(a) {
				return true
			}
		}
		if s, ok := t.Underlying().(*types.Struct); ok {
			return part(s)
		}
	case *types.Signature:
		return part(t.Params()) || part(t.Results())
	case *types.Tuple:
		for v := range t.Variables() {
			if part(v.Type()) {
				return true
			}
		}
	case *types.Struct:
		for f := range t.Fields() {
			if part(f.Type()) {
				return true
			}
		}
	case *types.Map:
		return part(t.Key()) || part(t.Elem())
	case interface{ Elem() types.Type }:
		return part(t.Elem())
	}
	return false
}

func takesConstants(fn *types.Func) bool {
	for v := range fn.Signature().Params().Variables() {
		if constantOnly(v.Type()) {
			return true
		}
	}
	return false
}

// calledDirectly reports whether the identifier that is looked at is what a call calls.
func (c *checker) calledDirectly() bool {
	i := len(c.path) - 1
	node := c.path[i]
	for i--; i >= 0; i-- {
		switch parent := c.path[i].(type) {
		case *ast.SelectorExpr:
			if parent.Sel != node {
				return false
			}
			if sel := c.pass.TypesInfo.Selections[parent]; sel != nil && sel.Kind() == types.MethodExpr {
				return false
			}
		case *ast.ParenExpr:
		case *ast.CallExpr:
			return parent.Fun == node
		default:
			return false
		}
		node = c.path[i]
	}
	return false
}

// reflected reports values of package audit with such methods that are given to reflection, themselves or in something.
func (c *checker) reflected(call *ast.CallExpr) {
	for _, arg := range call.Args {
		t := c.pass.TypesInfo.TypeOf(converted(c.pass.TypesInfo, arg))
		made(t, func(t types.Type) bool {
			n, ok := types.Unalias(t).(*types.Named)
			if !ok || n.Obj().Pkg() != c.audit {
				return false
			}
			for m := range n.Methods() {
				if takesConstants(m) {
					c.pass.Report(analysis.Diagnostic{Pos: arg.Pos(), End: arg.End(), Category: "reflection",
						Message: short(n) + " is given to reflection, which can call " + m.Name() + " with any text: use it directly"})
					return true
				}
			}
			return false
		}, 0)
	}
}

// converted is the operand of a conversion, or the expression itself.
func converted(info *types.Info, e ast.Expr) ast.Expr {
	call, ok := ast.Unparen(e).(*ast.CallExpr)
	if !ok || len(call.Args) != 1 || !info.Types[call.Fun].IsType() {
		return e
	}
	return converted(info, call.Args[0])
}
