package protocol

import (
	"go/token"
	"slices"
	"strconv"

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
			if returnsWhole(call) {
				continue
			}
			if pending == nil || !c.intentSearch().used(pending) {
				c.pass.Report(analysis.Diagnostic{Pos: call.Pos(), Category: "intent-not-ended",
					Message: "this intent is begun and never ended: call Emit on it on every path"})
				continue
			}
			p := &path{c: c, of: aliases(pending), err: err, seen: make(map[*ssa.BasicBlock]bool)}
			if end := p.open(b, i+1); end.IsValid() {
				c.pass.Report(analysis.Diagnostic{Pos: call.Pos(), Category: "intent-not-ended",
					Message: "this intent is not ended on the path that returns at line " + c.line(end) + ": call Emit on it there too",
					Related: []analysis.RelatedInformation{{Pos: end, Message: "the intent is still open here"}}})
			}
		}
	}
}

func (c *checker) line(pos token.Pos) string { return strconv.Itoa(c.pass.Fset.Position(pos).Line) }

// begins reports whether a call begins an intent: Begin itself, or a function that returns an intent and an error.
func begins(call *ssa.Call) bool {
	results := call.Call.Signature().Results()
	return results.Len() == 2 && isAudit(results.At(0).Type(), "Pending") && isErrorType(results.At(1).Type())
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

// returnsWhole reports whether what a call returns is returned as it is.
func returnsWhole(call *ssa.Call) bool {
	return slices.ContainsFunc(*call.Referrers(), func(use ssa.Instruction) bool { _, ok := use.(*ssa.Return); return ok })
}

// aliases are the values of a function that may be v: what it is merged into, and the variables that it is stored in,
// with what is read from them.
func aliases(v ssa.Value) map[ssa.Value]bool {
	out := make(map[ssa.Value]bool)
	var add func(v ssa.Value)
	add = func(v ssa.Value) {
		if out[v] || v.Referrers() == nil {
			return
		}
		out[v] = true
		for _, use := range *v.Referrers() {
			switch u := use.(type) {
			case *ssa.Phi:
				add(u)
			case *ssa.Store:
				if alloc, ok := u.Addr.(*ssa.Alloc); ok && u.Val == v {
					add(alloc)
				}
			case *ssa.UnOp:
				if _, variable := v.(*ssa.Alloc); variable && u.Op == token.MUL {
					add(u)
				}
			}
		}
	}
	add(v)
	return out
}

// path looks for a path on which an intent is not ended.
type path struct {
	c    *checker
	of   map[ssa.Value]bool
	err  ssa.Value
	seen map[*ssa.BasicBlock]bool
}

// open returns where a path ends that does not use the intent. Paths on which Begin failed do not count, nor do those
// that panic.
func (p *path) open(b *ssa.BasicBlock, from int) token.Pos {
	for _, instr := range b.Instrs[from:] {
		if p.uses(instr) {
			return token.NoPos
		}
		if ret, ok := instr.(*ssa.Return); ok {
			return ret.Pos()
		}
	}
	succs := b.Succs
	if branch, ok := b.Instrs[len(b.Instrs)-1].(*ssa.If); ok {
		succs = p.withoutFailure(branch)
	}
	for _, s := range succs {
		if !p.seen[s] {
			p.seen[s] = true
			if pos := p.open(s, 0); pos.IsValid() {
				return pos
			}
		}
	}
	return token.NoPos
}

// withoutFailure are the successors of a branch on which there is an intent.
func (p *path) withoutFailure(branch *ssa.If) []*ssa.BasicBlock {
	succs := branch.Block().Succs
	switch failed, known := p.failed(branch.Cond); {
	case known && failed:
		return succs[1:]
	case known:
		return succs[:1]
	}
	return succs
}

// failed reports what a condition says of Begin when it holds: that it failed, or that it did not. What errors.Is finds
// is a failure; when it finds nothing, that says little.
func (p *path) failed(cond ssa.Value) (failed, known bool) {
	switch cond := cond.(type) {
	case *ssa.UnOp:
		if cond.Op == token.NOT {
			failed, known = p.failed(cond.X)
			return !failed, known
		}
	case *ssa.BinOp:
		if !isNil(cond.X) && !isNil(cond.Y) || cond.Op != token.EQL && cond.Op != token.NEQ {
			return false, false
		}
		if p.isError(cond.X) || p.isError(cond.Y) {
			return cond.Op == token.NEQ, true
		}
		if p.of[cond.X] || p.of[cond.Y] {
			return cond.Op == token.EQL, true
		}
	case *ssa.Call:
		fn := cond.Call.StaticCallee()
		if fn != nil && (fn.String() == "errors.Is" || fn.String() == "errors.As") && p.isError(cond.Call.Args[0]) {
			return true, true
		}
	}
	return false, false
}

func (p *path) isError(v ssa.Value) bool { return p.err != nil && (v == p.err || loadOf(v, p.err)) }

// loadOf reports whether v is read from a variable that held err last.
func loadOf(v, err ssa.Value) bool {
	load, ok := v.(*ssa.UnOp)
	if !ok || load.Op != token.MUL || err.Referrers() == nil {
		return false
	}
	for _, use := range *err.Referrers() {
		if st, ok := use.(*ssa.Store); ok && st.Addr == load.X {
			return lastStore(load, st)
		}
	}
	return false
}

// lastStore reports whether no other store to the variable comes between a store and a load in the same block.
func lastStore(load *ssa.UnOp, st *ssa.Store) bool {
	if load.Block() != st.Block() {
		return false
	}
	after := false
	for _, instr := range load.Block().Instrs {
		switch {
		case instr == ssa.Instruction(st):
			after = true
		case instr == ssa.Instruction(load):
			return after
		}
		if other, ok := instr.(*ssa.Store); ok && other != st && after && other.Addr == st.Addr {
			return false
		}
	}
	return false
}

func isNil(v ssa.Value) bool {
	c, ok := v.(*ssa.Const)
	return ok && c.IsNil()
}

// uses reports whether an instruction ends the intent, or hands it to somebody who may.
func (p *path) uses(instr ssa.Instruction) bool {
	for _, op := range instr.Operands(nil) {
		if *op == nil || !p.of[*op] {
			continue
		}
		switch i := instr.(type) {
		case *ssa.Phi, *ssa.UnOp:
			continue
		case *ssa.Store:
			if alloc, ok := i.Addr.(*ssa.Alloc); ok && p.of[alloc] {
				continue
			}
		}
		if p.c.intentSearch().by(instr, *op) {
			return true
		}
	}
	return false
}
