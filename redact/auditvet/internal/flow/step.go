package flow

import (
	"go/constant"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"
)

// eval returns what is known of an operand.
func (r *run) eval(f *frame, v ssa.Value) *value {
	switch v := v.(type) {
	case *ssa.Const:
		return r.secretConstant(constantValue(v))
	case *ssa.Function:
		c := &closure{fn: v}
		if v.Parent() != nil {
			r.noteLiteral(c)
		}
		return &value{fns: []*closure{c}}
	case *ssa.Global:
		return r.global(v)
	case *ssa.Builtin:
		return nil
	}
	return f.env[v]
}

func constantValue(c *ssa.Const) *value {
	if c.Value == nil {
		return &value{empty: true}
	}
	switch c.Value.Kind() {
	case constant.String:
		return &value{keys: []string{constant.StringVal(c.Value)}, empty: true}
	case constant.Int, constant.Bool:
		return &value{keys: []string{c.Value.ExactString()}, empty: true}
	}
	return &value{empty: true}
}

// operand is eval where a guard before block b may prove that the value is no secret.
func (r *run) operand(f *frame, b *ssa.BasicBlock, v ssa.Value) *value {
	out := r.eval(f, v)
	if out != nil {
		out = r.filtered(f, b, v, out)
	}
	if out != nil && len(out.t) > 0 && f.guarded(v, b) {
		return &value{empty: true}
	}
	return out
}

// global is the place of a package-level variable.
func (r *run) global(g *ssa.Global) *value {
	name := g.String()
	o := r.object("global " + name)
	if o.typ == nil {
		o.typ, o.cell = g.Type().Underlying().(*types.Pointer).Elem(), name
		if prev := r.p.globalObjects[name]; prev != nil {
			r.objects[o.id] = prev
			o = prev
		} else {
			r.p.globalObjects[name] = o
		}
		o.opaque = g.Pkg == nil || !r.p.inside(g.Pkg.Pkg)
		o.carry = r.p.cells[name]
	}
	return &value{refs: []ref{{obj: o}}}
}

// step executes one instruction and reports whether it changed a register.
func (r *run) step(f *frame, b *ssa.BasicBlock, instr ssa.Instruction) bool {
	if v, ok := instr.(ssa.Value); ok {
		out := r.compute(f, b, instr, v)
		if out != nil && len(out.t) > 0 && isBool(v.Type()) {
			out = nil
		}
		old, had := f.env[v]
		if had && f.visited[instr] {
			out = join(old, out)
		}
		f.env[v] = out
		return !had || !same(old, out)
	}
	r.act(f, b, instr)
	return false
}

func isBool(t types.Type) bool {
	b, ok := t.Underlying().(*types.Basic)
	return ok && b.Info()&types.IsBoolean != 0
}

// compute returns the value of an instruction that has one.
func (r *run) compute(f *frame, b *ssa.BasicBlock, instr ssa.Instruction, v ssa.Value) *value {
	arg := func(x ssa.Value) *value { return r.operand(f, b, x) }
	switch v := v.(type) {
	case *ssa.Alloc:
		return r.allocate(f, v)
	case *ssa.Phi:
		return r.phi(f, b, v)
	case *ssa.Call:
		return r.call(f, b, v)
	case *ssa.BinOp:
		return r.binary(v, arg(v.X), arg(v.Y))
	case *ssa.UnOp:
		return r.unary(v, arg(v.X))
	case *ssa.ChangeType:
		return arg(v.X)
	case *ssa.ChangeInterface:
		return arg(v.X)
	case *ssa.Convert, *ssa.MultiConvert:
		return r.convert(f, instr, v)
	case *ssa.SliceToArrayPointer:
		return arg(v.X)
	case *ssa.MakeInterface:
		return boxed(arg(v.X), v.X.Type())
	case *ssa.MakeClosure:
		return r.makeClosure(f, v)
	case *ssa.MakeMap, *ssa.MakeChan, *ssa.MakeSlice:
		return &value{refs: []ref{{obj: r.fresh(f, instr, v.Type())}}}
	case *ssa.TypeAssert:
		return r.asserted(f, v, arg(v.X))
	case *ssa.Range:
		return arg(v.X)
	case *ssa.Select:
		return r.selected(f, v)
	}
	return r.computeAccess(f, b, instr, v)
}

