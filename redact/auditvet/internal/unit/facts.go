package unit

import (
	"bytes"
	"cmp"
	"encoding/gob"
	"errors"
	"fmt"
	"go/types"
	"os"
	"reflect"
	"slices"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/types/objectpath"
)

// facts are what is known of the objects of this package and of those below it.
type facts struct {
	pkg      *types.Package
	objects  map[objectKey]analysis.Fact
	packages map[packageKey]analysis.Fact
}

type objectKey struct {
	obj types.Object
	typ reflect.Type
}

type packageKey struct {
	pkg *types.Package
	typ reflect.Type
}

// volatile facts are not kept in files.
type volatile interface{ Volatile() }

// record is a fact in a file; Object is "" for a fact about the package.
type record struct {
	Package, Object string
	Fact            analysis.Fact
}

// readFacts reads the facts of the packages that pkg imports.
func readFacts(pkg *types.Package, files map[string]string, analyzers []*analysis.Analyzer) (*facts, error) {
	register(analyzers)
	f := &facts{pkg: pkg, objects: make(map[objectKey]analysis.Fact), packages: make(map[packageKey]analysis.Fact)}
	known := make(map[string]*types.Package)
	reachable(pkg, known)
	for path, file := range files {
		data, err := os.ReadFile(file)
		if err != nil || len(data) == 0 {
			continue // the go command does not keep what it did not need
		}
		var records []record
		decoder := gob.NewDecoder(bytes.NewReader(data))
		if err := errors.Join(decoder.Decode(new(map[string]body)), decoder.Decode(&records)); err != nil {
			return nil, fmt.Errorf("auditvet: facts of %s cannot be read: %w", path, err)
		}
		for _, r := range records {
			f.add(known[r.Package], r)
		}
	}
	return f, nil
}

func (f *facts) add(pkg *types.Package, r record) {
	if pkg == nil {
		return // nothing of it can be named here
	}
	typ := reflect.TypeOf(r.Fact)
	if r.Object == "" {
		f.packages[packageKey{pkg, typ}] = r.Fact
		return
	}
	if obj, err := objectpath.Object(pkg, objectpath.Path(r.Object)); err == nil {
		f.objects[objectKey{obj, typ}] = r.Fact
	}
}

// register tells gob the types of facts.
func register(analyzers []*analysis.Analyzer) {
	for _, a := range analyzers {
		for _, fact := range a.FactTypes {
			gob.Register(fact)
		}
		register(a.Requires)
	}
}

func reachable(pkg *types.Package, known map[string]*types.Package) {
	for _, p := range pkg.Imports() {
		if known[p.Path()] == nil {
			known[p.Path()] = p
			reachable(p, known)
		}
	}
}

// write writes where the sources are, and the facts of this package and of those below, in an order that does not change.
func (f *facts) write(file string, bodies map[string]body) error {
	if file == "" {
		return nil
	}
	var records []record
	paths := new(objectpath.Encoder)
	for k, fact := range f.objects {
		if path, err := paths.For(k.obj); err == nil {
			records = append(records, record{k.obj.Pkg().Path(), string(path), fact})
		}
	}
	for k, fact := range f.packages {
		if _, inMemory := fact.(volatile); !inMemory {
			records = append(records, record{k.pkg.Path(), "", fact})
		}
	}
	slices.SortFunc(records, func(a, b record) int {
		return cmp.Or(cmp.Compare(a.Package, b.Package), cmp.Compare(a.Object, b.Object),
			cmp.Compare(reflect.TypeOf(a.Fact).String(), reflect.TypeOf(b.Fact).String()))
	})
	if len(records) == 0 && len(bodies) == 0 {
		return os.WriteFile(file, nil, 0o666)
	}
	var out bytes.Buffer
	encoder := gob.NewEncoder(&out)
	if err := errors.Join(encoder.Encode(bodies), encoder.Encode(records)); err != nil {
		return fmt.Errorf("auditvet: facts of %s cannot be written: %w", f.pkg.Path(), err)
	}
	return os.WriteFile(file, out.Bytes(), 0o666)
}

func (f *facts) importObject(obj types.Object, fact analysis.Fact) bool {
	return set(fact, f.objects[objectKey{obj, reflect.TypeOf(fact)}])
}

func (f *facts) importPackage(pkg *types.Package, fact analysis.Fact) bool {
	return set(fact, f.packages[packageKey{pkg, reflect.TypeOf(fact)}])
}

// set copies what a known fact holds.
func set(to, from analysis.Fact) bool {
	if from == nil {
		return false
	}
	reflect.ValueOf(to).Elem().Set(reflect.ValueOf(from).Elem())
	return true
}

func (f *facts) exportObject(obj types.Object, fact analysis.Fact) {
	f.objects[objectKey{obj, reflect.TypeOf(fact)}] = fact
}

func (f *facts) exportPackage(pkg *types.Package, fact analysis.Fact) {
	f.packages[packageKey{pkg, reflect.TypeOf(fact)}] = fact
}

func (f *facts) allObjects() []analysis.ObjectFact {
	out := make([]analysis.ObjectFact, 0, len(f.objects))
	for k, fact := range f.objects {
		out = append(out, analysis.ObjectFact{Object: k.obj, Fact: fact})
	}
	return out
}

func (f *facts) allPackages() []analysis.PackageFact {
	out := make([]analysis.PackageFact, 0, len(f.packages))
	for k, fact := range f.packages {
		out = append(out, analysis.PackageFact{Package: k.pkg, Fact: fact})
	}
	return out
}
