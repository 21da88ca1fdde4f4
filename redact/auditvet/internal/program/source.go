package program

import (
	"go/ast"
	"go/types"
	"strings"

	"github.com/daxis-io/arco-audit/redact/auditvet/internal/rule"
	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"
)

// Source is the fact that the source of a package is at hand: what it does needs no summary. It lives in memory only; a
// driver that analyses one package at a time reads sources again.
type Source struct {
	Files []*ast.File
	Info  *types.Info
}

// AFact marks Source as a fact.
func (*Source) AFact() {}

// String describes the source in tests.
func (*Source) String() string { return "source" }

// Volatile marks facts that are not kept in files.
func (*Source) Volatile() {}

// HasSource reports whether the source of a package of this path may be read by those that import it. The packages of
// package audit's own module are known by summaries: what is read from source must not meet types from export data.
func HasSource(path string) bool {
	return !strings.HasPrefix(path+"/", strings.TrimSuffix(rule.Audit, "audit")) && !rule.Standard(path)
}

// sources are the packages below this one whose source is at hand. There are none unless an event is made in this
// package or in one of them.
func sources(pass *analysis.Pass) map[*types.Package]*Source {
	below := make(map[*types.Package]bool)
	reach(pass.Pkg, below)
	out := make(map[*types.Package]*Source)
	audited := imports(pass.Pkg, rule.Audit)
	for _, f := range pass.AllPackageFacts() {
		if s, ok := f.Fact.(*Source); ok && below[f.Package] && f.Package != pass.Pkg {
			out[f.Package] = s
			audited = audited || imports(f.Package, rule.Audit)
		}
	}
	if !audited {
		return nil
	}
	return out
}

func reach(p *types.Package, seen map[*types.Package]bool) {
	for _, i := range p.Imports() {
		if !seen[i] {
			seen[i] = true
			reach(i, seen)
		}
	}
}

// create makes the packages that p imports, with bodies where there is source.
func create(prog *ssa.Program, p *types.Package, known map[*types.Package]*Source, built map[*types.Package]*ssa.Package) {
	for _, i := range p.Imports() {
		if _, done := built[i]; done || prog.Package(i) != nil {
			continue
		}
		s := known[i]
		if s == nil {
			prog.CreatePackage(i, nil, nil, true)
			continue
		}
		built[i] = nil
		create(prog, i, known, built)
		built[i] = prog.CreatePackage(i, s.Files, s.Info, true)
	}
}
