package protocol

import (
	"go/constant"
	"go/token"
	"strings"

	"golang.org/x/tools/go/ssa"
)

// of is what is known of a value.
func (k *known) of(v ssa.Value) answer {
	v = k.root(v)
	if a, ok := k.facts[v]; ok {
		return a
	}
	k.facts[v] = unsure // while it is worked out: in a loop, a value can be made of itself
	defer delete(k.facts, v)
	switch x := v.(type) {
	case *ssa.Const:
		if v == nothing || x.IsNil() {
			return no
		}
		if x.Value != nil && x.Value.Kind() == constant.Bool {
			return answerOf(constant.BoolVal(x.Value))
		}
	case *ssa.MakeInterface, *ssa.Alloc, *ssa.MakeClosure:
		return yes
	case *ssa.UnOp:
		if x.Op == token.NOT {
			return k.of(x.X).not()
		}
		if g, ok := x.X.(*ssa.Global); ok && isErrorType(x.Type()) && strings.HasPrefix(strings.ToLower(g.Name()), "err") {
			return yes // an error that is compared with has a value
		}
	case *ssa.BinOp:
		return k.compared(x)
	case *ssa.Call:
		return k.ofCall(x)
	}
	return unsure
}

// compared is what is known of a comparison with nil or with a truth value.
func (k *known) compared(x *ssa.BinOp) answer {
	if x.Op != token.EQL && x.Op != token.NEQ {
		return unsure
	}
	a, b := k.of(x.X), k.of(x.Y)
	if a == unsure || b == unsure || a == yes && b == yes && !isBool(x.X.Type()) {
		return unsure
	}
	return answerOf((a == b) == (x.Op == token.EQL))
}

// ofCall is what is known of the result of a function of another package.
func (k *known) ofCall(call *ssa.Call) answer {
	if b, ok := call.Call.Value.(*ssa.Builtin); ok && b.Name() == "recover" {
		return no // a path that panics is not followed
	}
	fn := call.Call.StaticCallee()
	if fn == nil {
		return unsure
	}
	switch fn.String() {
	case "errors.New", "fmt.Errorf":
		return yes
	case "errors.Join":
		return k.anyOf(call.Call.Args[0])
	}
	return unsure
}

// anyOf is whether one of the elements of a list that is written out is there.
func (k *known) anyOf(list ssa.Value) answer {
	slice, ok := list.(*ssa.Slice)
	if !ok || slice.X.Referrers() == nil {
		return unsure
	}
	out := no
	for _, use := range *slice.X.Referrers() {
		at, ok := use.(*ssa.IndexAddr)
		if !ok {
			continue
		}
		for _, st := range *at.Referrers() {
			if st, ok := st.(*ssa.Store); ok {
				switch k.of(st.Val) {
				case yes:
					return yes
				case unsure:
					out = unsure
				}
			}
		}
	}
	return out
}

// assume notes that a condition holds, or does not, and reports whether it can.
func (k *known) assume(cond ssa.Value, held bool) bool {
	if a := k.of(cond); a != unsure {
		return a == answerOf(held)
	}
	root := k.root(cond)
	k.facts[root] = answerOf(held)
	switch x := root.(type) {
	case *ssa.UnOp:
		if x.Op == token.NOT && k.root(x.X) != root { // in a loop, the operand may be what this made of it
			return k.assume(x.X, !held)
		}
	case *ssa.BinOp:
		if x.Op == token.EQL || x.Op == token.NEQ {
			k.assumeEqual(x.X, x.Y, held == (x.Op == token.EQL))
			k.assumeEqual(x.Y, x.X, held == (x.Op == token.EQL))
		}
	case *ssa.Call:
		if fn := x.Call.StaticCallee(); held && fn != nil && (fn.String() == "errors.Is" || fn.String() == "errors.As") {
			k.facts[k.root(x.Call.Args[0])] = yes
		}
	}
	return true
}

// assumeEqual notes that v equals, or does not equal, a value of which is known whether it is there.
func (k *known) assumeEqual(v, to ssa.Value, equal bool) {
	switch a := k.of(to); {
	case k.of(v) != unsure || a == unsure:
	case equal:
		k.facts[k.root(v)] = a
	case a == no || isBool(v.Type()):
		k.facts[k.root(v)] = a.not()
	}
}
