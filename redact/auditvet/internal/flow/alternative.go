package flow

import (
	"go/types"
	"slices"
)

// alternatives are what an interface holds with each concrete type, nil when that is not known.
func (v *value) alternatives() []*value {
	if v.alts != nil {
		return v.alts
	}
	if len(v.dyn) == 1 && (v.lazy == nil || !types.IsInterface(v.lazy.typ)) {
		return []*value{v}
	}
	return nil
}

// joinAlternatives keeps values of different types behind an interface apart, so that a type switch, a method and a
// printed text see their own only.
func joinAlternatives(a, b *value, depth int) []*value {
	x, y := a.alternatives(), b.alternatives()
	if x == nil || y == nil || depth > maxDepth || len(x) == 1 && len(y) == 1 && types.Identical(x[0].dyn[0], y[0].dyn[0]) {
		return nil
	}
	out := slices.Clone(x)
	for _, w := range y {
		i := slices.IndexFunc(out, func(u *value) bool { return types.Identical(u.dyn[0], w.dyn[0]) })
		if i < 0 {
			out = append(out, w)
		} else {
			out[i] = joinDepth(out[i], w, depth+1)
		}
	}
	if len(out) > maxTypes {
		return nil
	}
	return out
}

func sameAlternatives(a, b *value, depth int) bool {
	return slices.EqualFunc(a.alts, b.alts, func(x, y *value) bool { return sameDepth(x, y, depth+1) })
}

// withType is what an interface holds when it holds a type; v itself when its types are not kept apart.
func (v *value) withType(typ types.Type) *value {
	if v == nil || v.alts == nil {
		return v
	}
	for _, w := range v.alts {
		if types.Identical(w.dyn[0], typ) {
			return w
		}
	}
	return nil
}

// withMethodOf is what an interface holds when a call of its method reaches m.
func (v *value) withMethodOf(r *run, m *closure, method *types.Func) *value {
	var out *value
	for _, w := range v.alts {
		if r.p.lookup(w.dyn[0], method) == m.fn {
			out = join(out, w)
		}
	}
	return out
}
