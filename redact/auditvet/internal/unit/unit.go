// Package unit runs analyzers on one package as go vet asks for it: the go command describes the package in a file and
// keeps the facts that come out. It differs from the unitchecker of x/tools in two things. Types of dependencies are
// read from the compiler's export data, which the go command names; and packages that are only asked for facts and
// can have none, those of the standard library and of other modules that do not import package audit, are not even
// parsed.
package unit

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/daxis-io/arco-audit/redact/auditvet/internal/program"
	"github.com/daxis-io/arco-audit/redact/auditvet/internal/rule"
	"golang.org/x/tools/go/analysis"
)

// Config is the description of a package that the go command writes; see vetConfig in cmd/go/internal/work.
type Config struct {
	ID            string
	Compiler      string
	ImportPath    string
	GoVersion     string
	GoFiles       []string
	ImportMap     map[string]string
	PackageFile   map[string]string
	Standard      map[string]bool
	PackageVetx   map[string]string
	VetxOnly      bool
	VetxOutput    string
	ModulePath    string
	ModuleVersion string
	Stdout        string // where to write what would go to standard output, since Go 1.26
}

// Asked reports whether arguments are those with which the go command calls a vet tool.
func Asked(args []string) bool {
	for _, a := range args {
		if a == "-V=full" || a == "-flags" || strings.HasSuffix(a, ".cfg") {
			return true
		}
	}
	return false
}

// Main answers the go command and returns the exit status.
func Main(args []string, stdout, stderr io.Writer, analyzers []*analysis.Analyzer) int {
	asJSON := false
	for _, a := range args {
		switch {
		case a == "-V=full":
			return version(stdout, stderr)
		case a == "-flags":
			fmt.Fprintln(stdout, `[{"Name":"json","Bool":true,"Usage":"print diagnostics as JSON"}]`)
			return 0
		case a == "-json" || a == "-json=true":
			asJSON = true
		case strings.HasSuffix(a, ".cfg"):
			return answer(a, asJSON, stdout, stderr, analyzers)
		}
	}
	return 2
}

// answer checks one package and prints what was found.
func answer(file string, asJSON bool, stdout, stderr io.Writer, analyzers []*analysis.Analyzer) int {
	found, err := Check(file, analyzers)
	if err != nil {
		fmt.Fprintln(stderr, err)
		return 1
	}
	if !asJSON {
		return found.text(stderr)
	}
	if found.stdout != "" {
		f, err := os.Create(found.stdout)
		if err != nil {
			fmt.Fprintln(stderr, err)
			return 1
		}
		defer f.Close()
		stdout = f
	}
	return found.json(stdout)
}

// version prints what the go command makes part of its cache keys: the hash of the executable.
func version(stdout, stderr io.Writer) int {
	name, err := os.Executable()
	if err == nil {
		var f *os.File
		if f, err = os.Open(name); err == nil {
			defer f.Close()
			h := sha256.New()
			if _, err = io.Copy(h, f); err == nil {
				fmt.Fprintf(stdout, "%s version devel comments-go-here buildID=%02x\n", filepath.Base(name), h.Sum(nil))
				return 0
			}
		}
	}
	fmt.Fprintln(stderr, "auditvet: the executable cannot be read:", err)
	return 1
}

// Check runs the analyzers on the package that a file describes, and writes its facts.
func Check(file string, analyzers []*analysis.Analyzer) (*Findings, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var c Config
	if err := json.Unmarshal(data, &c); err != nil {
		return nil, fmt.Errorf("auditvet: %s is no description of a package: %w", file, err)
	}
	if c.VetxOnly && !c.canHaveFacts() {
		return &Findings{stdout: c.Stdout}, os.WriteFile(c.VetxOutput, nil, 0o666)
	}
	return c.check(analyzers)
}

// canHaveFacts reports whether the package is one that is looked into.
func (c *Config) canHaveFacts() bool {
	if _, audited := c.ImportMap[rule.Audit]; audited {
		return true
	}
	return c.ModulePath != "" && c.ModuleVersion == "" && !c.Standard[c.ImportPath] && !rule.Standard(c.ModulePath)
}

