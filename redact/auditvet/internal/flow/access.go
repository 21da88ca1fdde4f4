package flow

import (
	"go/token"
	"go/types"
	"net/textproto"
	"strconv"

	"golang.org/x/tools/go/ssa"
)

// fresh is the object that an instruction makes.
func (r *run) fresh(f *frame, at ssa.Instruction, typ types.Type) *object {
	o := r.object(r.siteID(f, at))
	if o.typ == nil {
		o.typ = typ
	}
	if _, again := r.st.m[o]; again && o.stored {
		o.multi = true // an older one is still in use
	} else {
		r.put(o, nil)
	}
	return o
}

func (r *run) allocate(f *frame, v *ssa.Alloc) *value {
	return &value{refs: []ref{{obj: r.fresh(f, v, v.Type().Underlying().(*types.Pointer).Elem())}}}
}

// moved is a reference to a part of what v points to.
func moved(v *value, sel string) *value {
	if v == nil {
		return nil
	}
	out := &value{t: v.t}
	for _, x := range v.refs {
		out.refs = append(out.refs, x.sub(sel))
	}
	return out
}

func indexSelector(index *value) string {
	if index != nil && len(index.keys) == 1 {
		return element(index.keys[0])
	}
	return anyElement
}

// mapSelector is the selector of a key; that of a header is in canonical form.
func mapSelector(t types.Type, key *value) string {
	if key == nil || len(key.keys) != 1 {
		return anyElement
	}
	if name := typeName(t); name == "net/http.Header" || name == "net/textproto.MIMEHeader" {
		return element(textproto.CanonicalMIMEHeaderKey(key.keys[0]))
	}
	return element(key.keys[0])
}

// indexed is an element of an array value, or a byte of a string.
func (r *run) indexed(x, index *value, typ types.Type) *value {
	if isString(typ) {
		return textOf(join(x, textOf(index)))
	}
	return r.part(x, indexSelector(index)).and(alphabet(typ, index))
}

// alphabet is what an index into a list of characters carries: the list may be one of the signs that spell a text.
func alphabet(typ types.Type, index *value) taint {
	if p, ok := typ.Underlying().(*types.Pointer); ok {
		typ = p.Elem()
	}
	elem := elementType(typ)
	if elem == nil {
		return nil
	}
	if b, ok := elem.Underlying().(*types.Basic); ok && (b.Kind() == types.Byte || b.Kind() == types.Rune) {
		return textTaint(index)
	}
	return nil
}

// and is v that also comes from t.
func (v *value) and(t taint) *value {
	if len(t) == 0 {
		return v
	}
	w := value{}
	if v != nil {
		w = *v
	}
	w.t, w.keys = w.t.union(t), nil
	return &w
}

func textOf(v *value) *value {
	if v == nil {
		return nil
	}
	return tainted(v.t)
}

// lookup is a map's element under a key, or a byte of a string.
func (r *run) lookup(f *frame, v *ssa.Lookup, x, key *value) *value {
	var out *value
	if isString(v.X.Type()) {
		out = textOf(join(x, textOf(key)))
	} else {
		out = r.under(x, v.X.Type(), key)
	}
	if v.CommaOk {
		return (&value{}).with(field(0), out)
	}
	return out
}

// under is what a map holds under any of the keys that key may be.
func (r *run) under(m *value, typ types.Type, key *value) *value {
	if key == nil || len(key.keys) == 0 {
		out := r.load(moved(m, anyElement))
		return join(out, r.conditional(m, typ, key))
	}
	var out *value
	for i, k := range key.keys {
		p := r.load(moved(m, mapSelector(typ, &value{keys: []string{k}})))
		if i == 0 {
			out = p
		} else {
			out = join(out, p)
		}
	}
	return out
}

func (r *run) sliced(f *frame, v *ssa.Slice, x *value) *value {
	if x == nil || isString(v.X.Type()) {
		if sep := separatorAt(v); x != nil && v.Low == nil && cleanBefore(x.t, sep) {
			return tainted(x.t.only(symbolic))
		}
		return textOf(x)
	}
	if emptied(v) {
		return nil // what is appended to it does not follow what was there
	}
	var low *value
	if v.Low != nil {
		low = r.eval(f, v.Low)
	}
	if v.Low == nil || low != nil && len(low.keys) == 1 && low.keys[0] == "0" {
		return x
	}
	return r.tail(f, v, x, low)
}

// tail is a slice without its first elements. It is a copy: writes to it are not seen through the original, except at
// unknown indices.
func (r *run) tail(f *frame, v *ssa.Slice, x, low *value) *value {
	n := 0
	if low != nil && len(low.keys) == 1 {
		n, _ = strconv.Atoi(low.keys[0])
	}
	whole := r.load(x)
	if whole == nil {
		return x
	}
	shifted := *whole
	shifted.parts = make(map[string]*value)
	for sel, p := range whole.parts {
		at, err := strconv.Atoi(sel[1 : len(sel)-1])
		switch {
		case err != nil:
			shifted.parts[sel] = join(shifted.parts[sel], p)
		case at >= n && low != nil:
			shifted.parts[element(strconv.Itoa(at-n))] = p
		case low == nil:
			shifted.parts[anyElement] = join(shifted.parts[anyElement], p)
		}
	}
	o := r.fresh(f, v, v.Type())
	r.put(o, &shifted)
	return &value{t: x.t, refs: append([]ref{{obj: o}}, anywhere(x)...)}
}

