package unit

import (
	"bytes"
	"crypto/sha256"
	"encoding/gob"
	"encoding/hex"
	"fmt"
	"go/importer"
	"go/types"
	"io"
	"maps"
	"os"
	"path/filepath"
	"strings"

	"github.com/daxis-io/arco-audit/redact/auditvet/internal/program"
	"github.com/daxis-io/arco-audit/redact/auditvet/internal/rule"
	"golang.org/x/tools/go/analysis"
)

// body says where the source of a package is. It is kept beside the facts; Sum makes them change with the source.
type body struct {
	Files     []string
	Sum       string
	GoVersion string
	Exports   map[string]string // the compiler's export data of what it imports
	Audit     bool              // it imports package audit
}

// maxSource bounds, in files, how much source of other packages is read for one.
const maxSource = 400

// readBodies reads what the packages that are imported know of sources, their own and those below.
func readBodies(files map[string]string) map[string]body {
	all := make(map[string]body)
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil || len(data) == 0 {
			continue
		}
		var bodies map[string]body
		if gob.NewDecoder(bytes.NewReader(data)).Decode(&bodies) == nil {
			maps.Copy(all, bodies)
		}
	}
	return all
}

// needed are the sources that the analysis of this package needs: all, when an event is made here or in one of them.
func (u *unit) needed() map[string]body {
	_, audited := u.config.ImportMap[rule.Audit]
	n := 0
	for _, b := range u.bodies {
		audited = audited || b.Audit
		n += len(b.Files)
	}
	if !audited || n > maxSource || !program.HasSource(u.config.ImportPath) {
		return nil
	}
	return u.bodies
}

// withOwn are the sources below and that of this package, if it can be read again.
func (u *unit) withOwn() map[string]body {
	c := u.config
	if !c.canHaveFacts() || !program.HasSource(c.ImportPath) || c.ModuleVersion != "" || strings.Contains(c.ID, "[") {
		return u.bodies
	}
	own := body{GoVersion: c.GoVersion, Exports: make(map[string]string)}
	h := sha256.New()
	for _, name := range c.GoFiles {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		data, err := os.ReadFile(name)
		path, err2 := filepath.Abs(name)
		if err != nil || err2 != nil || bytes.Contains(data, []byte(`import "C"`)) {
			return u.bodies
		}
		fmt.Fprintln(h, path, len(data))
		h.Write(data)
		own.Files = append(own.Files, path)
	}
	own.Sum = hex.EncodeToString(h.Sum(nil))
	for _, i := range u.pkg.Imports() {
		if file, ok := c.PackageFile[i.Path()]; ok {
			own.Exports[i.Path()] = file
		}
		own.Audit = own.Audit || i.Path() == rule.Audit
	}
	all := maps.Clone(u.bodies)
	all[c.ImportPath] = own
	return all
}

// reader imports packages: some from source, the others from export data.
type reader struct {
	u        *unit
	compiler types.Importer
	bodies   map[string]body
	done     map[string]*types.Package
	sources  map[*types.Package]*program.Source
	failed   bool // a source could not be read
}

func (u *unit) importer(bodies map[string]body) *reader {
	r := &reader{u: u, bodies: bodies, done: make(map[string]*types.Package), sources: make(map[*types.Package]*program.Source)}
	r.compiler = importer.ForCompiler(u.fset, u.config.Compiler, func(path string) (io.ReadCloser, error) {
		file, ok := u.config.PackageFile[path]
		for _, b := range bodies {
			if ok {
				break
			}
			file, ok = b.Exports[path]
		}
		if !ok {
			return nil, fmt.Errorf("auditvet: the go command gave no types of %q", path)
		}
		return os.Open(file)
	})
	return r
}

// Import finds a package for the type checker.
func (r *reader) Import(path string) (*types.Package, error) {
	if mapped, ok := r.u.config.ImportMap[path]; ok {
		path = mapped
	}
	b, ok := r.bodies[path]
	if !ok {
		p, err := r.compiler.Import(path)
		r.failed = r.failed || err != nil && r.bodies != nil
		return p, err
	}
	if p := r.done[path]; p != nil {
		return p, nil
	}
	p, err := r.read(path, b)
	r.failed = r.failed || err != nil
	return p, err
}

func (r *reader) read(path string, b body) (*types.Package, error) {
	files, err := r.u.parse(b.Files)
	if err != nil {
		return nil, err
	}
	info := newInfo()
	config := types.Config{GoVersion: b.GoVersion, Sizes: types.SizesFor(r.u.config.Compiler, goarch()), Importer: r}
	p, err := config.Check(path, r.u.fset, files, info)
	if err != nil {
		return nil, err
	}
	r.done[path] = p
	r.sources[p] = &program.Source{Files: files, Info: info}
	return p, nil
}

// allPackageFacts are the facts in files, and the sources that were read.
func (u *unit) allPackageFacts() []analysis.PackageFact {
	all := u.facts.allPackages()
	for p, s := range u.sources {
		all = append(all, analysis.PackageFact{Package: p, Fact: s})
	}
	return all
}
