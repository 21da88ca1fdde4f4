package flow

import "golang.org/x/tools/go/ssa"

func (r *run) builtin(c *callSite, name string) *value {
	switch name {
	case "append":
		return r.appended(c)
	case "copy":
		r.copied(c.args[0], c.args[1])
	case "delete":
		r.deleted(c.args[0], mapSelector(c.argType(0), c.args[1]))
	case "clear":
		for _, x := range refsOf(c.args[0]) {
			if len(c.args[0].refs) == 1 && x.path == "" && !x.obj.multi {
				r.put(x.obj, nil)
			}
		}
	case "recover":
		return r.panicked
	case "min", "max":
		var out *value
		for _, a := range c.args {
			out = join(out, textOf(a))
		}
		return out
	case "String", "StringData", "Slice", "SliceData", "Add": // of package unsafe
		return join(c.args[0], tainted(r.flatten(c.args[0])))
	case "ssa:wrapnilchk":
		return c.args[0]
	}
	return nil
}

func refsOf(v *value) []ref {
	if v == nil {
		return nil
	}
	return v.refs
}

// appended is a slice with the elements of both arguments; it may share memory with the first.
func (r *run) appended(c *callSite) *value {
	o := r.object(c.id)
	if o.typ == nil {
		o.typ = c.sig.Results().At(0).Type()
	}
	all := r.content(o)
	if all == nil {
		all = &value{}
	}
	known := 0
	if c.args[0] == nil || c.args[0].empty && len(c.args[0].refs) == 0 {
		known = 1 // the first elements keep their place
	}
	for i, a := range c.args {
		part := r.load(a)
		if part == nil {
			continue
		}
		if i == 1 && known == 1 && len(r.content(o).partsOf()) == 0 {
			all = withPartsOf(all, part)
			continue
		}
		e := r.part(part, anyElement)
		if len(part.t) > 0 || c.argIsString(i) {
			e = join(e, tainted(part.t))
		}
		all = all.with(anyElement, join(all.partsOf()[anyElement], e))
	}
	if len(c.args) > 1 && c.argIsString(1) && c.args[1] != nil {
		all = all.with(anyElement, join(all.partsOf()[anyElement], tainted(c.args[1].t)))
	}
	r.put(o, all)
	if s, ok := c.at.Common().Args[0].(*ssa.Slice); ok && emptied(s) { // the original sees what is appended
		for _, x := range refsOf(r.eval(c.f, s.X)) {
			r.save(moved(&value{refs: []ref{x}}, anyElement), all.partsOf()[anyElement])
		}
	}
	out := &value{refs: []ref{{obj: o}}}
	if c.args[0] != nil {
		out.refs = unionRefs(out.refs, c.args[0].refs)
	}
	return out
}

// withPartsOf is all, which holds nothing yet, with what part holds.
func withPartsOf(all, part *value) *value {
	w := *all
	w.parts = part.parts
	w.lazy = part.lazy
	w.t = part.t
	return &w
}

func (v *value) partsOf() map[string]*value {
	if v == nil {
		return nil
	}
	return v.parts
}

func (c *callSite) argIsString(i int) bool {
	t := c.argType(i)
	return t != nil && isString(t)
}

// copied copies elements into what dst refers to.
func (r *run) copied(dst, src *value) {
	if src == nil {
		return
	}
	e := tainted(src.t)
	if content := r.load(src); len(src.refs) > 0 {
		e = join(e, r.part(content, anyElement))
	}
	if e != nil {
		r.save(moved(dst, anyElement), e)
	}
}

// deleted takes an element out of a map.
func (r *run) deleted(m *value, sel string) {
	if sel == anyElement || m == nil {
		return
	}
	r.save(moved(m, sel), nil)
}
