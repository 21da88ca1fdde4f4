package flow

import (
	"fmt"
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"
)

// run is the abstract execution of one function, with all the calls that it makes into its own package. Its
// parameters are unknown values.
type run struct {
	p         *pkg
	root      *ssa.Function
	st        *store
	objects   map[string]*object
	steps     int
	spent     bool
	stack     []*frame
	panicked  *value
	started   []startedCall // goroutines: they run where they start and once more at the end
	finishing bool
	touched   map[*object]bool // of the goroutine that is executed
	meanwhile *store           // what memory held at the end of a first execution: goroutines see it
	summary   *Summary
	pos       token.Pos // of the instruction that is executed
	contexts  map[contextKey]int
	literals  []*closure // function literals that were made
	shaping   bool       // a function is executed to know what calls of it do
	activated map[*ssa.Function]bool
	cellOf    map[string]string // the field that an opaque object was read from, by its id
}

type startedCall struct {
	site   *callSite
	callee []*closure
	args   []*value
}

type contextKey struct {
	parent int
	at     ssa.Instruction
}

// maxStack is how many calls may be active at a time.
const maxStack = 24

// frame is one activation of a function.
type frame struct {
	fn       *ssa.Function
	calls    ssa.CallInstruction // the call that is executed
	context  int                 // tells apart the objects that different calls make
	env      map[ssa.Value]*value
	bound    []*value
	deferred []deferredCall
	result   *value
	returned *store
	visited  map[ssa.Instruction]bool
	guards   map[ssa.Value][]*ssa.BasicBlock
}

type deferredCall struct {
	at     *ssa.Defer
	site   *callSite
	callee []*closure
	args   []*value
}

func (p *pkg) newRun(fn *ssa.Function) *run {
	return &run{p: p, root: fn, st: newStore(), objects: make(map[string]*object), summary: &Summary{}, contexts: make(map[contextKey]int), cellOf: make(map[string]string), activated: make(map[*ssa.Function]bool)}
}

// execute runs the root on unknown arguments.
func (r *run) execute() *value {
	args := make([]*value, len(r.root.Params))
	for i, param := range r.root.Params {
		args[i] = r.parameter(i, param)
	}
	bound := make([]*value, len(r.root.FreeVars))
	for i, v := range r.root.FreeVars {
		bound[i] = r.opaque(fmt.Sprintf("free%d", i), v.Type(), nil)
	}
	initial := r.st
	initial.shared = true
	out := r.activate(&closure{fn: r.root, bound: bound}, args, 0)
	r.finish()
	if len(r.started) > 0 && !r.spent { // what goroutines answered was not there when it was asked for
		r.meanwhile, r.st, r.finishing, r.steps = r.st, initial, false, 0
		out = join(out, r.activate(&closure{fn: r.root, bound: bound}, args, 0))
		r.finish()
	}
	return out
}

// finish executes what the root has registered and started: literals that nothing called, goroutines once more.
func (r *run) finish() {
	r.finishing = true
	r.uncalled()
	for i := 0; i < len(r.started) && i < 64; i++ {
		g := r.started[i]
		for _, c := range g.callee {
			r.activateCall(g.site, c, g.args)
		}
	}
}

// maxUncalled bounds how many functions are executed that the root only hands on.
const maxUncalled = 64

// noteLiteral notes a function literal, in case that nothing calls it.
func (r *run) noteLiteral(c *closure) {
	if len(r.literals) < maxUncalled && !slices.ContainsFunc(r.literals, func(old *closure) bool { return old.fn == c.fn }) {
		r.literals = append(r.literals, c)
	}
}

// uncalled executes the function literals that were made and not called: handlers that are registered, callbacks that
// are kept.
func (r *run) uncalled() {
	for i := 0; i < len(r.literals) && i < maxUncalled; i++ {
		c := r.literals[i]
		if r.activated[c.fn] || c.fn.Blocks == nil {
			continue
		}
		args := make([]*value, len(c.fn.Params))
		for j, param := range c.fn.Params {
			args[j] = r.opaque(fmt.Sprintf("u%d_%d", i, j), param.Type(), nil)
		}
		before := r.st
		before.shared = true
		r.activate(c, args, 0)
		r.st.shared = true
		r.st = r.joinStores(before, r.st)
	}
}

// parameter is the unknown value of a parameter of the root.
func (r *run) parameter(i int, param *ssa.Parameter) *value {
	carry := taint{r.p.origins.get(originKey{tier: symbolic, param: i})}
	if soft := r.p.suspectParameter(param); soft != "" {
		r.pos = param.Pos()
		carry = carry.union(r.source(1, soft))
	}
	return r.opaque(fmt.Sprintf("p%d", i), param.Type(), carry)
}

// source is a new origin at the instruction that is executed.
func (r *run) source(t tier, what string) taint {
	return taint{r.p.origins.get(originKey{tier: t, what: what, pos: r.position()})}
}

// position is that of the innermost instruction that has one.
func (r *run) position() token.Pos { return r.pos }

