package protocol

import (
	"go/types"

	"github.com/daxis-io/arco-audit/redact/auditvet/internal/rule"
	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"
)

// unused reports events that are built and go nowhere.
func (c *checker) unused(fn *ssa.Function) {
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			call, ok := instr.(*ssa.Call)
			if !ok || !isAudit(call.Type(), "Event") || !isBuilder(call) || goesOn(call, make(map[ssa.Value]bool)) {
				continue
			}
			if usedByBuilder(call) {
				continue // the last call of the chain is reported
			}
			c.pass.Report(analysis.Diagnostic{Pos: call.Pos(), Category: "event-not-emitted",
				Message: "this event is built and never emitted: give it to Emit, or leave it out"})
		}
	}
}

// isBuilder reports whether a call makes or extends an event.
func isBuilder(call *ssa.Call) bool {
	fn := call.Call.StaticCallee()
	if fn == nil {
		return false
	}
	obj, _ := fn.Object().(*types.Func)
	return obj != nil && obj.Pkg() != nil && obj.Pkg().Path() == rule.Audit
}

func usedByBuilder(call *ssa.Call) bool {
	for _, use := range *call.Referrers() {
		if next, ok := use.(*ssa.Call); ok && isAudit(next.Type(), "Event") && isBuilder(next) {
			return true
		}
	}
	return false
}

// goesOn reports whether a value is used for anything but to build another event that goes nowhere.
func goesOn(v ssa.Value, seen map[ssa.Value]bool) bool {
	if seen[v] || v.Referrers() == nil {
		return false
	}
	seen[v] = true
	for _, use := range *v.Referrers() {
		switch u := use.(type) {
		case *ssa.DebugRef:
		case *ssa.Call:
			if !isAudit(u.Type(), "Event") || !isBuilder(u) || goesOn(u, seen) {
				return true
			}
		case *ssa.Phi:
			if goesOn(u, seen) {
				return true
			}
		case *ssa.Store:
			alloc, local := u.Addr.(*ssa.Alloc)
			if !local || u.Val != v || loaded(alloc, seen) {
				return true
			}
		default:
			return true
		}
	}
	return false
}

// loaded reports whether a variable is read, or may be by others.
func loaded(alloc *ssa.Alloc, seen map[ssa.Value]bool) bool {
	for _, use := range *alloc.Referrers() {
		switch u := use.(type) {
		case *ssa.Store, *ssa.DebugRef:
		case *ssa.UnOp:
			if goesOn(u, seen) {
				return true
			}
		default:
			return true
		}
	}
	return false
}
