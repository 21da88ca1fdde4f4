package flow

import (
	"go/types"
	"maps"
	"slices"
	"strings"

	"github.com/daxis-io/arco-audit/redact/auditvet/internal/rule"
	"golang.org/x/tools/go/ssa"
)

// inside reports whether a package is this one, or one below it whose functions have bodies too.
func (p *pkg) inside(pkg *types.Package) bool { return pkg == p.pass.Pkg || p.prog.Below[pkg] != nil }

// findTypes collects the concrete types of the package and of those below it that have bodies, for calls of
// interfaces' methods.
func (p *pkg) findTypes() {
	p.addTypes(p.pass.Pkg.Scope())
	for _, below := range slices.SortedFunc(maps.Keys(p.prog.Below), func(a, b *types.Package) int { return strings.Compare(a.Path(), b.Path()) }) {
		p.addTypes(below.Scope())
	}
}

func (p *pkg) addTypes(scope *types.Scope) {
	for _, name := range scope.Names() {
		tn, ok := scope.Lookup(name).(*types.TypeName)
		if !ok || tn.IsAlias() || types.IsInterface(tn.Type()) {
			continue
		}
		named, ok := tn.Type().(*types.Named)
		if !ok || named.TypeParams().Len() > 0 {
			continue
		}
		p.types = append(p.types, named, types.NewPointer(named))
	}
}

// concrete are the types that may be behind an interface; of a type and the pointer to it, the one with all methods.
func (p *pkg) concrete() []types.Type {
	if p.concreteTypes != nil || len(p.types) == 0 {
		return p.concreteTypes
	}
	var out []types.Type
	for i := 0; i < len(p.types); i += 2 {
		value, pointer := types.NewMethodSet(p.types[i]), types.NewMethodSet(p.types[i+1])
		if value.Len() == pointer.Len() {
			out = append(out, p.types[i])
		} else {
			out = append(out, p.types[i+1])
		}
	}
	p.concreteTypes = out
	return out
}

// lookup is the method of t that a call of an interface's method reaches.
func (p *pkg) lookup(t types.Type, method *types.Func) *ssa.Function {
	return p.methodNamed(t, method.Pkg(), method.Name())
}

// methodKey names a method of a type.
type methodKey struct {
	typ  types.Type
	name string
}

// methodNamed is a method of a type, nil when there is none.
func (p *pkg) methodNamed(t types.Type, in *types.Package, name string) *ssa.Function {
	k := methodKey{t, name}
	if fn, known := p.methodCache[k]; known {
		return fn
	}
	var fn *ssa.Function
	if sel := types.NewMethodSet(t).Lookup(in, name); sel != nil {
		fn = p.prog.Package.Prog.MethodValue(sel)
	}
	p.methodCache[k] = fn
	return fn
}

// method is the method of t with this name, nil when there is none.
func (p *pkg) method(t types.Type, name string) *ssa.Function {
	if _, ok := t.Underlying().(*types.Interface); ok {
		return nil
	}
	return p.methodNamed(t, nil, name)
}

// factsOf are the summaries of methods of other packages that a call of an interface's method may reach, when they
// return a secret.
func (p *pkg) factsOf(method *types.Func, iface types.Type) []*Summary {
	i, ok := iface.Underlying().(*types.Interface)
	if !ok || method.Pkg() == nil || rule.Standard(method.Pkg().Path()) {
		return nil
	}
	var out []*Summary
	for _, f := range p.pass.AllObjectFacts() {
		s, ok := f.Fact.(*Summary)
		if !ok || f.Object.Name() != method.Name() || !s.Result.secret() || len(out) >= maxImplementations {
			continue
		}
		fn, ok := f.Object.(*types.Func)
		if !ok || fn.Signature().Recv() == nil {
			continue
		}
		if types.Implements(fn.Signature().Recv().Type(), i) {
			out = append(out, s)
		}
	}
	return out
}

// secret reports whether a result holds a secret whatever the function is given.
func (s *Shape) secret() bool {
	if s == nil {
		return false
	}
	for _, o := range s.Origins {
		if tier(o.Tier) == hard {
			return true
		}
	}
	for _, p := range s.Parts {
		if p.secret() {
			return true
		}
	}
	return s.Elem.secret()
}

// secretType says what every value of a type is, if it is a secret.
func (p *pkg) secretType(t types.Type) (string, bool) {
	what, ok := rule.Types[typeName(t)]
	return what, ok
}

// owns reports whether a type is declared in a package that is looked into: fields of others are not followed through
// memory, because every program shares them.
func (p *pkg) owns(t types.Type) bool {
	if ptr, ok := types.Unalias(t).(*types.Pointer); ok {
		t = ptr.Elem()
	}
	n, ok := types.Unalias(t).(*types.Named)
	if !ok || n.Obj().Pkg() == nil {
		return false
	}
	path := n.Obj().Pkg().Path()
	return n.Obj().Pkg() == p.pass.Pkg || !rule.Standard(path) && path != rule.Audit && path != rule.Redact && sameModule(path, p.pass.Pkg.Path())
}

// sameModule reports whether two import paths begin with the same host and owner, or with the same name where the module
// has no host.
func sameModule(a, b string) bool {
	as, bs := strings.Split(a, "/"), strings.Split(b, "/")
	if as[0] != bs[0] || !strings.Contains(as[0], ".") {
		return as[0] == bs[0]
	}
	for i := range min(3, len(as), len(bs)) {
		if as[i] != bs[i] {
			return false
		}
	}
	return true
}

func (p *pkg) isAuditType(t types.Type) bool {
	name := typeName(t)
	return strings.HasPrefix(name, rule.Audit+".") || strings.HasPrefix(name, rule.Redact+".")
}

// commonWords are names of parameters that speak of a secret only in some programs.
var commonWords = map[string]bool{"code": true, "state": true, "session": true, "sig": true, "signature": true, "assertion": true,
	"cookie": true, "cookies": true, "ticket": true, "auth": true, "sid": true, "pin": true, "tokens": true}

// suspectParameter says what a parameter is that is named like a secret, "" for others. Functions that only this
// package calls are executed with what they are given, so that nothing needs to be guessed.
func (p *pkg) suspectParameter(v *ssa.Parameter) string {
	fn := v.Parent()
	if p.called[fn] || fn.Signature.Recv() != nil && fn.Params[0] == v || !textual(v.Type()) {
		return ""
	}
	name := v.Name()
	if commonWords[strings.ToLower(name)] || rule.Classify(name) != rule.Suspect {
		return ""
	}
	return "parameter " + name
}
