package flow

import (
	"go/types"
	"strconv"
	"strings"

	"golang.org/x/tools/go/ssa"
)

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
	if out := r.appendedInPlace(c, o); out != nil {
		return out
	}
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

// appendedInPlace is append to a literal, whose length is known: the elements keep their places.
func (r *run) appendedInPlace(c *callSite, o *object) *value {
	n := knownLength(c.at.Common().Args[0])
	if n <= 0 || len(c.args) < 2 || c.argIsString(1) {
		return nil
	}
	first, second := r.load(c.args[0]), r.load(c.args[1])
	if first == nil || second == nil || first.lazy != nil || second.lazy != nil || len(first.t)+len(second.t) > 0 {
		return nil
	}
	all := &value{}
	for sel, p := range first.parts {
		all = all.with(sel, p)
	}
	for sel, p := range second.parts {
		if i, err := strconv.Atoi(strings.Trim(sel, "[]")); err == nil {
			sel = element(strconv.Itoa(i + n))
		}
		all = all.with(sel, join(all.parts[sel], p))
	}
	if old, again := r.st.m[o]; again {
		all = join(old, all)
	}
	r.put(o, all)
	return &value{refs: []ref{{obj: o}}}
}

// knownLength is the length of a slice literal, 0 when v is something else.
func knownLength(v ssa.Value) int {
	s, ok := v.(*ssa.Slice)
	if !ok || s.Low != nil || s.High != nil || s.Max != nil {
		return 0
	}
	if p, ok := s.X.Type().Underlying().(*types.Pointer); ok {
		if a, ok := p.Elem().Underlying().(*types.Array); ok {
			return int(a.Len())
		}
	}
	return 0
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
