// Package constant checks what can be read from the source alone: constants that are secrets, parameters that take
// constants only, kinds, zero values and reasons.
package constant

import (
	"go/ast"
	"go/types"

	"github.com/daxis-io/arco-audit/redact/auditvet/internal/program"
	"github.com/daxis-io/arco-audit/redact/auditvet/internal/rule"
	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ast/astutil"
	"golang.org/x/tools/go/types/typeutil"
)

// Kinds is the fact about the kinds that a package declares: names and where.
type Kinds struct{ Names map[string]string }

// AFact marks Kinds as a fact.
func (*Kinds) AFact() {}

// String describes the kinds in tests.
func (k *Kinds) String() string { return "kinds" }

// Analyzer checks constants, kinds, zero values and reasons. Its documentation is set by package auditvet.
var Analyzer = &analysis.Analyzer{
	Name:      "auditconst",
	Doc:       "auditconst: check constants, kinds, zero values and reasons of audit events",
	Run:       run,
	FactTypes: []analysis.Fact{new(Kinds)},
}

// checker is the check of one package.
type checker struct {
	pass  *analysis.Pass
	audit *types.Package
	kinds map[string]string
	unset map[types.Object]bool // variables of opaque types that are declared and never given a value
	path  []ast.Node            // from the file to the node that is looked at
}

func run(pass *analysis.Pass) (any, error) {
	audit := imported(pass.Pkg, rule.Audit)
	c := &checker{pass: program.WithoutTests(pass), audit: audit, kinds: make(map[string]string)}
	c.duplicates()
	if audit == nil || pass.Pkg == audit {
		return nil, nil
	}
	c.unset = c.findUnset()
	for _, file := range pass.Files {
		c.file(file)
	}
	if len(c.kinds) > 0 {
		pass.ExportPackageFact(&Kinds{Names: c.kinds})
	}
	return nil, nil
}

func imported(pkg *types.Package, path string) *types.Package {
	if pkg.Path() == path {
		return pkg
	}
	for _, p := range pkg.Imports() {
		if p.Path() == path {
			return p
		}
	}
	return nil
}

func (c *checker) file(file *ast.File) {
	astutil.Apply(file, func(cursor *astutil.Cursor) bool {
		n := cursor.Node()
		if n == nil {
			return true
		}
		c.path = append(c.path, n)
		switch n := n.(type) {
		case *ast.CallExpr:
			c.call(n)
		case *ast.Ident:
			c.use(n)
		case *ast.CompositeLit:
			c.request(n)
		}
		return true
	}, func(cursor *astutil.Cursor) bool {
		if cursor.Node() != nil {
			c.path = c.path[:len(c.path)-1]
		}
		return true
	})
}

// call checks the arguments of a call of package audit.
func (c *checker) call(call *ast.CallExpr) {
	fn := typeutil.StaticCallee(c.pass.TypesInfo, call)
	if fn == nil || fn.Pkg() == nil {
		return
	}
	if fn.Pkg().Path() == "reflect" {
		c.reflected(call)
	}
	if fn.Pkg() != c.audit {
		return
	}
	sig := fn.Signature()
	for i, arg := range call.Args {
		c.secretConstant(arg, fn)
		if p := parameter(sig, i); p != nil {
			c.argument(arg, p, fn)
		}
	}
	if fn.Name() == "NewKind" && sig.Recv() == nil {
		c.kind(call)
	}
}

func parameter(sig *types.Signature, i int) *types.Var {
	if n := sig.Params().Len(); i >= n {
		if n == 0 || !sig.Variadic() {
			return nil
		}
		i = n - 1
	}
	return sig.Params().At(i)
}

func (c *checker) argument(arg ast.Expr, p *types.Var, fn *types.Func) {
	switch {
	case constantOnly(p.Type()):
		c.vocabulary(arg, p, fn)
	case c.opaque(p.Type()) && !none[short(p.Type())] && c.zero(arg):
		c.pass.Report(analysis.Diagnostic{Pos: arg.Pos(), End: arg.End(), Category: "zero-value",
			Message: "zero " + short(p.Type()) + " given to audit." + fn.Name() + ": make it with its constructor, Emit refuses the event otherwise"})
	default:
		c.reason(arg, p.Type(), fn)
	}
}

// none are the types whose zero value means that there is none of it.
var none = map[string]bool{"audit.Snapshot": true, "audit.PlanID": true, "audit.RequestID": true, "audit.Agent": true, "audit.TraceParent": true,
	"audit.Workspace": true, "audit.VendRequest": true}

// constantOnly reports whether a type is that of parameters that take constants.
func constantOnly(t types.Type) bool {
	n, ok := types.Unalias(t).(*types.Named)
	return ok && n.Obj().Name() == "stringConstant" && n.Obj().Pkg() != nil && n.Obj().Pkg().Path() == rule.Audit
}

// opaque reports whether a type is a struct of package audit without exported fields.
func (c *checker) opaque(t types.Type) bool {
	n, ok := types.Unalias(t).(*types.Named)
	if !ok || n.Obj().Pkg() != c.audit {
		return false
	}
	s, ok := n.Underlying().(*types.Struct)
	if !ok || s.NumFields() == 0 {
		return false
	}
	for f := range s.Fields() {
		if f.Exported() {
			return false
		}
	}
	return true
}

func short(t types.Type) string {
	return types.TypeString(t, func(p *types.Package) string { return p.Name() })
}
