package protocol

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"github.com/daxis-io/arco-audit/redact/auditvet/internal/program"
	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"
)

const decisionDirective = "//audit:decision"

// counts is a set of numbers of events: bit 0 for none, bit 1 for one, bit 2 for two or more.
type counts uint8

const (
	none counts = 1 << iota
	one
	many
)

// plus are the sums of a number of each set.
func (a counts) plus(b counts) counts {
	var out counts
	for i := range 3 {
		for j := range 3 {
			if a&(1<<i) != 0 && b&(1<<j) != 0 {
				out |= 1 << min(i+j, 2)
			}
		}
	}
	return out
}

// decisions checks the functions with the directive.
func (c *checker) decisions(prog *program.Program) {
	for _, file := range c.pass.Files {
		for _, decl := range file.Decls {
			fd, ok := decl.(*ast.FuncDecl)
			if !ok || fd.Doc == nil {
				continue
			}
			for _, comment := range fd.Doc.List {
				if rest, ok := strings.CutPrefix(comment.Text, decisionDirective+" "); ok {
					c.decision(prog, fd, strings.TrimSpace(rest))
				}
			}
		}
	}
}

func (c *checker) decision(prog *program.Program, fd *ast.FuncDecl, category string) {
	obj, _ := c.pass.TypesInfo.Defs[fd.Name].(*types.Func)
	fn := prog.Package.Prog.FuncValue(obj)
	if fn == nil || fn.Blocks == nil {
		return
	}
	if !isCategory(category) {
		c.pass.Report(analysis.Diagnostic{Pos: fd.Name.Pos(), Category: "decision-unknown",
			Message: "audit:decision names the unknown category " + category + ": use one such as CRED_VEND, or that of a kind of this package"})
	}
	for _, inner := range handlers(fn) {
		if c.emitting(inner, make(map[*ssa.Function]bool)) {
			fn = inner // the function makes the handler that decides
		}
	}
	w := &walker{c: c, category: category}
	got, without, twice := w.paths(fn, scope{c: c})
	if got&none != 0 {
		c.reportPath(fd, without, "decision-without-event", fd.Name.Name+" decides "+category+" and has a path that emits no event of it")
	}
	if got&many != 0 {
		c.reportPath(fd, twice, "decision-with-two-events", fd.Name.Name+" decides "+category+" and has a path that emits two events of it")
	}
}

// handlers are the literals that a function returns.
func handlers(fn *ssa.Function) []*ssa.Function {
	var out []*ssa.Function
	for _, inner := range fn.AnonFuncs {
		for _, b := range fn.Blocks {
			if ret, ok := b.Instrs[len(b.Instrs)-1].(*ssa.Return); ok && slices.ContainsFunc(ret.Results, func(v ssa.Value) bool { return literal(v) == inner }) {
				out = append(out, inner)
			}
		}
	}
	return out
}

// literal is the function that a value is, in whatever type.
func literal(v ssa.Value) *ssa.Function {
	switch v := v.(type) {
	case *ssa.Function:
		return v
	case *ssa.MakeClosure:
		return v.Fn.(*ssa.Function)
	case *ssa.ChangeType:
		return literal(v.X)
	case *ssa.MakeInterface:
		return literal(v.X)
	}
	return nil
}

func isCategory(category string) bool {
	for _, c := range constructors {
		if c.category == category || c.category+"_MUTATE" == category {
			return true
		}
	}
	return category == strings.ToUpper(category) && !strings.ContainsAny(category, " \t")
}

func (c *checker) reportPath(fd *ast.FuncDecl, end token.Pos, category, message string) {
	d := analysis.Diagnostic{Pos: fd.Name.Pos(), End: fd.Name.End(), Category: category}
	if end.IsValid() {
		message += ", it ends at line " + c.line(end)
		d.Related = []analysis.RelatedInformation{{Pos: end, Message: "the path ends here"}}
	}
	d.Message = message + ": emit exactly one on every path"
	c.pass.Report(d)
}

// bindFree gives a literal the events that it captures.
func (w *walker) bindFree(fn *ssa.Function, v ssa.Value, outer, inner scope) {
	mc, ok := v.(*ssa.MakeClosure)
	if !ok {
		return
	}
	for i, free := range fn.FreeVars {
		if p, ok := free.Type().Underlying().(*types.Pointer); ok && isAudit(p.Elem(), "Event") {
			inner.bound[free] = outer.stored(mc.Bindings[i], make(map[ssa.Value]bool))
		}
	}
}

func (w *walker) emitted(instr ssa.Instruction, s scope) counts {
	em, ok := w.c.emissionOf(instr)
	if !ok {
		if e := w.c.importedEmits(instr); e != nil {
			return e.of(w.category)
		}
		return none
	}
	may, must := s.eventOf(em.event, make(map[ssa.Value]bool)).of(w.category)
	switch {
	case must:
		return one
	case may:
		return none | one
	}
	return none
}
