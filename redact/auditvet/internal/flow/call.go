package flow

import (
	"go/types"
	"slices"

	"github.com/daxis-io/arco-audit/redact/auditvet/internal/rule"
	"golang.org/x/tools/go/ssa"
)

// callSite is one call in one activation.
type callSite struct {
	f    *frame
	at   ssa.CallInstruction
	id   string
	sig  *types.Signature
	args []*value // the receiver first
}

func (r *run) site(f *frame, at ssa.CallInstruction) *callSite {
	return &callSite{f: f, at: at, id: r.siteID(f, at), sig: at.Common().Signature()}
}

// argType is the static type of an argument, the receiver counted; nil when not known.
func (c *callSite) argType(i int) types.Type {
	common := c.at.Common()
	if common.IsInvoke() {
		if i == 0 {
			return common.Value.Type()
		}
		i--
	}
	if i < len(common.Args) {
		return common.Args[i].Type()
	}
	return nil
}

func (r *run) arguments(f *frame, b *ssa.BasicBlock, at ssa.CallInstruction) []*value {
	common := at.Common()
	var args []*value
	if common.IsInvoke() {
		args = append(args, r.operand(f, b, common.Value))
	}
	for _, a := range common.Args {
		args = append(args, r.operand(f, b, a))
	}
	return args
}

func (r *run) call(f *frame, b *ssa.BasicBlock, at *ssa.Call) *value {
	c := r.site(f, at)
	c.args = r.arguments(f, b, at)
	return r.dispatch(c, r.callees(f, at.Common()))
}

// callees are the functions that a call may reach, nil when they are not known.
func (r *run) callees(f *frame, common *ssa.CallCommon) []*closure {
	if common.IsInvoke() {
		return nil
	}
	if fn := common.StaticCallee(); fn != nil {
		if mc, ok := common.Value.(*ssa.MakeClosure); ok {
			return r.eval(f, mc).fns
		}
		return []*closure{{fn: fn}}
	}
	if v := r.eval(f, common.Value); v != nil {
		return v.fns
	}
	return nil
}

// dispatch executes a call.
func (r *run) dispatch(c *callSite, callees []*closure) *value {
	common := c.at.Common()
	if b, ok := common.Value.(*ssa.Builtin); ok {
		return r.builtin(c, b.Name())
	}
	if common.IsInvoke() {
		return r.invoke(c)
	}
	if len(callees) == 0 {
		return r.unknown(c, r.eval(c.f, common.Value))
	}
	if fn := r.eval(c.f, common.Value); mayBeAnother(fn) {
		return r.callKept(c, fn)
	}
	return r.each(callees, func(callee *closure) *value { return r.callOne(c, callee, c.args) })
}

// each executes alternatives from the same store and joins what they give.
func (r *run) each(callees []*closure, one func(*closure) *value) *value {
	if len(callees) == 1 {
		return one(callees[0])
	}
	before := r.st
	before.shared = true
	var out *value
	var after *store
	for i, callee := range callees {
		r.st = before
		v := one(callee)
		if i == 0 {
			out = v
		} else {
			out = join(out, v)
		}
		r.st.shared = true
		after = r.joinStores(after, r.st)
	}
	r.st = after
	return out
}

// callOne executes a call of a known function.
func (r *run) callOne(c *callSite, callee *closure, args []*value) *value {
	switch {
	case callee.got != nil:
		for _, a := range args {
			*callee.got = callee.got.union(r.flatten(a))
		}
		return r.result(c, nil)
	case callee.keeps != nil:
		r.save(callee.keeps, args[0])
		return nil
	case callee.yields != nil:
		if len(args) > 0 {
			for _, fn := range fnsOf(args[len(args)-1]) {
				r.callOne(c, fn, callee.yields)
			}
		}
		return nil
	case callee.shape != nil:
		return r.callShape(c, callee, args)
	}
	fn := callee.fn
	obj := objectOf(fn)
	if obj == nil || fn.Synthetic != "" && fn.Blocks != nil {
		if fn.Blocks == nil {
			return r.external(c, nil, "", args)
		}
		return r.inline(c, callee, args)
	}
	name := fullName(obj)
	if r.p.safeFunc(obj) {
		return r.result(c, nil)
	}
	if what := r.p.secretFunc(obj); what != "" {
		return r.result(c, r.source(hard, what))
	}
	if out, ok := r.modelled(c, obj, name, args); ok {
		return out
	}
	if fn.Blocks != nil {
		return r.authenticated(c, obj, r.inline(c, callee, args))
	}
	return r.external(c, obj, name, args)
}

// authenticated takes the credential out of what an authenticator returns, unless it is plain text.
func (r *run) authenticated(c *callSite, obj *types.Func, out *value) *value {
	results := obj.Signature().Results()
	if !rule.Authenticator(obj.Name()) || results.Len() == 1 && types.IsInterface(results.At(0).Type()) && out != nil && out.alts != nil {
		return out // what cannot refuse checks nothing
	}
	scrub := func(v *value, typ types.Type, sel string) *value {
		if textual(typ) || isError(typ) || len(r.flatten(v)) == 0 {
			return v
		}
		return r.withSecretParts(v, r.opaque(c.id+"/who"+sel, typ, nil), typ)
	}
	if results.Len() == 1 {
		return scrub(out, results.At(0).Type(), "")
	}
	for i := range results.Len() {
		out = out.with(field(i), scrub(r.part(out, field(i)), results.At(i).Type(), field(i)))
	}
	return out
}

