package flow

import (
	"go/types"
	"strconv"
	"strings"
)

func itoa(n int) string { return strconv.Itoa(n) }

// application is one use of a summary at a call.
type application struct {
	r      *run
	c      *callSite
	args   []*value
	called map[int]taint // what functions among the arguments returned
}

// apply executes a call by the summary of its function.
func (r *run) apply(c *callSite, s *Summary, args []*value) *value {
	a := &application{r: r, c: c, args: args, called: make(map[int]taint)}
	a.effects(s)
	results := c.sig.Results()
	switch results.Len() {
	case 0:
		return nil
	case 1:
		return a.build(s.Result, results.At(0).Type(), c.id+"/applied")
	}
	return a.build(s.Result, results, c.id+"/applied")
}

// effects does what the function does besides returning.
func (a *application) effects(s *Summary) {
	for _, call := range s.Calls {
		a.call(call)
	}
	for _, w := range s.Writes {
		if t, fns := a.resolve(w.From), a.functions(w.From); len(t) > 0 || len(fns) > 0 {
			a.write(w, t, fns)
		}
	}
	for _, sink := range s.Sinks {
		for _, o := range a.resolve([]OriginFact{sink.From}) {
			if o.tier == symbolic {
				a.r.noteSink(o, sink.Sink)
			} else {
				a.r.found(a.c, o, sink.Sink)
			}
		}
	}
}

// arg is what a parameter was given, seen along a path.
func (a *application) arg(param int, path string) *value {
	if param >= len(a.args) {
		return nil
	}
	v := a.args[param]
	for _, sel := range selectors(path) {
		if sel == deref {
			v = a.r.load(v)
		} else {
			v = a.r.part(v, sel)
		}
	}
	return v
}

// resolve turns the origins of a fact into those of the call.
func (a *application) resolve(from []OriginFact) taint {
	var t taint
	for _, f := range from {
		switch {
		case tier(f.Tier) != symbolic:
			t = t.union(a.r.source(tier(f.Tier), f.What))
		case f.Place != 0:
			t = t.union(a.lookedUp(f))
		default:
			t = t.union(a.r.flatten(a.arg(f.Param, f.Path))).union(a.called[f.Param])
		}
	}
	return t
}

// lookedUp resolves a lookup whose name the call knows.
func (a *application) lookedUp(f OriginFact) taint {
	key := a.arg(f.Param, f.Path)
	if key == nil {
		return nil
	}
	for _, k := range key.keys {
		if f.place().Secret(k) {
			return a.r.source(hard, f.place().String()+" "+k)
		}
	}
	if len(key.keys) > 0 {
		return nil
	}
	return a.r.symbolicLookup(f.place(), key)
}

func (a *application) call(f CallFact) {
	fn := a.arg(f.Param, f.Path)
	if fn == nil {
		return
	}
	if len(fn.fns) == 0 {
		a.noteFurther(f, fn)
	}
	for _, callee := range fn.fns {
		if callee.got != nil {
			for _, arg := range f.Args {
				*callee.got = callee.got.union(a.resolve(arg))
			}
			continue
		}
		if callee.fn == nil {
			continue
		}
		var args []*value
		for i, p := range callee.fn.Params {
			var t taint
			if i < len(f.Args) {
				t = a.resolve(f.Args[i])
			}
			args = append(args, a.r.opaque(a.c.id+"/handed"+field(i), p.Type(), t))
		}
		a.called[f.Param] = a.called[f.Param].union(a.r.flatten(a.r.callOne(a.c, callee, args)))
	}
}

// noteFurther passes the call of a parameter on to the summary of the caller.
func (a *application) noteFurther(f CallFact, fn *value) {
	for _, o := range fn.t {
		if o.tier == symbolic && o.place == 0 && len(a.r.summary.Calls) <= 16 {
			g := CallFact{Param: o.param, Path: o.path}
			for _, arg := range f.Args {
				g.Args = append(g.Args, facts(a.resolve(arg)))
			}
			a.r.summary.Calls = append(a.r.summary.Calls, g)
		}
	}
}

