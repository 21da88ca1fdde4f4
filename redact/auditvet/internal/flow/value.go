package flow

import (
	"go/types"
	"maps"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"
)

// value is what is known of a value of the program: where it may come from, what it may point to, what its parts
// are. Values are immutable; nil is a value that comes from nowhere.
type value struct {
	t     taint
	refs  []ref
	fns   []*closure
	parts map[string]*value // by selector
	keys  []string          // the constants it may be, when all are known
	frags []string          // constants that are among its parts, of a text that is not known as a whole
	dyn   []types.Type      // concrete types behind an interface, as far as known
	alts  []*value          // what it is with each of several types in dyn; nil when that is not kept apart
	lazy  *lazy             // how parts are made that are not in parts; nil: they come from nowhere
	empty bool              // a constant or nil: holds no text of the program's input
}

// lazy describes an unknown value of a known type.
type lazy struct {
	id    string
	typ   types.Type
	carry taint // what all its parts come from, besides what their types say
}

// closure is a function with the variables that it captured.
type closure struct {
	fn     *ssa.Function
	bound  []*value
	got    *taint   // of a function that only collects what it is called with
	keeps  *value   // of a function that keeps its argument: where
	shape  *Summary // of a function of another package that a call returned
	outer  *application
	yields []*value // of an iterator: what it calls its argument with
	from   *value   // the map that an iterator goes through, nil for others
}

// ref points into an object: path is the selectors from the object to the place, joined by "/".
type ref struct {
	obj  *object
	path string
}

// Selectors: ".3" is a field, "[x]" the element with a constant key, anyElement any of them, mapKeys the keys.
const (
	anyElement = "[*]"
	mapKeys    = "#"
	deref      = "*"
)

// maxParts bounds what is kept apart in one value, maxDepth how deep.
const (
	maxParts = 48
	maxDepth = 6
	maxRefs  = 12
	maxKeys  = 16
	maxTypes = 8
)

func isElement(sel string) bool { return strings.HasPrefix(sel, "[") }

func tainted(t taint) *value {
	if len(t) == 0 {
		return nil
	}
	return &value{t: t}
}

// leaf is what is known of any part of a value that was described as a whole: where it comes from, which functions are
// among its parts.
func (v *value) leaf() *value {
	if len(v.fns) == 0 {
		return tainted(v.t)
	}
	return &value{t: v.t, fns: v.fns}
}

// join returns what is either a or b.
func join(a, b *value) *value { return joinDepth(a, b, 0) }

func joinDepth(a, b *value, depth int) *value {
	switch {
	case a == b:
		return a
	case a == nil:
		return b.withoutKeys()
	case b == nil:
		return a.withoutKeys()
	}
	v := &value{t: a.t.union(b.t), refs: unionRefs(a.refs, b.refs), fns: unionFuncs(a.fns, b.fns), keys: unionKeys(a, b),
		dyn: unionTypes(a.dyn, b.dyn), lazy: a.lazy, empty: a.empty && b.empty}
	if v.keys == nil {
		v.frags = unionTexts(a.fragments(), b.fragments())
	}
	v.lazy = joinLazy(a.lazy, b.lazy)
	v.alts = joinAlternatives(a, b, depth)
	v.parts = joinParts(a, b, depth)
	return v
}

func joinLazy(a, b *lazy) *lazy {
	switch {
	case a == nil || a == b:
		return b
	case b == nil || a.carry.holds(b.carry):
		return a
	}
	return &lazy{id: a.id, typ: a.typ, carry: a.carry.union(b.carry)}
}

// joinParts joins part by part. A part that was overwritten on one side only becomes again what its type says.
func joinParts(a, b *value, depth int) map[string]*value {
	if len(a.parts) == 0 && len(b.parts) == 0 || depth > maxDepth {
		return nil
	}
	out := make(map[string]*value, len(a.parts))
	for sel, p := range a.parts {
		if q, ok := b.parts[sel]; ok {
			out[sel] = joinDepth(p, q, depth+1)
		} else if b.lazy == nil {
			out[sel] = p.withoutKeys()
		} else if p.holdsSomething() {
			out[sel] = joinDepth(p, tainted(b.lazy.carry), depth+1)
		}
	}
	for sel, q := range b.parts {
		if _, ok := a.parts[sel]; ok {
			continue
		}
		if a.lazy == nil {
			out[sel] = q.withoutKeys()
		} else if q.holdsSomething() {
			out[sel] = joinDepth(q, tainted(a.lazy.carry), depth+1)
		}
	}
	return out
}

