package flow

import "go/types"

// remember notes what enters memory that outlives the run: fields of objects that were there before, and globals.
// Only hard origins do.
func (r *run) remember(x ref, v *value) {
	if !x.obj.opaque && x.obj.cell == "" {
		return
	}
	t := r.flatten(v).only(hard)
	if len(t) == 0 && len(fnsOf(v)) == 0 {
		return
	}
	if x.obj.cell != "" {
		r.p.addGlobal(x.obj.cell, x.path, t)
		return
	}
	typ := x.obj.typ
	name := ""
	for _, sel := range selectors(x.path) {
		s, ok := structOf(typ)
		if !ok {
			typ = elementType(typ)
			if typ == nil {
				break
			}
			continue
		}
		i := structField(s, sel)
		if i < 0 && isElement(sel) && name != "" {
			break // what a place such as sync.Map keeps belongs to the field
		}
		if i < 0 {
			return
		}
		name = fieldName(typ, s.Field(i))
		if !r.p.owns(typ) {
			name = ""
		}
		typ = s.Field(i).Type()
	}
	if name == "" {
		name = r.objectCell(x.obj)
	}
	if name != "" {
		r.keepIn(name, v, t)
	}
}

// keepIn notes what the field or variable name holds: what hard origins, t, it has, and functions.
func (r *run) keepIn(name string, v *value, t taint) {
	if len(t) > 0 {
		r.p.addCell(name, t)
	}
	for _, fn := range fnsOf(v) {
		r.keepFunction(name, fn)
	}
}

// objectCell names the field or variable that an opaque map, slice or pointer was read from, when it is one of ours.
func (r *run) objectCell(o *object) string { return r.cellOf[o.id] }

// leaves notes what the fields of new objects hold that a root function returns to callers that are not known: methods of these
// objects find it there. Fields that were overwritten meanwhile do not count.
func (r *run) leaves(result *value) {
	if obj := objectOf(r.root); r.p.called[genericOf(r.root)] && (obj == nil || !obj.Exported()) {
		return // the callers are executed too
	}
	k := &keeper{r: r, seen: make(map[*object]bool)}
	results := r.root.Signature.Results()
	if results.Len() == 1 {
		k.value(result, results.At(0).Type(), 0)
		return
	}
	for i := range results.Len() {
		k.value(r.part(result, field(i)), results.At(i).Type(), 0)
	}
}

// handed notes what the fields of an object hold that is given to a function whose body is not known, as an interface with
// methods that it may call: a handler, a driver, a credential.
func (r *run) handed(c *callSite, args []*value) {
	for i, a := range args {
		typ := c.argType(i)
		if a == nil || typ == nil || len(a.dyn) == 0 {
			continue
		}
		if u, ok := typ.Underlying().(*types.Interface); ok && u.NumMethods() > 0 && !isError(typ) && !isContext(typ) {
			(&keeper{r: r, seen: make(map[*object]bool)}).value(a, a.dyn[0], 0)
		}
	}
}

// keeper walks over new objects and notes what their fields hold.
type keeper struct {
	r    *run
	seen map[*object]bool
}

func (k *keeper) value(v *value, typ types.Type, depth int) {
	if v == nil || depth > maxDepth {
		return
	}
	if len(v.dyn) == 1 {
		typ = v.dyn[0]
	}
	for _, x := range v.refs {
		if x.obj.opaque || x.obj.cell != "" || x.path != "" || k.seen[x.obj] {
			continue
		}
		k.seen[x.obj] = true
		k.value(k.r.content(x.obj), x.obj.typ, depth+1)
	}
	s, isStruct := structOf(typ)
	for sel, p := range v.parts {
		if isStruct && structField(s, sel) >= 0 {
			k.field(typ, s.Field(structField(s, sel)), p, depth)
		} else if isElement(sel) {
			k.value(p, elementType(typ), depth+1)
		}
	}
}

// field notes what one field of a struct of ours holds.
func (k *keeper) field(owner types.Type, f *types.Var, v *value, depth int) {
	if !k.r.p.owns(owner) {
		return
	}
	if s, ok := structOf(dereferenced(f.Type())); ok && k.r.p.owns(f.Type()) && s.NumFields() > 0 {
		k.value(v, f.Type(), depth+1)
		return
	}
	name := fieldName(owner, f)
	k.r.keepIn(name, v, k.r.flatten(v).only(hard))
	if isContainer(f.Type()) {
		k.r.keepIn(name, k.r.part(k.r.load(v), anyElement), nil)
	}
}

func dereferenced(t types.Type) types.Type {
	if p, ok := t.Underlying().(*types.Pointer); ok {
		return p.Elem()
	}
	return t
}
