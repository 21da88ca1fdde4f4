package protocol

import (
	"go/token"
	"slices"

	"golang.org/x/tools/go/ssa"
)

// onlyLogged reports whether errors are looked at only to write them to a log, if at all: nothing that happens later
// depends on them.
func (c *checker) onlyLogged(errs []ssa.Value) bool {
	s := &search{c: c, name: "error", seen: make(map[ssa.Value]bool)}
	return !slices.ContainsFunc(errs, s.used)
}

// onlyLogs reports whether the branches of a comparison differ only in what they log.
func onlyLogs(cond *ssa.BinOp) bool {
	for _, use := range *cond.Referrers() {
		branch, ok := use.(*ssa.If)
		if !ok {
			return false
		}
		b := branch.Block()
		failed := b.Succs[0]
		other := b.Succs[1]
		if cond.Op == token.EQL {
			failed, other = other, failed
		}
		if !logsAndGoesOn(failed, other) {
			return false
		}
	}
	return true
}

// logsAndGoesOn reports whether a block does nothing but log before it joins the other branch.
func logsAndGoesOn(b, other *ssa.BasicBlock) bool {
	if len(b.Succs) != 1 || b.Succs[0] != other {
		return false
	}
	for _, instr := range b.Instrs {
		switch instr := instr.(type) {
		case *ssa.Call:
			if !isLog(instr) {
				return false
			}
		case *ssa.Store:
			if _, element := instr.Addr.(*ssa.IndexAddr); !element {
				return false
			}
		case *ssa.Return, *ssa.Panic, *ssa.Send, *ssa.MapUpdate, *ssa.Go, *ssa.Defer:
			return false
		}
	}
	for _, instr := range other.Instrs {
		phi, ok := instr.(*ssa.Phi)
		if !ok {
			break
		}
		for i := range phi.Edges {
			if phi.Edges[i] != phi.Edges[0] {
				return false
			}
		}
	}
	return true
}

// isLog reports whether a call writes to a log or counts.
func isLog(call *ssa.Call) bool {
	if call.Call.IsInvoke() {
		return call.Call.Method.Name() == "Error" && call.Call.Signature().Params().Len() == 0
	}
	fn := call.Call.StaticCallee()
	if fn == nil || fn.Object() == nil || fn.Object().Pkg() == nil {
		return false
	}
	switch fn.Object().Pkg().Path() {
	case "log/slog":
		return true
	case "log":
		return fn.Name() != "Fatal" && fn.Name() != "Fatalf" && fn.Name() != "Fatalln"
	case "fmt":
		return fn.Name() == "Println" || fn.Name() == "Printf" || fn.Name() == "Print"
	}
	return false
}
