// Package program gives the other analyzers the SSA form of the packages that auditvet looks into: those of the main
// module and those that import package audit. All others, the standard library first, are known by tables only, so
// that the tool costs little more than go vet.
package program

import (
	"go/ast"
	"go/types"
	"reflect"
	"strings"

	"github.com/daxis-io/arco-audit/redact/auditvet/internal/rule"
	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"
)

// Analyzer builds the SSA form; its result is a *Program, nil for packages that are not looked into.
var Analyzer = &analysis.Analyzer{
	Name:       "auditssa",
	Doc:        "build the SSA form of packages that auditvet looks into",
	Run:        run,
	ResultType: reflect.TypeFor[*Program](),
	FactTypes:  []analysis.Fact{new(Source)},
}

// Program is the SSA form of one package.
type Program struct {
	Package *ssa.Package
	// Functions are the declared functions and methods, in source order, without those of generic types that have no
	// body of their own. Literals are in their AnonFuncs.
	Functions []*ssa.Function
	// Below are the packages that this one needs whose functions have bodies too.
	Below map[*types.Package]*Source
	// ImportsAudit says whether the package imports package audit itself.
	ImportsAudit bool
}

func run(pass *analysis.Pass) (any, error) {
	audit := imports(pass.Pkg, rule.Audit)
	if !audit && !own(pass) {
		return (*Program)(nil), nil
	}
	prog := ssa.NewProgram(pass.Fset, ssa.InstantiateGenerics)
	prog.SetNoReturn(noReturn)
	below, built := sources(pass), make(map[*types.Package]*ssa.Package)
	create(prog, pass.Pkg, below, built)
	for _, p := range built {
		p.Build()
	}
	p := &Program{Package: prog.CreatePackage(pass.Pkg, pass.Files, pass.TypesInfo, false), ImportsAudit: audit, Below: below}
	p.Package.Build()
	if own(pass) && HasSource(pass.Pkg.Path()) {
		pass.ExportPackageFact(&Source{Files: pass.Files, Info: pass.TypesInfo})
	}
	for _, file := range pass.Files {
		for _, decl := range file.Decls {
			if fd, ok := decl.(*ast.FuncDecl); ok {
				if fn := prog.FuncValue(pass.TypesInfo.Defs[fd.Name].(*types.Func)); fn != nil && fn.Blocks != nil {
					p.Functions = append(p.Functions, fn)
				}
			}
		}
	}
	return p, nil
}

// own reports whether the package belongs to the module that is worked on. Modules of a cache have a version.
func own(pass *analysis.Pass) bool {
	if pass.Module == nil || pass.Module.Path == "" {
		return !rule.Standard(pass.Pkg.Path()) || !strings.Contains(pass.Pkg.Path(), "/") && fileOutsideGoroot(pass)
	}
	return pass.Module.Version == "" && pass.Module.Path != "std"
}

// fileOutsideGoroot tells a package without a dot in its path, such as command-line-arguments, from the standard
// library's.
func fileOutsideGoroot(pass *analysis.Pass) bool {
	return pass.Pkg.Path() == "command-line-arguments" || pass.Pkg.Name() == "main"
}

func imports(p *types.Package, path string) bool {
	for _, i := range p.Imports() {
		if i.Path() == path {
			return true
		}
	}
	return false
}

// noReturn names the functions after which control does not go on.
func noReturn(fn *types.Func) bool {
	if fn.Pkg() == nil {
		return false
	}
	switch fn.Pkg().Path() {
	case "os":
		return fn.Name() == "Exit"
	case "log":
		return strings.HasPrefix(fn.Name(), "Fatal")
	case "runtime":
		return fn.Name() == "Goexit"
	case "testing":
		return strings.HasPrefix(fn.Name(), "Fatal") || strings.HasPrefix(fn.Name(), "Skip") || fn.Name() == "FailNow"
	}
	return false
}
