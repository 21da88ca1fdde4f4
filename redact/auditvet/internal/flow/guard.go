package flow

import (
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"
)

// guarded reports whether v is known, in block b, to equal a constant or a member of a list: then it is no secret.
func (f *frame) guarded(v ssa.Value, b *ssa.BasicBlock) bool {
	if f.guards == nil {
		f.findGuards()
	}
	dominates := func(g *ssa.BasicBlock) bool { return g.Dominates(b) }
	if slices.ContainsFunc(f.guards[v], dominates) {
		return true
	}
	for w, blocks := range f.guards {
		if sameField(v, w) && slices.ContainsFunc(blocks, dominates) && !f.storesTo(v) {
			return true
		}
	}
	return false
}

// sameField reports whether two values are read from the same field, or element, of the same variable.
func sameField(a, b ssa.Value) bool {
	if a == b {
		return true
	}
	switch x := a.(type) {
	case *ssa.UnOp:
		y, ok := b.(*ssa.UnOp)
		return ok && x.Op == token.MUL && y.Op == token.MUL && sameField(x.X, y.X)
	case *ssa.FieldAddr:
		y, ok := b.(*ssa.FieldAddr)
		return ok && x.Field == y.Field && sameField(x.X, y.X)
	case *ssa.Field:
		y, ok := b.(*ssa.Field)
		return ok && x.Field == y.Field && sameField(x.X, y.X)
	case *ssa.IndexAddr:
		y, ok := b.(*ssa.IndexAddr)
		return ok && sameIndex(x.Index, y.Index) && sameField(x.X, y.X)
	}
	return false
}

func sameIndex(a, b ssa.Value) bool {
	x, ok := a.(*ssa.Const)
	y, ok2 := b.(*ssa.Const)
	return ok && ok2 && x.Int64() == y.Int64()
}

// storesTo reports whether the function itself writes the place that v is read from.
func (f *frame) storesTo(v ssa.Value) bool {
	load, ok := v.(*ssa.UnOp)
	if !ok {
		return false
	}
	for _, b := range f.fn.Blocks {
		for _, instr := range b.Instrs {
			if s, ok := instr.(*ssa.Store); ok && sameField(s.Addr, load.X) {
				return true
			}
		}
	}
	return false
}

// findGuards finds the blocks that are entered only when a comparison held.
func (f *frame) findGuards() {
	f.guards = make(map[ssa.Value][]*ssa.BasicBlock)
	for _, b := range f.fn.Blocks {
		var all []ssa.Value
		for i, pred := range b.Preds {
			proved := provedBy(pred, b)
			if i == 0 {
				all = proved
			} else {
				all = slices.DeleteFunc(all, func(v ssa.Value) bool { return !slices.Contains(proved, v) })
			}
		}
		for _, v := range all {
			f.guards[v] = append(f.guards[v], b)
		}
	}
}

// provedBy returns the values that are members of a list when control goes from pred to b.
func provedBy(pred, b *ssa.BasicBlock) []ssa.Value {
	branch, ok := pred.Instrs[len(pred.Instrs)-1].(*ssa.If)
	if !ok || pred.Succs[0] == pred.Succs[1] {
		return nil
	}
	return proved(branch.Cond, pred.Succs[0] == b)
}

func proved(cond ssa.Value, held bool) []ssa.Value {
	switch c := cond.(type) {
	case *ssa.UnOp:
		if c.Op == token.NOT {
			return proved(c.X, !held)
		}
	case *ssa.BinOp:
		if c.Op == token.EQL && held || c.Op == token.NEQ && !held {
			return comparedWithConstant(c)
		}
	case *ssa.Lookup:
		if held && !c.CommaOk && types.Identical(c.Type().Underlying(), boolean) {
			return []ssa.Value{c.Index}
		}
	case *ssa.Extract:
		if l, ok := c.Tuple.(*ssa.Lookup); ok && held && c.Index == 1 {
			return []ssa.Value{l.Index}
		}
	case *ssa.Call:
		if fn := c.Call.StaticCallee(); held && fn != nil && genericOf(fn).String() == "slices.Contains" && len(c.Call.Args) == 2 {
			return []ssa.Value{c.Call.Args[1]}
		}
	}
	return nil
}

func comparedWithConstant(c *ssa.BinOp) []ssa.Value {
	if _, ok := c.Y.(*ssa.Const); ok {
		return []ssa.Value{c.X}
	}
	if _, ok := c.X.(*ssa.Const); ok {
		return []ssa.Value{c.Y}
	}
	return nil
}

// genericOf is the function itself, or the generic function that it is an instance of.
func genericOf(fn *ssa.Function) *ssa.Function {
	if o := fn.Origin(); o != nil {
		return o
	}
	return fn
}
