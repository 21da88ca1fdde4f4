package flow

import (
	"reflect"

	"golang.org/x/tools/go/ssa"
)

// fieldFunction is a function that a field of ours was given: what a call of it does, whoever calls it.
type fieldFunction struct {
	fn    *ssa.Function // nil when another package gave it
	shape *closure
}

// maxKept bounds how many functions are kept for one field.
const maxKept = 8

// keepFunction notes what a function does that a field is given, when its result is a secret by itself, or an identifier is made of
// what it is given. The functions that other methods read there are known by this.
func (r *run) keepFunction(name string, c *closure) {
	if c.fn == nil || c.fn.Blocks == nil || r.shaping {
		return
	}
	before := r.st
	before.shared = true
	r.shaping = true
	s := r.functionShape(c)
	r.shaping, r.st = false, before
	if s.Result.secret() || len(s.Sinks) > 0 {
		r.p.addFunction(name, c.fn, s)
	}
}

func (p *pkg) addFunction(name string, fn *ssa.Function, s *Summary) {
	for _, k := range p.functions[name] {
		same := reflect.DeepEqual(k.shape.shape, s)
		if k.fn == fn && (fn != nil || same) {
			p.grew = p.grew || !same
			k.shape.shape = s
			return
		}
	}
	if len(p.functions[name]) < maxKept {
		p.functions[name] = append(p.functions[name], fieldFunction{fn, &closure{shape: s, outer: &application{}}})
		p.grew = true
	}
}

// withFunctions is an unknown function of a field with those that the field was given.
func (r *run) withFunctions(v *value, name string) *value {
	list := r.p.functions[name]
	if len(list) == 0 {
		return v
	}
	w := value{}
	if v != nil {
		w = *v
	}
	for _, k := range list {
		w.fns = unionFuncs(w.fns, []*closure{k.shape})
	}
	return &w
}

// callKept executes a call of a function that a field holds: one of those that are known, or another.
func (r *run) callKept(c *callSite, fn *value) *value {
	out := r.each(fn.fns, func(callee *closure) *value { return r.callOne(c, callee, c.args) })
	return join(out, r.unknown(c, fn))
}

// mayBeAnother reports whether a function value is known in part only: it was read from a field.
func mayBeAnother(fn *value) bool {
	if fn == nil || fn.lazy == nil || len(fn.fns) == 0 {
		return false
	}
	for _, c := range fn.fns {
		if c.shape == nil || len(c.outer.args) > 0 {
			return false
		}
	}
	return true
}
