package flow

import (
	"go/types"
	"strings"

	"github.com/daxis-io/arco-audit/redact/auditvet/internal/rule"
	"golang.org/x/tools/go/ssa"
)

// external is a call of a function whose body is in another package.
func (r *run) external(c *callSite, obj *types.Func, name string, args []*value) *value {
	if obj != nil {
		if s := r.p.summaryOf(obj); s != nil {
			return r.authenticated(c, obj, r.apply(c, s, args))
		}
		if obj.Pkg() != nil && rule.CleanPackage(obj.Pkg().Path()) {
			r.callbacks(c, args, nil)
			return r.result(c, nil)
		}
	}
	if obj != nil && rule.Size(obj.Name()) && numeric(c.sig.Results()) {
		return r.result(c, nil)
	}
	r.handed(c, args)
	r.signed(c, obj, args)
	t := r.passed(c, obj, args)
	t = t.union(r.callbacks(c, args, t))
	if obj != nil && !rule.Authenticator(obj.Name()) {
		r.overwritten(c, obj, args, t)
	}
	if obj != nil && strings.Contains(strings.ToLower(obj.Name()), "scan") {
		r.scanned(c, obj, args, t)
	}
	t = t.union(r.named(c, obj, args))
	if obj != nil && c.sig.Recv() != nil && c.sig.Params().Len() == 0 && rule.Circumstance(obj.Name()) && !rule.Standard(obj.Pkg().Path()) {
		t = t.only(symbolic)
	}
	return r.linked(c, obj, args, r.externalResult(c, obj, t))
}

// linked lets what is written to the result reach the writers among the arguments: compressors, encoders, buffers.
func (r *run) linked(c *callSite, obj *types.Func, args []*value, out *value) *value {
	results := c.sig.Results()
	makes := obj != nil && (strings.HasPrefix(obj.Name(), "New") || strings.HasPrefix(obj.Name(), "With"))
	if results.Len() == 0 || !makes && !writer(results.At(0).Type()) {
		return out
	}
	first := out
	if results.Len() > 1 {
		first = r.part(out, field(0))
	}
	for i, a := range args {
		if a = r.writersOf(a, c.argType(i)); len(refsOf(a)) == 0 {
			continue
		}
		o := r.object(c.id + "/wrapper")
		o.links = unionRefs(o.links, a.refs)
		for _, x := range refsOf(first) {
			x.obj.links = unionRefs(x.obj.links, a.refs)
		}
		w := value{refs: []ref{{obj: o}}}
		if first != nil {
			w = *first
			w.refs = unionRefs(w.refs, []ref{{obj: o}})
		}
		first = &w
	}
	if results.Len() > 1 {
		return out.with(field(0), first)
	}
	return first
}

// writersOf are the writers that an argument is, or is a list of; nil when it is something else.
func (r *run) writersOf(a *value, typ types.Type) *value {
	switch {
	case a == nil || typ == nil:
		return nil
	case writer(typ):
		return a
	}
	if linked := linkedOf(a); linked != nil {
		return linked
	}
	if s, ok := typ.Underlying().(*types.Slice); ok && writer(s.Elem()) {
		return r.part(r.load(a), anyElement)
	}
	return nil
}

// linkedOf are the objects of a value that let writers carry what is written to them, such as a log handler; nil when
// there are none.
func linkedOf(a *value) *value {
	out := &value{}
	for _, x := range a.refs {
		if len(x.obj.links) > 0 {
			out.refs = append(out.refs, x)
		}
	}
	if len(out.refs) == 0 {
		return nil
	}
	return out
}

// writer reports whether a type has a method Write.
func writer(t types.Type) bool {
	sel := types.NewMethodSet(t).Lookup(nil, "Write")
	return sel != nil
}

// number reports whether a type is a number that is no character.
func number(typ types.Type) bool {
	b, ok := typ.Underlying().(*types.Basic)
	return ok && b.Info()&types.IsNumeric != 0 && b.Kind() != types.Byte && b.Kind() != types.Rune
}

func numeric(results *types.Tuple) bool {
	if results.Len() != 1 {
		return false
	}
	b, ok := results.At(0).Type().Underlying().(*types.Basic)
	return ok && b.Info()&types.IsNumeric != 0
}

// passed is what the arguments carry into a function whose body is not known.
func (r *run) passed(c *callSite, obj *types.Func, args []*value) taint {
	whole := obj != nil && obj.Pkg() != nil && !rule.Shallow(obj.Pkg().Path())
	var t taint
	for i, a := range args {
		typ := c.argType(i)
		if typ != nil && isContext(typ) {
			continue
		}
		if typ != nil && isError(typ) && a != nil {
			t = t.union(a.t)
		} else if _, byValue := structOf(typ); whole || typ == nil || byValue || mostlyText(typ) || isAny(typ) {
			t = t.union(r.text(a, typ, printed, c))
		} else if a != nil {
			t = t.union(a.t)
			for _, x := range a.refs {
				t = t.union(r.ownCarry(x.obj))
			}
		}
	}
	return t
}

// ownCarry is what an object as a whole comes from, without what its fields hold.
func (r *run) ownCarry(o *object) taint {
	v := r.content(o)
	if v == nil {
		return nil
	}
	t := v.t
	if v.lazy != nil {
		t = t.union(v.lazy.carry.only(hard, soft))
	}
	return t
}