// withSecretParts is who, with those parts of v over it whose names speak of a secret: the authenticator put them there.
func (r *run) withSecretParts(v, who *value, typ types.Type) *value {
	if p, ok := typ.Underlying().(*types.Pointer); ok && len(refsOf(who)) == 1 {
		inner := r.load(who)
		r.put(who.refs[0].obj, r.withSecretParts(r.load(v), inner, p.Elem()))
		return who
	}
	s, ok := structOf(typ)
	if !ok || v == nil {
		return who
	}
	for sel, p := range v.parts {
		if i := structField(s, sel); i >= 0 && rule.Classify(s.Field(i).Name()) == rule.Suspect {
			who = who.with(sel, p)
		}
	}
	return who
}

// maxRecursion is how often one function may be active at a time.
const maxRecursion = 2

// inline executes a function with a body in the caller's store.
func (r *run) inline(c *callSite, callee *closure, args []*value) *value {
	depth, same := len(r.stack), 0
	for _, f := range r.stack {
		if f.fn == callee.fn {
			same++
		}
	}
	if depth >= maxStack || same >= maxRecursion || r.spent {
		return r.approximate(c, callee, args)
	}
	outer := c.f.calls
	c.f.calls = c.at
	out := r.activate(callee, args, r.context(c.f.context, c.at))
	c.f.calls = outer
	return out
}

// approximate is the result of a call that is not executed: what it gets flows to what it gives.
func (r *run) approximate(c *callSite, callee *closure, args []*value) *value {
	var t taint
	for _, a := range args {
		t = t.union(r.flatten(a))
	}
	for _, b := range callee.bound {
		t = t.union(r.flatten(r.load(b)))
	}
	return r.opaqueResult(c.id, callee.fn.Signature, t)
}

func (r *run) opaqueResult(id string, sig *types.Signature, t taint) *value {
	switch sig.Results().Len() {
	case 0:
		return nil
	case 1:
		return r.opaque(id+"/result", sig.Results().At(0).Type(), t)
	}
	return r.opaque(id+"/result", sig.Results(), t)
}

// result is an unknown result of the call that comes from t.
func (r *run) result(c *callSite, t taint) *value { return r.opaqueResult(c.id, c.sig, t) }

// activateCall executes a call with known arguments, outside the order of its instruction.
func (r *run) activateCall(c *callSite, callee *closure, args []*value) *value {
	return r.callOne(c, callee, args)
}

func (r *run) deferCall(f *frame, b *ssa.BasicBlock, d *ssa.Defer) {
	c := r.site(f, d)
	c.args = r.arguments(f, b, d)
	callees := r.callees(f, &d.Call)
	for i, old := range f.deferred {
		if old.at == d {
			for j := range c.args {
				c.args[j] = join(old.args[j], c.args[j])
			}
			f.deferred[i] = deferredCall{d, c, callees, c.args}
			return
		}
	}
	f.deferred = append(f.deferred, deferredCall{d, c, callees, c.args})
}

// runDeferred runs the deferred calls, the last one first. Each may have been skipped.
func (r *run) runDeferred(f *frame) {
	for _, d := range slices.Backward(f.deferred) {
		before := r.st
		before.shared = true
		r.dispatch(d.site, d.callee)
		if !d.at.Block().Dominates(lastBlock(f)) {
			r.st = r.joinStores(before, r.st)
		}
	}
}

func lastBlock(f *frame) *ssa.BasicBlock {
	for _, b := range f.fn.Blocks {
		for _, instr := range b.Instrs {
			if _, ok := instr.(*ssa.RunDefers); ok {
				return b
			}
		}
	}
	return f.fn.Blocks[0]
}

// start runs a goroutine where it starts, and notes it for the end: by then its channels and variables are full.
func (r *run) start(f *frame, b *ssa.BasicBlock, g *ssa.Go) {
	c := r.site(f, g)
	c.args = r.arguments(f, b, g)
	callees := r.callees(f, &g.Call)
	if !r.finishing && len(callees) > 0 {
		r.started = append(r.started, startedCall{c, callees, c.args})
	}
	before := r.st
	before.shared = true
	if r.meanwhile == nil {
		r.dispatch(c, callees)
		r.st.shared = true
		r.st = r.joinStores(before, r.st)
		return
	}
	outer := r.touched
	r.st, r.touched = r.joinStores(before, r.meanwhile), make(map[*object]bool)
	r.st.shared = true
	r.dispatch(c, callees)
	r.st = r.joinStores(before, r.st.only(r.touched))
	r.touched = outer
}

// objectOf is the declared function behind fn, an instance's generic one, or nil.
func objectOf(fn *ssa.Function) *types.Func {
	obj, _ := genericOf(fn).Object().(*types.Func)
	if obj == nil {
		return nil
	}
	return obj.Origin()
}

func fullName(obj *types.Func) string { return obj.FullName() }
