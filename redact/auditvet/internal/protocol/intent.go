package protocol

import (
	"go/token"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"
)

// intents reports intents that are begun and, on some path, not ended.
func (c *checker) intents(fn *ssa.Function) {
	for _, b := range fn.Blocks {
		for i, instr := range b.Instrs {
			call, ok := instr.(*ssa.Call)
			if !ok || !begins(call) {
				continue
			}
			pending, err := results(call)
			if pending == nil || pending.Referrers() == nil || len(*pending.Referrers()) == 0 {
				c.pass.Report(analysis.Diagnostic{Pos: call.Pos(), Category: "intent-not-ended",
					Message: "this intent is begun and never ended: call Emit on it on every path"})
				continue
			}
			if end := openEnd(b, i+1, pending, err); end.IsValid() {
				c.pass.Report(analysis.Diagnostic{Pos: call.Pos(), Category: "intent-not-ended",
					Message: "this intent is not ended on the path that returns at line " + c.line(end) + ": call Emit on it there too",
					Related: []analysis.RelatedInformation{{Pos: end, Message: "the intent is still open here"}}})
			}
		}
	}
}

func (c *checker) line(pos token.Pos) string { return itoa(c.pass.Fset.Position(pos).Line) }

func begins(call *ssa.Call) bool {
	fn := call.Call.StaticCallee()
	if fn == nil || fn.Name() != "Begin" || fn.Signature.Recv() == nil {
		return false
	}
	return isAudit(fn.Signature.Recv().Type(), "Trail")
}

// results are the intent and the error of a call of Begin.
func results(call *ssa.Call) (pending, err ssa.Value) {
	for _, use := range *call.Referrers() {
		if x, ok := use.(*ssa.Extract); ok {
			if x.Index == 0 {
				pending = x
			} else {
				err = x
			}
		}
	}
	return pending, err
}

// openEnd returns where a path ends that does not use the intent. Paths on which Begin failed do not count, nor do
// those that panic.
func openEnd(b *ssa.BasicBlock, from int, pending, err ssa.Value) token.Pos {
	seen := make(map[*ssa.BasicBlock]bool)
	var walk func(b *ssa.BasicBlock, from int) token.Pos
	walk = func(b *ssa.BasicBlock, from int) token.Pos {
		for _, instr := range b.Instrs[from:] {
			if uses(instr, pending) {
				return token.NoPos
			}
			if ret, ok := instr.(*ssa.Return); ok {
				return ret.Pos()
			}
		}
		succs := b.Succs
		if branch, ok := b.Instrs[len(b.Instrs)-1].(*ssa.If); ok {
			succs = withoutFailure(branch, err)
		}
		for _, s := range succs {
			if !seen[s] {
				seen[s] = true
				if pos := walk(s, 0); pos.IsValid() {
					return pos
				}
			}
		}
		return token.NoPos
	}
	return walk(b, from)
}

// withoutFailure are the successors of a branch on which Begin did not fail.
func withoutFailure(branch *ssa.If, err ssa.Value) []*ssa.BasicBlock {
	b := branch.Block()
	cond, ok := branch.Cond.(*ssa.BinOp)
	if !ok || err == nil || cond.X != err && cond.Y != err {
		return b.Succs
	}
	if cond.Op == token.NEQ {
		return b.Succs[1:]
	}
	return b.Succs[:1]
}

// uses reports whether an instruction uses the intent: calls a method, hands it on, keeps it. Comparing does not.
func uses(instr ssa.Instruction, pending ssa.Value) bool {
	switch instr.(type) {
	case *ssa.BinOp, *ssa.DebugRef, *ssa.Phi:
		return false
	}
	for _, op := range instr.Operands(nil) {
		if *op == pending {
			return true
		}
	}
	return false
}