// functions are the functions that arguments are.
func (a *application) functions(from []OriginFact) []*closure {
	var out []*closure
	for _, f := range from {
		if tier(f.Tier) == symbolic && f.Place == 0 {
			out = unionFuncs(out, fnsOf(a.arg(f.Param, f.Path)))
		}
	}
	return out
}

// write adds t, and functions, to what an argument points to.
func (a *application) write(w WriteFact, t taint, fns []*closure) {
	if w.Param >= len(a.args) {
		return
	}
	at := a.args[w.Param]
	for i, sel := range selectors(w.Path) {
		switch {
		case sel == deref && i == 0:
		case sel == deref:
			at = a.r.load(at)
		default:
			at = moved(at, sel)
		}
	}
	for _, x := range refsOf(at) {
		if len(fns) > 0 {
			a.r.put(x.obj, a.r.replace(a.r.content(x.obj), selectors(x.path), &value{fns: fns}, false))
		}
		if len(t) > 0 {
			a.r.pour(a.c, x, t)
		}
	}
}

// build makes a result.
func (a *application) build(s *Shape, typ types.Type, id string) *value {
	if s == nil {
		return a.r.opaque(id, typ, nil)
	}
	if s.Alias > 0 && s.Alias <= len(a.args) {
		return a.args[s.Alias-1]
	}
	t := a.resolve(s.Origins)
	v := a.r.opaque(id, typ, t)
	if s.Func != nil {
		v = &value{t: t, fns: []*closure{{shape: s.Func, outer: a}}}
	}
	if s.Elem != nil && len(refsOf(v)) == 1 {
		x := v.refs[0]
		elem := x.obj.typ
		x.obj.carry = t
		a.r.put(x.obj, a.parts(s.Elem, elem, id+"*"))
	}
	return a.overlay(v, s, typ, id)
}

// parts makes what a result refers to.
func (a *application) parts(s *Shape, typ types.Type, id string) *value {
	v := a.r.opaque(id, typ, a.resolve(s.Origins))
	if _, ok := typ.Underlying().(*types.Pointer); ok {
		return a.build(s, typ, id)
	}
	if isContainer(typ) {
		v = &value{lazy: &lazy{id: id, typ: typ, carry: a.resolve(s.Origins)}}
	}
	return a.overlay(v, s, typ, id)
}

func isContainer(t types.Type) bool {
	switch t.Underlying().(type) {
	case *types.Slice, *types.Map, *types.Chan:
		return true
	}
	return false
}

// overlay puts the parts of a shape over v.
func (a *application) overlay(v *value, s *Shape, typ types.Type, id string) *value {
	for sel, p := range s.Parts {
		if pt := partType(typ, sel); pt != nil {
			v = v.with(sel, a.build(p, pt, id+"/"+sel))
		}
	}
	if v != nil && types.IsInterface(typ) && len(s.Parts) > 0 {
		return v
	}
	return v
}

func partType(typ types.Type, sel string) types.Type {
	if s, ok := structOf(typ); ok {
		if i := structField(s, sel); i >= 0 {
			return s.Field(i).Type()
		}
		return nil
	}
	if tuple, ok := typ.(*types.Tuple); ok {
		i, err := strconv.Atoi(strings.TrimPrefix(sel, "."))
		if err != nil || i >= tuple.Len() {
			return nil
		}
		return tuple.At(i).Type()
	}
	if m, ok := typ.Underlying().(*types.Map); ok && sel == mapKeys {
		return m.Key()
	}
	return elementType(typ)
}

// callShape executes a function that a summary described as a result.
func (r *run) callShape(c *callSite, fn *closure, args []*value) *value {
	all := make([]*value, own+len(args))
	copy(all, fn.outer.args)
	copy(all[own:], args)
	return r.apply(c, fn.shape, all)
}