// anywhere keeps the objects behind a slice whose elements were not looked at one by one.
func anywhere(x *value) []ref {
	var out []ref
	for _, a := range x.refs {
		if a.obj.opaque {
			out = append(out, a)
		}
	}
	return out
}

// next is the tuple of ok, key and element of a step over a map or a string.
func (r *run) next(v *ssa.Next, x *value) *value {
	out := &value{}
	if v.IsString {
		return out.with(field(2), textOf(x))
	}
	return out.with(field(1), r.load(moved(x, mapKeys))).with(field(2), r.load(moved(x, anyElement)))
}

func (r *run) unary(v *ssa.UnOp, x *value) *value {
	switch v.Op {
	case token.MUL:
		return r.load(x)
	case token.ARROW:
		out := r.load(moved(x, anyElement))
		if v.CommaOk {
			return (&value{}).with(field(0), out)
		}
		return out
	case token.NOT:
		if x != nil && len(x.keys) == 1 {
			return &value{keys: []string{map[string]string{"true": "false", "false": "true"}[x.keys[0]]}}
		}
		return nil
	}
	return textOf(x)
}

// convert converts between text, bytes and runes.
func (r *run) convert(f *frame, instr ssa.Instruction, v ssa.Value) *value {
	var from ssa.Value
	switch v := v.(type) {
	case *ssa.Convert:
		from = v.X
	case *ssa.MultiConvert:
		from = v.X
	}
	x := r.operand(f, instr.Block(), from)
	_, toSlice := v.Type().Underlying().(*types.Slice)
	_, fromSlice := from.Type().Underlying().(*types.Slice)
	switch {
	case toSlice && !fromSlice:
		return r.bytesOf(f, instr, v.Type(), x)
	case fromSlice && !toSlice:
		return tainted(r.flatten(x))
	}
	return x
}

// bytesOf is a new slice with text in it.
func (r *run) bytesOf(f *frame, at ssa.Instruction, typ types.Type, x *value) *value {
	o := r.fresh(f, at, typ)
	if x != nil && len(x.t) > 0 {
		r.put(o, (&value{}).with(anyElement, tainted(x.t)))
	}
	return &value{refs: []ref{{obj: o}}}
}

// boxed is a value in an interface.
func boxed(v *value, typ types.Type) *value {
	w := value{}
	if v != nil {
		w = *v
	}
	w.dyn, w.alts = []types.Type{typ}, nil
	return &w
}

func (r *run) makeClosure(f *frame, v *ssa.MakeClosure) *value {
	c := &closure{fn: v.Fn.(*ssa.Function)}
	for _, b := range v.Bindings {
		c.bound = append(c.bound, r.eval(f, b))
	}
	r.noteLiteral(c)
	return &value{fns: []*closure{c}}
}

// asserted is what is in an interface.
func (r *run) asserted(f *frame, v *ssa.TypeAssert, x *value) *value {
	if !types.IsInterface(v.AssertedType) {
		x = x.withType(v.AssertedType)
	}
	out := x
	switch {
	case x == nil:
	case types.IsInterface(v.AssertedType):
		w := *x
		if w.lazy != nil && (len(x.dyn) == 0 || types.IsInterface(w.lazy.typ)) {
			w.lazy = &lazy{id: w.lazy.id, typ: v.AssertedType, carry: w.lazy.carry}
		}
		out = &w
	case x.lazy != nil && types.IsInterface(x.lazy.typ):
		out = r.opaque(x.lazy.id+"/"+v.AssertedType.String(), v.AssertedType, x.t.union(x.lazy.carry))
		if x.dyn != nil {
			out = join(out, &value{t: x.t, refs: x.refs, parts: x.parts, fns: x.fns})
		}
	case len(x.dyn) == 1 && !types.Identical(x.dyn[0], v.AssertedType):
		out = nil
	default:
		w := *x
		w.dyn = nil
		out = &w
	}
	if v.CommaOk {
		return (&value{}).with(field(0), out)
	}
	return out
}

// selected is the tuple of index, ok and what each receive gives.
func (r *run) selected(f *frame, v *ssa.Select) *value {
	out := &value{}
	n := 2
	for _, s := range v.States {
		if s.Dir == types.SendOnly {
			r.save(moved(r.eval(f, s.Chan), anyElement), r.eval(f, s.Send))
			continue
		}
		out = out.with(field(n), r.load(moved(r.eval(f, s.Chan), anyElement)))
		n++
	}
	return out
}

func elementType(t types.Type) types.Type {
	if t == nil {
		return nil
	}
	switch u := t.Underlying().(type) {
	case *types.Map:
		return u.Elem()
	case *types.Slice:
		return u.Elem()
	case *types.Array:
		return u.Elem()
	case *types.Chan:
		return u.Elem()
	}
	return nil
}