// computeAccess returns the value of an instruction that looks into another value.
func (r *run) computeAccess(f *frame, b *ssa.BasicBlock, instr ssa.Instruction, v ssa.Value) *value {
	arg := func(x ssa.Value) *value { return r.operand(f, b, x) }
	switch v := v.(type) {
	case *ssa.FieldAddr:
		return moved(arg(v.X), field(v.Field))
	case *ssa.Field:
		return r.part(arg(v.X), field(v.Field))
	case *ssa.IndexAddr:
		index := r.eval(f, v.Index)
		return moved(arg(v.X), indexSelector(index)).and(alphabet(v.X.Type(), index))
	case *ssa.Index:
		return r.indexed(arg(v.X), arg(v.Index), v.X.Type())
	case *ssa.Lookup:
		return r.lookup(f, v, arg(v.X), arg(v.Index))
	case *ssa.Slice:
		return r.sliced(f, v, arg(v.X))
	case *ssa.Next:
		return r.next(v, arg(v.Iter))
	case *ssa.Extract:
		return r.part(arg(v.Tuple), field(v.Index))
	}
	return nil
}

// act executes an instruction that has no value.
func (r *run) act(f *frame, b *ssa.BasicBlock, instr ssa.Instruction) {
	arg := func(x ssa.Value) *value { return r.operand(f, b, x) }
	switch v := instr.(type) {
	case *ssa.Store:
		r.save(arg(v.Addr), r.marked(v.Addr, r.assigned(f, b, v)))
	case *ssa.MapUpdate:
		r.updateMap(f, b, v)
		r.save(moved(arg(v.Map), mapKeys), join(r.load(moved(arg(v.Map), mapKeys)), arg(v.Key)))
	case *ssa.Send:
		r.save(moved(arg(v.Chan), anyElement), arg(v.X))
	case *ssa.Return:
		r.returned(f, b, v)
	case *ssa.Panic:
		r.panicked = join(r.panicked, arg(v.X))
	case *ssa.Defer:
		r.deferCall(f, b, v)
	case *ssa.RunDefers:
		r.runDeferred(f)
	case *ssa.Go:
		r.start(f, b, v)
	}
}

func (r *run) phi(f *frame, b *ssa.BasicBlock, v *ssa.Phi) *value {
	var out *value
	first := true
	for i, x := range v.Edges {
		if _, isConst := x.(*ssa.Const); !isConst {
			if _, known := f.env[x]; !known && !isStatic(x) {
				continue // not executed yet
			}
		}
		in := r.operand(f, b.Preds[i], x)
		if first {
			out, first = in, false
		} else {
			out = join(out, in)
		}
	}
	return out
}

func isStatic(v ssa.Value) bool {
	switch v.(type) {
	case *ssa.Function, *ssa.Global, *ssa.Builtin:
		return true
	}
	return false
}

func (r *run) binary(v *ssa.BinOp, x, y *value) *value {
	switch v.Op {
	case token.EQL, token.NEQ, token.LSS, token.LEQ, token.GTR, token.GEQ:
		return compared(v.Op, x, y)
	case token.ADD:
		if x != nil && y != nil && len(x.keys) == 1 && len(y.keys) == 1 && isString(v.Type()) {
			return &value{keys: []string{x.keys[0] + y.keys[0]}, empty: true}
		}
	}
	out := tainted(textTaint(x).union(textTaint(y)))
	if v.Op == token.ADD && isString(v.Type()) {
		return out.withFragments(unionTexts(x.fragments(), y.fragments()))
	}
	return out
}

func isString(t types.Type) bool {
	b, ok := t.Underlying().(*types.Basic)
	return ok && b.Info()&types.IsString != 0
}

// compared is the result of comparing constants, so that only one branch is taken.
func compared(op token.Token, x, y *value) *value {
	if x == nil || y == nil || len(x.keys) != 1 || len(y.keys) != 1 {
		return nil
	}
	switch equal := x.keys[0] == y.keys[0]; {
	case op == token.EQL && equal, op == token.NEQ && !equal:
		return &value{keys: []string{"true"}, empty: true}
	case op == token.EQL, op == token.NEQ:
		return &value{keys: []string{"false"}, empty: true}
	}
	return nil
}
