package flow

import (
	"go/constant"
	"go/token"
	"go/types"
	"net/textproto"
	"slices"

	"golang.org/x/tools/go/ssa"
)

// A loop over a map whose key is compared with names sees only some of the elements:
//
//	for k, v := range header {
//		if k == "Authorization" || !known[k] {
//			continue
//		}
//		// v is none of Authorization, and one of known
//	}

// filter is what is known of a key where it is used.
type filter struct {
	only    []string // one of these
	limited bool     // one of a list, which only has as far as it is known
	without []string // none of these
}

// filtered is the element of a map in a loop over it, when the loop looks at some keys only.
func (r *run) filtered(f *frame, b *ssa.BasicBlock, v ssa.Value, out *value) *value {
	x, ok := v.(*ssa.Extract)
	if !ok || x.Index != 2 {
		return out
	}
	next, ok := x.Tuple.(*ssa.Next)
	if !ok || next.IsString {
		return out
	}
	var key ssa.Value
	for _, use := range *next.Referrers() {
		if e, ok := use.(*ssa.Extract); ok && e.Index == 1 {
			key = e
		}
	}
	if key == nil {
		return out
	}
	known := r.filterOf(f, b, key)
	if !known.limited && len(known.only) == 0 && len(known.without) == 0 {
		return out
	}
	return r.elements(next.Iter.(*ssa.Range).X.Type(), r.load(r.eval(f, next.Iter)), known, out)
}

// elements joins the elements of a map that a filter lets pass.
func (r *run) elements(typ types.Type, content *value, known filter, all *value) *value {
	if content == nil {
		return all
	}
	if known.limited {
		var out *value
		for i, k := range known.only {
			p := r.part(content, mapSelector(typ, &value{keys: []string{k}}))
			if i == 0 {
				out = p
			} else {
				out = join(out, p)
			}
		}
		return out
	}
	for _, k := range known.without {
		for _, form := range []string{k, textproto.CanonicalMIMEHeaderKey(k)} {
			content = content.with(mapSelector(typ, &value{keys: []string{form}}), nil)
		}
	}
	return r.part(content, anyElement)
}

// filterOf collects what the branches that lead to a block say about a key.
func (r *run) filterOf(f *frame, b *ssa.BasicBlock, key ssa.Value) filter {
	var out filter
	for d := b; d != nil; d = d.Idom() {
		if d == key.Parent().Blocks[0] || len(d.Preds) == 0 {
			break
		}
		var here filter
		for i, pred := range d.Preds {
			one := filter{}
			if branch, ok := pred.Instrs[len(pred.Instrs)-1].(*ssa.If); ok && pred.Succs[0] != pred.Succs[1] {
				one = r.condition(f, branch.Cond, pred.Succs[0] == d, key)
			}
			if i == 0 {
				here = one
			} else {
				here = here.either(one)
			}
		}
		out = out.both(here)
	}
	return out
}

func (a filter) both(b filter) filter {
	out := filter{without: append(slices.Clone(a.without), b.without...), limited: a.limited || b.limited, only: a.only}
	if !a.limited {
		out.only = b.only
	}
	return out
}

func (a filter) either(b filter) filter {
	out := filter{limited: a.limited && b.limited}
	if out.limited {
		out.only = append(slices.Clone(a.only), b.only...)
	}
	for _, k := range a.without {
		if slices.Contains(b.without, k) {
			out.without = append(out.without, k)
		}
	}
	return out
}

// listed is what it says about a key that it is, or is not, in a list.
func listed(names []string, in bool) filter {
	if in {
		return filter{only: names, limited: true}
	}
	return filter{without: names}
}

// condition is what it says about a key that a condition held, or did not.
func (r *run) condition(f *frame, cond ssa.Value, held bool, key ssa.Value) filter {
	switch c := cond.(type) {
	case *ssa.UnOp:
		if c.Op == token.NOT {
			return r.condition(f, c.X, !held, key)
		}
	case *ssa.BinOp:
		if c.Op != token.EQL && c.Op != token.NEQ {
			return filter{}
		}
		if k, ok := otherConstant(c, key); ok {
			return listed([]string{k}, held == (c.Op == token.EQL))
		}
	case *ssa.Lookup:
		if about(c.Index, key) {
			return listed(r.keysIn(r.eval(f, c.X)), held)
		}
	case *ssa.Extract:
		if l, ok := c.Tuple.(*ssa.Lookup); ok && c.Index == 1 && about(l.Index, key) {
			return listed(r.keysIn(r.eval(f, l.X)), held)
		}
	case *ssa.Call:
		return r.predicate(f, c, held, key)
	}
	return filter{}
}

