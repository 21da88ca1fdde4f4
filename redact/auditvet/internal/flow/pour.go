package flow

import (
	"go/types"

	"github.com/daxis-io/arco-audit/redact/auditvet/internal/rule"
)

// overwritten lets objects that a call writes to carry t. Where the body of a function is not known, its name and the
// types of its parameters say what it writes to.
func (r *run) overwritten(c *callSite, obj *types.Func, args []*value, t taint) {
	if len(t) == 0 || obj.Pkg() == nil {
		return
	}
	standard := rule.Standard(obj.Pkg().Path())
	for i, a := range args {
		typ := c.argType(i)
		if a == nil || typ == nil || isString(typ) || isContext(typ) || !writesTo(obj, i, typ, standard) {
			continue
		}
		for _, x := range a.refs {
			if opaqueInterface(x.obj) {
				continue
			}
			r.pour(c, x, t)
		}
	}
}

// writesTo reports whether a function without a known body writes to what its i-th argument refers to, the receiver
// counted.
func writesTo(obj *types.Func, i int, typ types.Type, standard bool) bool {
	if obj.Signature().Recv() != nil {
		if i == 0 {
			return rule.Keeps(obj)
		}
		i--
	}
	if standard {
		return rule.Fills(obj, i)
	}
	return types.IsInterface(typ) || textPointer(typ)
}

// textPointer reports pointers to text or lists of it: a function takes them to write there.
func textPointer(typ types.Type) bool {
	p, ok := typ.Underlying().(*types.Pointer)
	if !ok {
		return false
	}
	if s, ok := p.Elem().Underlying().(*types.Slice); ok {
		return isString(s.Elem())
	}
	return isString(p.Elem())
}

// opaqueInterface reports objects that were there before and belong to somebody else.
func opaqueInterface(o *object) bool { return o.opaque && o.typ != nil && types.IsInterface(o.typ) }

// pour lets what x refers to carry t, beside what it holds.
func (r *run) pour(c *callSite, x ref, t taint) {
	old := r.content(x.obj)
	for _, sel := range selectors(x.path) {
		old = r.part(old, sel)
	}
	w := value{}
	if old != nil {
		w = *old
	}
	typ := x.obj.typ
	switch {
	case w.lazy != nil:
		w.lazy = &lazy{id: w.lazy.id, typ: w.lazy.typ, carry: w.lazy.carry.union(t)}
	case x.path == "" && typ != nil && !isScalar(typ):
		w.lazy = &lazy{id: x.obj.id + "+" + c.id, typ: typ, carry: t} // not what a buffer held before it was emptied
	default:
		w.t = w.t.union(t)
	}
	w.keys, w.alts = nil, nil
	r.put(x.obj, r.replace(r.content(x.obj), selectors(x.path), &w, len(selectors(x.path)) > 0 || !x.obj.multi))
	r.remember(x, tainted(t))
	links := x.obj.links
	x.obj.links = nil // links may form a circle
	for _, l := range links {
		r.pour(c, l, t)
	}
	x.obj.links = links
}

func isScalar(t types.Type) bool {
	switch t.Underlying().(type) {
	case *types.Basic, *types.Interface, *types.Pointer, *types.Signature:
		return true
	}
	return false
}
