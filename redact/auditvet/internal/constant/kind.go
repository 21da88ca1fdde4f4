package constant

import (
	"go/ast"
	"go/constant"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"
)

// builtIn are the wire names of package audit's own actions.
var builtIn = strings.Fields("AUTH_ALLOW AUTH_DENY URL_MINT_ALLOW URL_MINT_DENY CRED_VEND_ALLOW CRED_VEND_DENY ICEBERG_COMMIT " +
	"ICEBERG_COMMIT_DENY CATALOG_MUTATE CATALOG_MUTATE_DENY CONTROL_STORE_MUTATE CONTROL_STORE_DENY TRAIL_OPENED TRAIL_CLOSED " +
	"TRAIL_ADOPTED CHECKPOINT DENIES_SUPPRESSED EVENTS_DROPPED GAP_FOUND EVENT_QUARANTINED DECISION_BEGUN DECISION_ABANDONED OTHER")

// categories are the built-in categories.
var categories = strings.Fields("other auth url_mint cred_vend iceberg_commit catalog control_store trail")

// kind checks a call of NewKind: at package level, with a name of its own.
func (c *checker) kind(call *ast.CallExpr) {
	report := func(category, message string) {
		c.pass.Report(analysis.Diagnostic{Pos: call.Pos(), End: call.End(), Category: category, Message: message})
	}
	if !c.atPackageLevel() {
		report("local-kind", "audit.NewKind is called inside a function: declare the kind in a package-level var, so that a program has a fixed set of them")
	}
	if len(call.Args) < 2 {
		return
	}
	if category, ok := c.text(call.Args[1]); ok && contains(categories, category) {
		report("built-in-category", "category "+category+" belongs to the built-in actions: use another")
	}
	name, ok := c.text(call.Args[0])
	if !ok {
		return
	}
	for _, own := range builtIn {
		if own == name || own == name+"_ALLOW" || own == name+"_DENY" {
			report("built-in-name", "kind "+name+" makes events with a name of the built-in actions: use another name")
			return
		}
	}
	if where := c.declared(name); where != "" {
		report("duplicate-kind", "kind "+name+" is declared twice, first at "+where+": use one variable or another name")
		return
	}
	at := c.pass.Fset.Position(call.Pos())
	c.kinds[name] = c.pass.Pkg.Path() + ":" + itoa(at.Line)
}

// declared says where a kind of this name was declared before, here or in an imported package.
func (c *checker) declared(name string) string {
	if where := c.kinds[name]; where != "" {
		return where
	}
	for _, f := range c.pass.AllPackageFacts() {
		if k, ok := f.Fact.(*Kinds); ok && f.Package != c.pass.Pkg && k.Names[name] != "" {
			return k.Names[name]
		}
	}
	return ""
}

// atPackageLevel reports whether the call that is looked at initialises a package-level variable.
func (c *checker) atPackageLevel() bool {
	for _, n := range c.path {
		switch n.(type) {
		case *ast.FuncDecl, *ast.FuncLit:
			return false
		}
	}
	return true
}

func (c *checker) text(e ast.Expr) (string, bool) {
	v := c.pass.TypesInfo.Types[e].Value
	if v == nil || v.Kind() != constant.String {
		return "", false
	}
	return constant.StringVal(v), true
}

func contains(list []string, s string) bool {
	return slices.Contains(list, s)
}

// duplicates reports kinds that two of the imported packages declare under one name, where the two come together.
func (c *checker) duplicates() {
	kinds := make(map[*types.Package]map[string]string)
	for _, f := range c.pass.AllPackageFacts() {
		if k, ok := f.Fact.(*Kinds); ok && f.Package != c.pass.Pkg {
			kinds[f.Package] = k.Names
		}
	}
	if len(kinds) < 2 {
		return
	}
	first := make(map[string]string)
	for _, file := range c.pass.Files {
		for _, spec := range file.Imports {
			name := c.pass.TypesInfo.PkgNameOf(spec)
			if name == nil {
				continue
			}
			for kind, where := range below(name.Imported(), kinds) {
				switch old := first[kind]; {
				case old == "":
					first[kind] = where
				case old != where:
					c.pass.Report(analysis.Diagnostic{Pos: spec.Pos(), End: spec.End(), Category: "duplicate-kind",
						Message: "kind " + kind + " is declared twice, at " + old + " and at " + where + ": use one variable or another name"})
				}
			}
		}
	}
}

// below are the kinds that a package and those below it declare.
func below(p *types.Package, kinds map[*types.Package]map[string]string) map[string]string {
	out := make(map[string]string)
	seen := make(map[*types.Package]bool)
	var visit func(p *types.Package)
	visit = func(p *types.Package) {
		if seen[p] {
			return
		}
		seen[p] = true
		for name, where := range kinds[p] {
			out[name] = where
		}
		for _, i := range p.Imports() {
			visit(i)
		}
	}
	visit(p)
	return out
}
