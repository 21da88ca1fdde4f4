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
			if !ok || !isAudit(call.Type(), "Event") || !isBuilder(call) && !c.onlyBuilds(call) || c.eventSearch().used(call) {
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

// onlyBuilds reports whether a call of a function of this package makes an event and emits none.
func (c *checker) onlyBuilds(call *ssa.Call) bool {
	fn := call.Call.StaticCallee()
	return fn != nil && fn.Blocks != nil && !c.emitting(fn, make(map[*ssa.Function]bool))
}

func usedByBuilder(call *ssa.Call) bool {
	for _, use := range *call.Referrers() {
		if next, ok := use.(*ssa.Call); ok && isAudit(next.Type(), "Event") && isBuilder(next) {
			return true
		}
	}
	return false
}