func isContext(t types.Type) bool { return typeName(t) == "context.Context" }

func isAny(t types.Type) bool {
	i, ok := t.Underlying().(*types.Interface)
	if s, slice := t.Underlying().(*types.Slice); slice {
		i, ok = s.Elem().Underlying().(*types.Interface)
	}
	return ok && i.NumMethods() == 0
}

// mostlyText reports whether values of a type are text, or lists and maps of it.
func mostlyText(t types.Type) bool {
	switch u := t.Underlying().(type) {
	case *types.Basic:
		return true
	case *types.Map:
		return mostlyText(u.Elem())
	case *types.Slice:
		return mostlyText(u.Elem())
	case *types.Array:
		return mostlyText(u.Elem())
	}
	return textual(t)
}

// callbacks calls the functions among the arguments with what the others carry. It returns what comes out of them.
func (r *run) callbacks(c *callSite, args []*value, t taint) taint {
	var out taint
	for _, a := range args {
		if a == nil {
			continue
		}
		for _, fn := range a.fns {
			out = out.union(r.flatten(r.callBack(c, fn, t, &out)))
		}
	}
	return out
}

// callBack calls fn with unknown arguments that carry t. Functions among them collect what they get.
func (r *run) callBack(c *callSite, fn *closure, t taint, collected *taint) *value {
	if fn.fn == nil {
		return r.callOne(c, fn, unknownArguments(t))
	}
	var args []*value
	params := fn.fn.Params
	for i, p := range params {
		if _, isFunc := p.Type().Underlying().(*types.Signature); isFunc {
			args = append(args, &value{fns: []*closure{{got: collected}}})
			continue
		}
		args = append(args, r.opaque(c.id+"/callback"+field(i), p.Type(), t))
	}
	return r.callOne(c, fn, args)
}

// unknownArguments are the arguments of a function whose parameters are not known.
func unknownArguments(t taint) []*value { return []*value{tainted(t), tainted(t), tainted(t)} }

// unknown is a call of a function value about which nothing is known.
func (r *run) unknown(c *callSite, fn *value) *value {
	if fn != nil {
		r.noteCall(c, fn)
	}
	var t taint
	for i, a := range c.args {
		if typ := c.argType(i); typ == nil || mostlyText(typ) || isAny(typ) {
			t = t.union(r.flatten(a))
		}
	}
	if fn != nil {
		t = t.union(fn.t)
	}
	t = t.union(r.callbacks(c, c.args, t))
	if rule.Authenticator(calledName(c.at.Common().Value)) {
		return r.externalResult(c, nil, nil)
	}
	return r.externalResult(c, nil, t)
}

// calledName is the name of the parameter, field or variable that holds a function.
func calledName(v ssa.Value) string {
	switch v := v.(type) {
	case *ssa.UnOp:
		if f, ok := v.X.(*ssa.FieldAddr); ok {
			if s, ok := structOf(f.X.Type().Underlying().(*types.Pointer).Elem()); ok {
				return s.Field(f.Field).Name()
			}
		}
		return v.X.Name()
	case *ssa.Field:
		if s, ok := structOf(v.X.Type()); ok {
			return s.Field(v.Field).Name()
		}
	}
	return v.Name()
}

// named is what the name of a function, or of what it is asked for, says about its result.
func (r *run) named(c *callSite, obj *types.Func, args []*value) taint {
	if obj == nil || obj.Pkg() == nil || rule.Standard(obj.Pkg().Path()) || obj.Pkg().Path() == rule.Redact || obj.Pkg().Path() == rule.Audit {
		return nil
	}
	name := obj.Name()
	if rule.Minter(name) {
		return r.source(hard, "result of "+name)
	}
	if !returnsText(obj) {
		return nil
	}
	if rule.Classify(name) == rule.Suspect && len(args) <= 2 {
		t := soft
		if rule.Strong(name) {
			t = hard
		}
		return r.source(t, "result of "+name)
	}
	for i, a := range args {
		if a != nil && len(a.keys) == 1 && c.argType(i) != nil && isString(c.argType(i)) && rule.Property.Secret(a.keys[0]) && c.sig.Results().Len() > 0 {
			return r.source(soft, "result of "+name+" for "+a.keys[0])
		}
	}
	return nil
}

func returnsText(obj *types.Func) bool {
	results := obj.Signature().Results()
	return results.Len() > 0 && (textual(results.At(0).Type()) || isAny(results.At(0).Type()))
}

// externalResult is the result of a call that carries t. Errors and truth values do not; nor does what an
// authenticator returns, unless it is text.
func (r *run) externalResult(c *callSite, obj *types.Func, t taint) *value {
	results := c.sig.Results()
	drop := obj != nil && rule.Authenticator(obj.Name())
	one := func(i int) *value {
		typ := results.At(i).Type()
		carry := t
		if obj != nil && (counts(obj, i) || number(typ) && !rule.Spells(obj.Pkg())) {
			return nil
		}
		if isError(typ) && types.IsInterface(typ) && (obj == nil || results.Len() > 1 || !rule.MakesError(obj.Name())) || drop {
			carry = t.only(symbolic)
		}
		return r.opaque(c.id+"/result/"+field(i), typ, carry)
	}
	switch results.Len() {
	case 0:
		return nil
	case 1:
		return one(0)
	}
	out := &value{}
	for i := range results.Len() {
		out = out.with(field(i), one(i))
	}
	return out
}
