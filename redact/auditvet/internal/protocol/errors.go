package protocol

import (
	"go/constant"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"
)

// errors checks what a function does with the errors of the critical events that it emits.
func (c *checker) errors(fn *ssa.Function) {
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			if call, ok := instr.(*ssa.Call); ok && begins(call) {
				c.beginError(call)
			}
			em, ok := c.emissionOf(instr)
			if !ok || !(scope{c: c}).eventOf(em.event, make(map[ssa.Value]bool)).critical() {
				continue
			}
			c.criticalError(fn, em)
		}
	}
}

func (c *checker) criticalError(fn *ssa.Function, em emission) {
	report := func(pos token.Pos, category, message string) {
		c.pass.Report(analysis.Diagnostic{Pos: pos, Category: category, Message: message})
	}
	if w := writtenBefore(fn, em.call); w != nil {
		report(em.call.Pos(), "released-before-emit",
			"the response is written before this critical event is emitted: emit first, answer 503 when Emit returns an error, write then")
		return
	}
	errs := c.errorValues(em)
	switch {
	case em.err == decides:
	case len(errs) == 0:
		report(em.call.Pos(), "emit-error-ignored",
			"the error of a critical event is ignored: when Emit returns an error nothing may be released, return it or answer 503")
	case c.onlyLogged(errs):
		report(em.call.Pos(), "emit-error-ignored",
			"the error of a critical event is only logged: when Emit returns an error nothing may be released, return it or answer 503")
	default:
		if w := writtenUnchecked(em.call, errs); w != nil {
			report(w.Pos(), "released-before-check",
				"the response is written before the error of Emit is looked at: check the error first, it decides whether anything is released")
		}
	}
}

// beginError reports an error of Begin that is dropped or only logged: what was to be decided would go on without an intent.
func (c *checker) beginError(call *ssa.Call) {
	errs := c.errorValues(emission{call: call, err: 1, tuple: true})
	if len(errs) == 0 || c.onlyLogged(errs) {
		c.pass.Report(analysis.Diagnostic{Pos: call.Pos(), Category: "emit-error-ignored",
			Message: "the error of Begin is ignored: without an intent nothing may be done, return it or answer 503"})
	}
}

// response reports whether an instruction writes the body of an HTTP response, or a status of success.
func response(instr ssa.Instruction) bool {
	call, ok := instr.(ssa.CallInstruction)
	if !ok {
		return false
	}
	common := call.Common()
	if common.IsInvoke() {
		switch common.Method.Name() {
		case "Write":
			return isResponseWriter(common.Value.Type())
		case "WriteHeader":
			return isResponseWriter(common.Value.Type()) && success(common.Args[0])
		}
		return false
	}
	fn := common.StaticCallee()
	if fn != nil && fn.Blocks != nil {
		return answers(fn, common.Args)
	}
	if fn == nil || fn.Object() == nil || fn.Object().Pkg() == nil {
		return false
	}
	switch name := fn.Object().Pkg().Path() + "." + fn.Name(); name {
	case "fmt.Fprint", "fmt.Fprintf", "fmt.Fprintln", "io.WriteString", "io.Copy", "net/http.Redirect", "net/http.ServeContent",
		"net/http.ServeFile", "net/http.ServeFileFS", "io.CopyN", "io.CopyBuffer", "encoding/binary.Write":
		return len(common.Args) > 0 && fromWriter(common.Args[0])
	case "text/template.Execute", "text/template.ExecuteTemplate", "html/template.Execute", "html/template.ExecuteTemplate":
		return fromWriter(common.Args[1])
	case "encoding/json.Encode", "encoding/xml.Encode", "bufio.Flush":
		return len(common.Args) > 0 && encoderOf(common.Args[0])
	}
	return false
}

// answers reports whether a function of this package writes a response that it is given. One that is called to say that
// something failed does not count.
func answers(fn *ssa.Function, args []ssa.Value) bool {
	for _, a := range args {
		if c, ok := a.(*ssa.Const); ok && c.Value != nil && c.Value.Kind() == constant.Int && c.Int64() >= 400 && c.Int64() < 600 {
			return false
		}
	}
	if !slices.ContainsFunc(args, func(a ssa.Value) bool { return isResponseWriter(a.Type()) }) || failure(fn.Name()) {
		return false
	}
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			if call, ok := instr.(ssa.CallInstruction); ok && (call.Common().StaticCallee() == nil || call.Common().StaticCallee().Blocks == nil) && response(instr) {
				return true
			}
		}
	}
	return false
}

// failure reports whether the name of a function says that it answers a request that failed.
func failure(name string) bool {
	name = strings.ToLower(name)
	for _, word := range []string{"err", "fail", "den", "refus", "reject", "unavailable", "unauthorized", "forbid", "problem", "abort", "bad", "notfound"} {
		if strings.Contains(name, word) {
			return true
		}
	}
	return false
}

func success(status ssa.Value) bool {
	c, ok := status.(*ssa.Const)
	return ok && c.Value != nil && c.Value.Kind() == constant.Int && c.Int64() < 400
}

func isResponseWriter(t types.Type) bool {
	return strings.HasSuffix(t.String(), "net/http.ResponseWriter")
}

// fromWriter reports whether a value is a response writer, in whatever interface.
func fromWriter(v ssa.Value) bool {
	switch x := v.(type) {
	case *ssa.ChangeInterface:
		return fromWriter(x.X)
	case *ssa.MakeInterface:
		return fromWriter(x.X)
	case *ssa.TypeAssert:
		return fromWriter(x.X)
	}
	return isResponseWriter(v.Type())
}

// encoderOf reports whether a value is an encoder on a response writer.
func encoderOf(v ssa.Value) bool {
	call, ok := v.(*ssa.Call)
	return ok && len(call.Call.Args) > 0 && fromWriter(call.Call.Args[0])
}

// writtenBefore returns a write of the response after which control reaches the emission.
func writtenBefore(fn *ssa.Function, emit ssa.Instruction) ssa.Instruction {
	for _, b := range fn.Blocks {
		for i, instr := range b.Instrs {
			if response(instr) && reaches(b, i, emit) {
				return instr
			}
		}
	}
	return nil
}

// reaches reports whether control can go from instruction i of block b to another instruction.
func reaches(b *ssa.BasicBlock, i int, to ssa.Instruction) bool {
	if slices.Contains(b.Instrs[i+1:], to) {
		return true
	}
	return reachable(b.Succs, make(map[*ssa.BasicBlock]bool))[to.Block()]
}

func reachable(from []*ssa.BasicBlock, seen map[*ssa.BasicBlock]bool) map[*ssa.BasicBlock]bool {
	for _, b := range from {
		if !seen[b] {
			seen[b] = true
			reachable(b.Succs, seen)
		}
	}
	return seen
}