// activate executes a function and returns its result.
func (r *run) activate(c *closure, args []*value, context int) *value {
	f := &frame{fn: c.fn, context: context, env: make(map[ssa.Value]*value), bound: c.bound, visited: make(map[ssa.Instruction]bool)}
	for i, param := range c.fn.Params {
		if i < len(args) {
			f.env[param] = args[i]
		}
	}
	for i, v := range c.fn.FreeVars {
		if i < len(c.bound) {
			f.env[v] = c.bound[i]
		}
	}
	r.stack = append(r.stack, f)
	r.activated[c.fn] = true
	pos := r.pos
	r.blocks(f)
	r.pos = pos
	r.stack = r.stack[:len(r.stack)-1]
	if f.returned != nil {
		r.st = f.returned
		f.returned.shared = true
	}
	return f.result
}

// blocks executes the blocks of a function until nothing changes, in a number of passes that is bounded.
func (r *run) blocks(f *frame) {
	order := r.p.order(f.fn)
	in := map[*ssa.BasicBlock]*store{f.fn.Blocks[0]: r.st}
	r.st.shared = true
	entered := make(map[*ssa.BasicBlock]*store)
	for range order.passes {
		changed := false
		for _, b := range order.blocks {
			before := in[b]
			if before == nil || r.spent {
				continue
			}
			if old := entered[b]; old != nil && r.sameStores(old, before) && !changed && !order.loops {
				continue
			}
			entered[b] = before
			before.shared = true
			r.st = before
			if r.block(f, b, in) {
				changed = true
			}
		}
		if !changed {
			break
		}
	}
	r.recovered(f, in)
}

// block executes one block and hands its store on. It reports whether a register changed.
func (r *run) block(f *frame, b *ssa.BasicBlock, in map[*ssa.BasicBlock]*store) bool {
	changed := false
	for _, instr := range b.Instrs {
		r.steps++
		if r.steps > r.p.limit {
			r.giveUp()
			return false
		}
		if pos := instr.Pos(); pos.IsValid() {
			r.pos = pos
		}
		if r.step(f, b, instr) {
			changed = true
		}
		f.visited[instr] = true
	}
	r.st.shared = true
	for i, succ := range b.Succs {
		if !r.mayTake(f, b, i) {
			continue
		}
		merged := r.joinStores(in[succ], r.st)
		if !r.sameStores(in[succ], merged) {
			in[succ] = merged
			changed = true
		}
	}
	return changed
}

func (r *run) giveUp() {
	if !r.spent {
		r.spent = true
		r.p.gaveUp(r.root)
	}
}

// mayTake reports whether the i-th successor can follow: a constant condition has only one.
func (r *run) mayTake(f *frame, b *ssa.BasicBlock, i int) bool {
	branch, ok := b.Instrs[len(b.Instrs)-1].(*ssa.If)
	if !ok {
		return true
	}
	v := r.eval(f, branch.Cond)
	if v == nil || len(v.keys) != 1 {
		return true
	}
	return v.keys[0] == "true" && i == 0 || v.keys[0] == "false" && i == 1 || v.keys[0] != "true" && v.keys[0] != "false"
}

// recovered executes the block that a function continues in after it recovered from a panic.
func (r *run) recovered(f *frame, in map[*ssa.BasicBlock]*store) {
	if len(f.deferred) == 0 || r.spent {
		return
	}
	if f.returned == nil { // every path panics
		r.runDeferred(f)
		f.returned = r.st
	}
	if f.fn.Recover == nil {
		return
	}
	r.st = f.returned
	r.st.shared = true
	r.block(f, f.fn.Recover, in)
}

// blockOrder is in what order the blocks of a function are executed, and how often.
type blockOrder struct {
	blocks []*ssa.BasicBlock
	passes int
	loops  bool
}

func (p *pkg) order(fn *ssa.Function) *blockOrder {
	if o := p.orders[fn]; o != nil {
		return o
	}
	o := &blockOrder{passes: 1}
	state := make(map[*ssa.BasicBlock]int)
	var visit func(b *ssa.BasicBlock)
	visit = func(b *ssa.BasicBlock) {
		state[b] = 1
		for _, s := range b.Succs {
			switch state[s] {
			case 0:
				visit(s)
			case 1:
				o.loops = true
			}
		}
		state[b] = 2
		o.blocks = append(o.blocks, b)
	}
	visit(fn.Blocks[0])
	for i, j := 0, len(o.blocks)-1; i < j; i, j = i+1, j-1 {
		o.blocks[i], o.blocks[j] = o.blocks[j], o.blocks[i]
	}
	if o.loops {
		o.passes = 4
	}
	p.orders[fn] = o
	return o
}

// context numbers the call of one instruction within an activation.
func (r *run) context(parent int, at ssa.Instruction) int {
	k := contextKey{parent, at}
	if n, ok := r.contexts[k]; ok {
		return n
	}
	r.contexts[k] = len(r.contexts) + 1
	return len(r.contexts)
}

// siteID names what one instruction makes within an activation.
func (r *run) siteID(f *frame, at ssa.Instruction) string {
	return fmt.Sprintf("s%d", r.context(f.context, at))
}

var boolean types.Type = types.Typ[types.Bool]