func (c *Config) check(analyzers []*analysis.Analyzer) (*Findings, error) {
	u := &unit{config: c, fset: token.NewFileSet(), results: make(map[*analysis.Analyzer]*result), bodies: readBodies(c.PackageVetx)}
	if err := u.load(u.needed()); err != nil {
		return nil, err
	}
	var err error
	if u.facts, err = readFacts(u.pkg, c.PackageVetx, analyzers); err != nil {
		return nil, err
	}
	found := &Findings{id: c.ID, fset: u.fset, stdout: c.Stdout}
	for _, a := range analyzers {
		r := u.run(a)
		if r.err != nil {
			return nil, fmt.Errorf("%s: %w", a.Name, r.err)
		}
		if !c.VetxOnly {
			found.add(a.Name, r.diagnostics)
		}
	}
	return found, u.facts.write(c.VetxOutput, u.withOwn())
}

// unit is one package that is analysed.
type unit struct {
	config  *Config
	fset    *token.FileSet
	files   []*ast.File
	pkg     *types.Package
	info    *types.Info
	facts   *facts
	results map[*analysis.Analyzer]*result
	bodies  map[string]body // where the sources of packages below are, by import path
	sources map[*types.Package]*program.Source
}

// load parses and type-checks the package, and those below it whose sources are needed. When one of these cannot be
// read, all types come from export data.
func (u *unit) load(needed map[string]body) error {
	var err error
	if u.files, err = u.parse(u.config.GoFiles); err != nil {
		return err
	}
	i := u.importer(needed)
	u.info = newInfo()
	config := types.Config{GoVersion: u.config.GoVersion, Sizes: types.SizesFor(u.config.Compiler, goarch()), Importer: i}
	u.pkg, err = config.Check(u.config.ImportPath, u.fset, u.files, u.info)
	if i.failed {
		return u.load(nil)
	}
	u.sources = i.sources
	return err
}

func (u *unit) parse(names []string) ([]*ast.File, error) {
	var files []*ast.File
	for _, name := range names {
		f, err := parser.ParseFile(u.fset, name, nil, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		files = append(files, f)
	}
	return files, nil
}

func newInfo() *types.Info {
	return &types.Info{
		Types: make(map[ast.Expr]types.TypeAndValue), Defs: make(map[*ast.Ident]types.Object), Uses: make(map[*ast.Ident]types.Object),
		Implicits: make(map[ast.Node]types.Object), Instances: make(map[*ast.Ident]types.Instance), Scopes: make(map[ast.Node]*types.Scope),
		Selections: make(map[*ast.SelectorExpr]*types.Selection), FileVersions: make(map[*ast.File]string),
	}
}

// result is what one analyzer gave.
type result struct {
	value       any
	err         error
	diagnostics []analysis.Diagnostic
}

// run runs an analyzer after those that it needs. A panic of an analyzer is its error.
func (u *unit) run(a *analysis.Analyzer) (r *result) {
	if done := u.results[a]; done != nil {
		return done
	}
	r = &result{}
	u.results[a] = r
	needs := make(map[*analysis.Analyzer]any)
	for _, need := range a.Requires {
		n := u.run(need)
		if n.err != nil {
			r.err = errors.Join(errors.New("it needs "+need.Name), n.err)
			return r
		}
		needs[need] = n.value
	}
	defer func() {
		if p := recover(); p != nil {
			r.err = fmt.Errorf("auditvet: internal error in %s: %v", u.config.ImportPath, p)
		}
	}()
	r.value, r.err = a.Run(u.pass(a, r, needs))
	return r
}

func (u *unit) pass(a *analysis.Analyzer, r *result, needs map[*analysis.Analyzer]any) *analysis.Pass {
	return &analysis.Pass{
		Analyzer: a, Fset: u.fset, Files: u.files, Pkg: u.pkg, TypesInfo: u.info,
		TypesSizes: types.SizesFor(u.config.Compiler, goarch()), ResultOf: needs, ReadFile: os.ReadFile,
		Module:            &analysis.Module{Path: u.config.ModulePath, Version: u.config.ModuleVersion, GoVersion: u.config.GoVersion},
		Report:            func(d analysis.Diagnostic) { r.diagnostics = append(r.diagnostics, d) },
		ImportObjectFact:  u.facts.importObject,
		ExportObjectFact:  u.facts.exportObject,
		ImportPackageFact: u.facts.importPackage,
		ExportPackageFact: func(f analysis.Fact) { u.facts.exportPackage(u.pkg, f) },
		AllObjectFacts:    u.facts.allObjects,
		AllPackageFacts:   u.allPackageFacts,
	}
}