// predicate is condition for the call of a function that looks at the key.
func (r *run) predicate(f *frame, c *ssa.Call, held bool, key ssa.Value) filter {
	fn := c.Call.StaticCallee()
	at := slices.IndexFunc(c.Call.Args, func(a ssa.Value) bool { return about(a, key) })
	if fn == nil || at < 0 {
		return filter{}
	}
	switch genericOf(fn).String() {
	case "strings.EqualFold":
		if k, ok := c.Call.Args[1-at].(*ssa.Const); ok && k.Value != nil {
			return listed([]string{constant.StringVal(k.Value)}, held)
		}
	case "slices.Contains":
		return listed(r.textsIn(r.eval(f, c.Call.Args[0])), held)
	}
	if fn.Blocks == nil {
		return filter{}
	}
	return listed(r.namesIn(fn, fn.Params[at]), held)
}

// namesIn are the constants that a function compares its parameter with.
func (r *run) namesIn(fn *ssa.Function, param ssa.Value) []string {
	var out []string
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			v, ok := instr.(ssa.Value)
			if !ok || !isBool(v.Type()) && !isTuple(v.Type()) {
				continue
			}
			known := r.condition(&frame{fn: fn}, v, true, param)
			out = append(append(out, known.only...), known.without...)
		}
	}
	return out
}

func isTuple(t types.Type) bool { _, ok := t.(*types.Tuple); return ok }

// about reports whether a value is the key, perhaps in another case.
func about(v, key ssa.Value) bool {
	if v == key {
		return true
	}
	switch v := v.(type) {
	case *ssa.Call:
		fn := v.Call.StaticCallee()
		if fn == nil || len(v.Call.Args) != 1 {
			return false
		}
		switch fn.String() {
		case "strings.ToLower", "strings.ToUpper", "strings.TrimSpace", "net/http.CanonicalHeaderKey", "net/textproto.CanonicalMIMEHeaderKey":
			return about(v.Call.Args[0], key)
		}
	case *ssa.MakeInterface:
		return about(v.X, key)
	case *ssa.ChangeType:
		return about(v.X, key)
	}
	return false
}

// otherConstant is the constant that a key is compared with.
func otherConstant(c *ssa.BinOp, key ssa.Value) (string, bool) {
	x, y := c.X, c.Y
	if about(y, key) {
		x, y = y, x
	}
	k, ok := y.(*ssa.Const)
	if !ok || !about(x, key) || k.Value == nil || k.Value.Kind() != constant.String {
		return "", false
	}
	return constant.StringVal(k.Value), true
}

// keysIn are the constant keys of a map.
func (r *run) keysIn(m *value) []string {
	var out []string
	for sel := range r.load(m).partsOf() {
		if isElement(sel) && sel != anyElement {
			out = append(out, keyOfSelector(sel))
		}
	}
	slices.Sort(out)
	return out
}

// textsIn are the constants in a list.
func (r *run) textsIn(list *value) []string {
	var out []string
	for sel, p := range r.load(list).partsOf() {
		if isElement(sel) {
			out = append(out, keysOf(p)...)
		}
	}
	slices.Sort(out)
	return out
}

// updateMap stores an element. Where the key may be one of several constants, and the value is what a function returns
// for the key, each is stored under its own.
func (r *run) updateMap(f *frame, b *ssa.BasicBlock, v *ssa.MapUpdate) {
	m, key := r.operand(f, b, v.Map), r.eval(f, v.Key)
	call := callOf(v.Value)
	if key == nil || len(key.keys) < 2 || call == nil || !slices.Contains(call.Call.Args, v.Key) {
		r.save(moved(m, mapSelector(v.Map.Type(), key)), r.entered(v.Map.Type(), key, r.operand(f, b, v.Value)))
		return
	}
	for _, k := range key.keys {
		one := &value{keys: []string{k}, empty: true}
		f.env[v.Key] = one
		c := r.site(f, call)
		c.args = r.arguments(f, b, call)
		out := r.dispatch(c, r.callees(f, call.Common()))
		if x, ok := v.Value.(*ssa.Extract); ok {
			out = r.part(out, field(x.Index))
		}
		r.save(moved(m, mapSelector(v.Map.Type(), one)), out)
	}
	f.env[v.Key] = key
}

// callOf is the call that a value is the result of, nil when it is something else.
func callOf(v ssa.Value) *ssa.Call {
	if x, ok := v.(*ssa.Extract); ok {
		v = x.Tuple
	}
	call, _ := v.(*ssa.Call)
	return call
}