// holdsSomething reports whether a part says more than that it was overwritten.
func (v *value) holdsSomething() bool {
	return v != nil && (len(v.t) > 0 || len(v.refs) > 0 || len(v.fns) > 0 || len(v.parts) > 0 || v.lazy != nil)
}

func (v *value) withoutKeys() *value {
	if v == nil || v.keys == nil {
		return v
	}
	w := *v
	w.frags, w.keys = v.fragments(), nil
	return &w
}

// fragments are the constants that a text is, or is made of.
func (v *value) fragments() []string {
	if v == nil {
		return nil
	}
	if v.keys != nil {
		return v.keys
	}
	return v.frags
}

// withFragments is v, a text in which these constants are.
func (v *value) withFragments(list []string) *value {
	if len(list) == 0 {
		return v
	}
	w := value{}
	if v != nil {
		w = *v
	}
	w.frags = list
	return &w
}

func unionTexts(a, b []string) []string {
	out := a
	for _, k := range b {
		if !slices.Contains(out, k) && len(out) < maxKeys {
			out = append(slices.Clip(out), k)
		}
	}
	return out
}

func unionKeys(a, b *value) []string {
	if a.keys == nil || b.keys == nil {
		return nil
	}
	out := a.keys
	for _, k := range b.keys {
		if !slices.Contains(out, k) {
			out = append(slices.Clip(out), k)
		}
	}
	if len(out) > maxKeys {
		return nil
	}
	return out
}

func unionRefs(a, b []ref) []ref {
	out := a
	for _, r := range b {
		if !slices.Contains(out, r) && len(out) < maxRefs {
			out = append(slices.Clip(out), r)
		}
	}
	return out
}

func unionFuncs(a, b []*closure) []*closure {
	out := a
	for _, f := range b {
		if !slices.ContainsFunc(out, func(g *closure) bool { return f == g || f.fn != nil && f.fn == g.fn && len(f.bound) == 0 }) && len(out) < maxRefs {
			out = append(slices.Clip(out), f)
		}
	}
	return out
}

func unionTypes(a, b []types.Type) []types.Type {
	out := a
	for _, t := range b {
		if !slices.ContainsFunc(out, func(u types.Type) bool { return types.Identical(t, u) }) && len(out) < maxTypes {
			out = append(slices.Clip(out), t)
		}
	}
	return out
}

// with returns v with part sel replaced.
func (v *value) with(sel string, p *value) *value {
	w := value{}
	if v != nil {
		w = *v
	}
	w.keys, w.alts, w.empty = nil, nil, false
	w.parts = maps.Clone(w.parts)
	if w.parts == nil {
		w.parts = make(map[string]*value)
	}
	if _, known := w.parts[sel]; !known && len(w.parts) >= maxParts && isElement(sel) {
		sel, p = anyElement, join(w.parts[anyElement], p)
	}
	w.parts[sel] = p
	return &w
}

// same reports whether two values are known to be equal; false only costs time.
func same(a, b *value) bool { return sameDepth(a, b, 0) }

func sameDepth(a, b *value, depth int) bool {
	if a == b {
		return true
	}
	if a == nil || b == nil || depth > maxDepth {
		return false
	}
	if len(a.parts) != len(b.parts) || !a.t.holds(b.t) || !b.t.holds(a.t) || !slices.Equal(a.refs, b.refs) ||
		!slices.Equal(a.keys, b.keys) || len(a.fns) != len(b.fns) || !sameAlternatives(a, b, depth) || (a.lazy == nil) != (b.lazy == nil) {
		return false
	}
	if a.lazy != nil && (!a.lazy.carry.holds(b.lazy.carry) || !b.lazy.carry.holds(a.lazy.carry)) {
		return false
	}
	for i, f := range a.fns {
		if f.fn != b.fns[i].fn {
			return false
		}
	}
	for sel, p := range a.parts {
		q, ok := b.parts[sel]
		if !ok || !sameDepth(p, q, depth+1) {
			return false
		}
	}
	return true
}
