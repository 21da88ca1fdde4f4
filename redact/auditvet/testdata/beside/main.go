// Command beside runs auditvet and the taint engine of gosec over the programs in testdata/corpus and prints how many
// of each set they report. It gets the same sources and sinks, as far as it can be told. Run it here with go run .
package main

import (
	"fmt"
	"go/token"
	"go/types"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/daxis-io/arco-audit/internal/compiletest"
	"github.com/daxis-io/arco-audit/redact/auditvet"
	"github.com/daxis-io/arco-audit/redact/auditvet/internal/corpus"
	"github.com/daxis-io/arco-audit/redact/auditvet/internal/rule"
	"github.com/securego/gosec/v2/taint"
	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/checker"
	"golang.org/x/tools/go/packages"
	"golang.org/x/tools/go/ssa"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// tool reports whether a program is reported.
type tool struct {
	name string
	run  func(*packages.Package) (bool, error)
}

func run() error {
	dir := filepath.Join("..", "..")
	w, err := corpus.New(dir, func(fset *token.FileSet, packages ...string) (types.Importer, error) {
		exports, err := compiletest.List(dir, packages...)
		if err != nil {
			return nil, err
		}
		return exports.Importer(fset), nil
	})
	if err != nil {
		return err
	}
	tools := []tool{
		{"auditvet", func(p *packages.Package) (bool, error) { return analysed(p, auditvet.Analyzers()...) }},
		{"gosec", gosec},
	}
	names, err := filepath.Glob(filepath.Join(dir, "testdata", "corpus", "*_*.txtar"))
	if err != nil {
		return err
	}
	names = append(names, filepath.Join(dir, "testdata", "corpus", "safe.txtar"))
	slices.Sort(names)
	for _, name := range slices.Compact(names) {
		if err := score(w, name, tools); err != nil {
			return err
		}
	}
	return nil
}

// score prints how many programs of a set each tool reports, and on how many it fails.
func score(w *corpus.World, name string, tools []tool) error {
	programs, err := corpus.Read(name)
	if err != nil {
		return err
	}
	reported, failed := make([]int, len(tools)), make([]int, len(tools))
	for _, p := range programs {
		pkg, err := w.Load(p)
		if err != nil {
			return err
		}
		for i, t := range tools {
			switch found, err := t.run(pkg); {
			case err != nil:
				failed[i]++
			case found:
				reported[i]++
			}
		}
	}
	fmt.Printf("%-16s %3d", strings.TrimSuffix(filepath.Base(name), ".txtar"), len(programs))
	for i, t := range tools {
		fmt.Printf("   %s %3d", t.name, reported[i])
		if failed[i] > 0 {
			fmt.Printf(" (failed on %d)", failed[i])
		}
	}
	fmt.Println()
	return nil
}

// analysed runs analyzers of go/analysis. A panic of theirs is an error.
func analysed(pkg *packages.Package, analyzers ...*analysis.Analyzer) (found bool, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	graph, err := checker.Analyze(analyzers, []*packages.Package{pkg}, &checker.Options{Sequential: true})
	if err != nil {
		return false, err
	}
	for action := range graph.All() {
		if action.Err != nil && action.IsRoot {
			return false, action.Err
		}
		if strings.HasPrefix(action.Package.PkgPath, pkg.PkgPath) && len(action.Diagnostics) > 0 && slices.Contains(analyzers, action.Analyzer) {
			found = true
		}
	}
	return found, nil
}

// gosec runs the taint engine of gosec on the SSA form of a program and the packages that it comes with.
func gosec(pkg *packages.Package) (found bool, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	prog := ssa.NewProgram(pkg.Fset, ssa.InstantiateGenerics)
	var own []*ssa.Package
	made := make(map[*types.Package]bool)
	var create func(*packages.Package)
	create = func(p *packages.Package) {
		if made[p.Types] {
			return
		}
		made[p.Types] = true
		for _, i := range p.Imports {
			create(i)
		}
		for _, i := range p.Types.Imports() {
			if !made[i] {
				made[i] = true
				prog.CreatePackage(i, nil, nil, true)
			}
		}
		own = append(own, prog.CreatePackage(p.Types, p.Syntax, p.TypesInfo, true))
	}
	create(pkg)
	prog.Build()
	var functions []*ssa.Function
	for _, p := range own {
		for _, m := range p.Members {
			functions = append(functions, functionsOf(prog, m)...)
		}
	}
	return len(taint.New(gosecRules(pkg)).Analyze(prog, functions)) > 0, nil
}

func functionsOf(prog *ssa.Program, m ssa.Member) []*ssa.Function {
	var out []*ssa.Function
	switch m := m.(type) {
	case *ssa.Function:
		out = append(out, m)
	case *ssa.Type:
		for _, t := range []types.Type{m.Type(), types.NewPointer(m.Type())} {
			set := prog.MethodSets.MethodSet(t)
			for i := range set.Len() {
				if fn := prog.MethodValue(set.At(i)); fn != nil && fn.Blocks != nil {
					out = append(out, fn)
				}
			}
		}
	}
	for i := 0; i < len(out); i++ {
		out = append(out, out[i].AnonFuncs...)
	}
	return out
}

// gosecRules are auditvet's types, fields and functions as sources, the doors of package audit as sinks.
func gosecRules(pkg *packages.Package) *taint.Config {
	c := &taint.Config{}
	for _, table := range []map[string]string{rule.Fields, rule.SoftFields} {
		for name := range table {
			owner := name[:strings.LastIndexByte(name, '.')]
			at := strings.LastIndexByte(owner, '.')
			for _, pointer := range []bool{true, false} {
				c.Sources = append(c.Sources, taint.Source{Package: owner[:at], Name: owner[at+1:], Pointer: pointer})
			}
		}
	}
	function := func(name string) {
		path := name
		if rest, ok := strings.CutPrefix(name, "("); ok {
			owner, method, _ := strings.Cut(strings.TrimPrefix(rest, "*"), ").")
			owner, _, _ = strings.Cut(owner, "[")
			path = owner[:strings.LastIndexByte(owner, '.')] + "." + method
		}
		at := strings.LastIndexByte(path, '.')
		c.Sources = append(c.Sources, taint.Source{Package: path[:at], Name: path[at+1:], IsFunc: true})
	}
	for name := range rule.Results {
		function(name)
	}
	for name := range rule.Keyed {
		function(name)
	}
	for _, name := range []string{"(net/http.Header).Get", "(net/http.Header).Values", "(net/url.Values).Get"} {
		function(name)
	}
	for _, i := range pkg.Types.Imports() {
		if i.Path() == rule.Audit {
			c.Sinks = sinks(i)
		}
	}
	return c
}

func sinks(audit *types.Package) []taint.Sink {
	var out []taint.Sink
	for _, name := range audit.Scope().Names() {
		fn, ok := audit.Scope().Lookup(name).(*types.Func)
		if !ok || !fn.Exported() || strings.HasPrefix(name, "Parse") {
			continue
		}
		for v := range fn.Signature().Params().Variables() {
			if t := v.Type().String(); t == "string" || t == "[]string" {
				out = append(out, taint.Sink{Package: rule.Audit, Method: name})
				break
			}
		}
	}
	return out
}
