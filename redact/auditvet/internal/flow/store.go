package flow

import (
	"go/types"
	"maps"
	"strings"
)

// object is memory that values point to: a variable, what a pointer, slice, map or channel refers to.
type object struct {
	id      string
	typ     types.Type // of its content
	opaque  bool       // it was there before the root function ran
	cell    string     // name of the global variable that it is, "" for others
	carry   taint      // of an opaque object
	multi   bool       // it stands for several: nothing in it can be overwritten
	links   []ref      // what is written to it goes there too
	encodes *value     // what the bytes in it are the encoding of
	stored  bool       // something points to it from memory
}

// store is the content of the objects at one point of the program. A shared store is copied before it is changed.
type store struct {
	m      map[*object]*value
	shared bool
}

func newStore() *store { return &store{m: make(map[*object]*value)} }

// only is the part of a store that is about these objects.
func (s *store) only(objects map[*object]bool) *store {
	out := newStore()
	for o := range objects {
		if v, ok := s.m[o]; ok {
			out.m[o] = v
		}
	}
	return out
}

// content returns what o holds.
func (r *run) content(o *object) *value {
	if v, ok := r.st.m[o]; ok {
		return v
	}
	return r.initial(o)
}

// initial returns what o holds before anything is written to it.
func (r *run) initial(o *object) *value {
	if o.cell == "" {
		if o.opaque {
			return r.unknownContent(o)
		}
		return nil
	}
	v, known := r.p.globals[o]
	if !known && o.opaque {
		v = r.unknownContent(o)
	}
	for path, t := range r.p.globalWrites[o.cell] {
		v = r.replace(v, selectors(path), tainted(t), false)
	}
	return v
}

// unknownContent is what an object holds that was there before.
func (r *run) unknownContent(o *object) *value {
	if isContainer(o.typ) {
		return &value{lazy: &lazy{id: o.id, typ: o.typ, carry: o.carry}}
	}
	return r.opaque(o.id, o.typ, o.carry)
}

func (r *run) put(o *object, v *value) {
	if r.st.shared {
		r.st = &store{m: maps.Clone(r.st.m)}
	}
	r.st.m[o] = v
	if r.touched != nil {
		r.touched[o] = true
	}
	r.markStored(v, 0)
}

// markStored notes the objects that v points to: a loop that makes another one does not replace them.
func (r *run) markStored(v *value, depth int) {
	if v == nil || depth > maxDepth {
		return
	}
	for _, x := range v.refs {
		x.obj.stored = true
	}
	for _, p := range v.parts {
		r.markStored(p, depth+1)
	}
}

// joinStores returns what is in either of two stores.
func (r *run) joinStores(a, b *store) *store {
	switch {
	case a == nil || a == b:
		return b
	case b == nil:
		return a
	}
	out := &store{m: maps.Clone(a.m)}
	for o, v := range b.m {
		old, ok := a.m[o]
		switch {
		case ok:
			out.m[o] = join(old, v)
		case o.opaque || o.cell != "":
			out.m[o] = join(r.initial(o), v)
		default:
			out.m[o] = v
		}
	}
	for o, v := range a.m {
		if _, ok := b.m[o]; !ok && (o.opaque || o.cell != "") {
			out.m[o] = join(v, r.initial(o))
		}
	}
	return out
}

func (r *run) sameStores(a, b *store) bool {
	if a == b {
		return true
	}
	if a == nil || b == nil || len(a.m) != len(b.m) {
		return false
	}
	for o, v := range a.m {
		w, ok := b.m[o]
		if !ok || !same(v, w) {
			return false
		}
	}
	return true
}

func selectors(path string) []string {
	if path == "" {
		return nil
	}
	return strings.Split(path, "/")
}

func (x ref) sub(sel string) ref {
	if strings.Count(x.path, "/") >= maxDepth {
		return x
	}
	if x.path == "" {
		return ref{x.obj, sel}
	}
	return ref{x.obj, x.path + "/" + sel}
}

// load returns what the places hold that v points to.
func (r *run) load(v *value) *value {
	if v == nil {
		return nil
	}
	var out *value
	for i, x := range v.refs {
		p := r.content(x.obj)
		for _, sel := range selectors(x.path) {
			p = r.part(p, sel)
		}
		if i == 0 {
			out = p
		} else {
			out = join(out, p)
		}
	}
	if len(v.refs) == 0 {
		return v.leaf()
	}
	if len(v.t) > 0 {
		out = join(out, tainted(v.t))
	}
	return out
}

// save stores v at all the places that to points to.
func (r *run) save(to, v *value) {
	if to == nil {
		return
	}
	for _, x := range to.refs {
		strong := len(to.refs) == 1 && !x.obj.multi
		r.put(x.obj, r.replace(r.content(x.obj), selectors(x.path), v, strong))
		r.spread(x, v)
		r.remember(x, v)
	}
}

// spread lets what is stored at an unknown index of an array or slice join all elements that are known.
func (r *run) spread(x ref, v *value) {
	parent, ok := strings.CutSuffix(x.path, anyElement)
	if !ok || v == nil {
		return
	}
	at := ref{x.obj, strings.TrimSuffix(parent, "/")}
	if typ := r.typeAt(at); typ == nil || !sequence(typ) {
		return
	}
	for sel := range r.load(&value{refs: []ref{at}}).partsOf() {
		if isElement(sel) && sel != anyElement {
			r.put(x.obj, r.replace(r.content(x.obj), selectors(at.sub(sel).path), v, false))
		}
	}
}

func sequence(typ types.Type) bool {
	switch typ.Underlying().(type) {
	case *types.Slice, *types.Array:
		return true
	}
	return false
}

// replace returns old with v at a path; when not strong, or at an unknown element, v joins what was there.
func (r *run) replace(old *value, path []string, v *value, strong bool) *value {
	if len(path) == 0 {
		if strong {
			return v
		}
		return join(old, v)
	}
	sel := path[0]
	below := r.part(old, sel)
	if sel == anyElement {
		strong = false
		below = nil
		if old != nil {
			below = old.parts[sel]
		}
		if len(path) == 1 {
			if below == nil {
				return old.with(sel, v)
			}
			return old.with(sel, join(below, v))
		}
	}
	return old.with(sel, r.replace(below, path[1:], v, strong))
}
