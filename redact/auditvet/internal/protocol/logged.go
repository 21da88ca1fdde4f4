package protocol

import (
	"go/token"

	"golang.org/x/tools/go/ssa"
)

// onlyLogged reports whether errors are looked at only to write them to a log: nothing that happens later depends on
// them.
func onlyLogged(errs []ssa.Value) bool {
	logged := false
	for _, e := range errs {
		for _, use := range *e.Referrers() {
			switch u := use.(type) {
			case *ssa.DebugRef:
			case *ssa.BinOp:
				if u.Op != token.NEQ && u.Op != token.EQL || !onlyLogs(u) {
					return false
				}
				logged = true
			case *ssa.MakeInterface:
				if !argumentOfLog(u, 0) {
					return false
				}
				logged = true
			case *ssa.ChangeInterface:
				if !argumentOfLog(u, 0) {
					return false
				}
				logged = true
			case *ssa.Call:
				if !isLog(u) {
					return false
				}
				logged = true
			default:
				return false
			}
		}
	}
	return logged
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

// argumentOfLog reports whether a value goes to a logger and nowhere else.
func argumentOfLog(v ssa.Value, depth int) bool {
	if v.Referrers() == nil || depth > 3 {
		return false
	}
	for _, use := range *v.Referrers() {
		switch u := use.(type) {
		case *ssa.Store:
			el, ok := u.Addr.(*ssa.IndexAddr)
			if !ok || !argumentOfLog(el.X, depth+1) {
				return false
			}
		case *ssa.IndexAddr:
		case *ssa.Slice:
			if !argumentOfLog(u, depth+1) {
				return false
			}
		case *ssa.Call:
			if !isLog(u) {
				return false
			}
		default:
			return false
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
