package protocol

import "golang.org/x/tools/go/ssa"

// unchecked looks for a write of the response on the paths on which an emission failed.
type unchecked struct {
	emit     ssa.Instruction
	errs     []ssa.Value
	computed derivation // what depends on the error
	seen     map[*ssa.BasicBlock]map[string]bool
}

// writtenUnchecked returns a write of the response that is reached from the emission without a look at the error, or
// on the path where there is one as well as on the other.
func writtenUnchecked(emit ssa.Instruction, errs []ssa.Value) ssa.Instruction {
	u := &unchecked{emit: emit, errs: errs, computed: derived(errs), seen: make(map[*ssa.BasicBlock]map[string]bool)}
	k := newKnown()
	u.emitted(k, yes)
	b := emit.Block()
	for i, instr := range b.Instrs {
		if instr == emit {
			return u.after(b, b.Instrs[i+1:], k)
		}
	}
	return nil
}

// emitted notes whether the emission returned an error.
func (u *unchecked) emitted(k *known, failed answer) {
	for _, v := range u.errs {
		if isErrorType(v.Type()) {
			k.facts[v] = failed
		}
	}
}

// after goes on with the rest of a block. In a loop, the emission that failed is followed by one that does not: what
// remembers the first error must not forget it.
func (u *unchecked) after(b *ssa.BasicBlock, rest []ssa.Instruction, k *known) ssa.Instruction {
	for _, instr := range rest {
		if response(instr) {
			return instr
		}
		if call, ok := instr.(ssa.CallInstruction); ok {
			k.called(call)
		} else {
			k.execute(instr)
		}
		if instr == u.emit {
			u.emitted(k, no)
		}
	}
	branch, conditional := rest[len(rest)-1].(*ssa.If)
	if conditional && u.computed[branch.Cond] && k.of(branch.Cond) == unsure && !someError(branch.Cond) {
		return writtenOnBoth(b)
	}
	for i, s := range b.Succs {
		next := k.clone()
		if conditional && someError(branch.Cond) && u.computed[branch.Cond] && i == 0 {
			continue // it may be another error
		}
		if conditional && !next.assume(branch.Cond, i == 0) {
			continue
		}
		next.enter(b, s)
		if w := u.enter(s, next); w != nil {
			return w
		}
	}
	return nil
}

// enter goes on with a block, unless that was done with the same knowledge, or too often.
func (u *unchecked) enter(b *ssa.BasicBlock, k *known) ssa.Instruction {
	if u.seen[b] == nil {
		u.seen[b] = make(map[string]bool)
	}
	key := k.key()
	if u.seen[b][key] || len(u.seen[b]) >= maxStates {
		return nil
	}
	u.seen[b][key] = true
	return u.after(b, b.Instrs, k)
}

// someError reports whether a condition asks whether an error is a certain one.
func someError(cond ssa.Value) bool {
	call, ok := cond.(*ssa.Call)
	if !ok || call.Call.StaticCallee() == nil {
		return false
	}
	name := call.Call.StaticCallee().String()
	return name == "errors.Is" || name == "errors.As"
}

// writtenOnBoth returns a write that both branches of b reach.
func writtenOnBoth(b *ssa.BasicBlock) ssa.Instruction {
	yes := reachable(b.Succs[:1], map[*ssa.BasicBlock]bool{b: true})
	no := reachable(b.Succs[1:], map[*ssa.BasicBlock]bool{b: true})
	for _, w := range b.Parent().Blocks {
		if w == b || !yes[w] || !no[w] {
			continue
		}
		for _, instr := range w.Instrs {
			if response(instr) {
				return instr
			}
		}
	}
	return nil
}
