package protocol

import (
	"go/token"
	"slices"

	"golang.org/x/tools/go/ssa"
)

// walker counts the events of one category on the paths of a function and of those that it calls. It knows on each path which
// errors are nil and which flags are set, so that a deferred call that looks at them emits on the paths on which it does.
type walker struct {
	c        *checker
	category string
	work     int
	spent    bool // there were too many paths to look at all
}

// Bounds of the work: instructions that are looked at, and what is known apart at one block.
const (
	maxWork   = 60000
	maxStates = 24
)

// activation is a function on its way: the events among its parameters, the functions that called it, and where it returned.
type activation struct {
	events scope
	active []*ssa.Function
	ends   []ending
}

// ending is a return: with how many events, what is known there, and of the results.
type ending struct {
	n       counts
	known   *known
	results []answer
	at      token.Pos
}

// paths returns the numbers of events that paths from the entry to a return emit, and a return for none and for two.
func (w *walker) paths(fn *ssa.Function, s scope) (got counts, without, twice token.Pos) {
	for _, e := range w.run(fn, s, nil, none, newKnown()) {
		got |= e.n
		if e.n&none != 0 && !without.IsValid() {
			without = e.at
		}
		if e.n&many != 0 && !twice.IsValid() {
			twice = e.at
		}
	}
	if w.spent {
		return one, token.NoPos, token.NoPos
	}
	return got, without, twice
}

// arrival is what is known when control arrives at a block.
type arrival struct {
	n     counts
	known *known
}

// run follows the paths of a function, which begin with n events.
func (w *walker) run(fn *ssa.Function, s scope, active []*ssa.Function, n counts, k *known) []ending {
	a := &activation{events: s, active: append(slices.Clone(active), fn)}
	outer := k.deferred
	entry := k.clone()
	entry.deferred = nil
	at := make(map[*ssa.BasicBlock]map[string]*arrival)
	type item struct {
		b   *ssa.BasicBlock
		key string
	}
	var todo []item
	arrive := func(b *ssa.BasicBlock, n counts, k *known) {
		if at[b] == nil {
			at[b] = make(map[string]*arrival)
		}
		if len(at[b]) >= maxStates {
			k = k.forgotten()
		}
		key := k.key()
		old := at[b][key]
		switch {
		case old == nil:
			at[b][key] = &arrival{n, k}
		case old.n|n == old.n:
			return
		default:
			old.n |= n
		}
		todo = append(todo, item{b, key})
	}
	arrive(fn.Blocks[0], n, entry)
	for len(todo) > 0 && !w.spent {
		next := todo[0]
		todo = todo[1:]
		from := at[next.b][next.key]
		for _, out := range w.block(a, next.b, arrival{from.n, from.known.clone()}) {
			out.leave(next.b, arrive)
		}
	}
	for i := range a.ends {
		a.ends[i].known.deferred = outer
	}
	return a.ends
}

// leave goes on to the blocks that may follow.
func (out arrival) leave(b *ssa.BasicBlock, arrive func(*ssa.BasicBlock, counts, *known)) {
	branch, conditional := b.Instrs[len(b.Instrs)-1].(*ssa.If)
	for i, succ := range b.Succs {
		k := out.known.clone()
		if conditional && !k.assume(branch.Cond, i == 0) {
			continue
		}
		k.enter(b, succ)
		arrive(succ, out.n, k)
	}
}

// block executes the instructions of a block: where a call has several outcomes, the paths part.
func (w *walker) block(a *activation, b *ssa.BasicBlock, from arrival) []arrival {
	all := []arrival{from}
	for _, instr := range b.Instrs {
		var next []arrival
		for _, s := range all {
			if w.work++; w.work > maxWork {
				w.spent = true
				return nil
			}
			next = append(next, w.step(a, instr, s)...)
		}
		all = merged(next)
	}
	return all
}

// merged joins what is known equally.
func merged(list []arrival) []arrival {
	if len(list) < 2 {
		return list
	}
	at := make(map[string]int)
	var out []arrival
	for _, s := range list {
		if len(out) >= maxStates {
			s.known = s.known.forgotten()
		}
		key := s.known.key()
		if i, ok := at[key]; ok {
			out[i].n |= s.n
			continue
		}
		at[key] = len(out)
		out = append(out, s)
	}
	return out
}

// step executes one instruction.
func (w *walker) step(a *activation, instr ssa.Instruction, s arrival) []arrival {
	switch i := instr.(type) {
	case *ssa.Return:
		e := ending{n: s.n, known: s.known, at: i.Pos()}
		for _, v := range i.Results {
			e.results = append(e.results, s.known.of(v))
		}
		a.ends = append(a.ends, e)
	case *ssa.Panic:
		return nil
	case *ssa.Defer:
		s.known.deferCall(i)
	case *ssa.RunDefers:
		return w.deferred(a, s)
	case ssa.CallInstruction:
		return w.call(a, i, s)
	default:
		s.known.execute(instr)
	}
	return []arrival{s}
}

// deferred executes the calls that were deferred, the last one first.
func (w *walker) deferred(a *activation, s arrival) []arrival {
	all := []arrival{s}
	calls := s.known.deferred
	s.known.deferred = nil
	for _, d := range slices.Backward(calls) {
		var next []arrival
		for _, s := range all {
			next = append(next, w.call(a, d, s)...)
		}
		all = merged(next)
	}
	return all
}

// call executes a call: of a function of this package by its paths.
func (w *walker) call(a *activation, call ssa.CallInstruction, s arrival) []arrival {
	common := call.Common()
	fn := common.StaticCallee()
	v, _ := call.(*ssa.Call)
	if fn == nil || fn.Blocks == nil || len(a.active) > maxCalls || slices.Contains(a.active, fn) {
		n := s.n.plus(w.emitted(call, a.events))
		s.known.called(call)
		return []arrival{{n, s.known}}
	}
	inner := a.events.enter(fn, common.Args)
	w.bindFree(fn, common.Value, a.events, inner)
	k := s.known.clone()
	k.bind(fn, common)
	var out []arrival
	for _, e := range w.run(fn, inner, a.active, s.n, k) {
		back := s.known.clone()
		back.returned(v, fn, e)
		out = append(out, arrival{e.n, back})
	}
	return merged(out)
}
