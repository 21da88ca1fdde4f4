package flow

import (
	"cmp"
	"fmt"
	"go/types"
	"path/filepath"
	"slices"
	"strings"

	"github.com/daxis-io/arco-audit/redact/auditvet/internal/rule"
	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"
)

// report reports the findings in the order of the source.
func (p *pkg) report() {
	list := make([]*finding, 0, len(p.findings))
	for _, f := range p.findings {
		list = append(list, f)
	}
	slices.SortFunc(list, func(a, b *finding) int {
		return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(b.origin.tier, a.origin.tier), cmp.Compare(a.origin.pos, b.origin.pos),
			cmp.Compare(a.origin.what, b.origin.what))
	})
	seen := make(map[string]bool)
	for _, f := range list {
		at := p.pass.Fset.Position(f.at)
		line := fmt.Sprintf("%s:%d %s", at.Filename, at.Line, f.sink)
		if seen[line] || p.marks.safeLine(p.pass.Fset, f.at) || p.marks.safeLine(p.pass.Fset, f.origin.pos) {
			continue
		}
		seen[line] = true
		p.pass.Report(p.diagnostic(f))
	}
	for fn := range p.spent {
		if p.makesEvents(fn) {
			p.pass.Report(analysis.Diagnostic{Pos: fn.Pos(), Category: "gave-up",
				Message: "gave up on " + fn.Name() + ": it is too large to be followed to its end, split it"})
		}
	}
}

// makesEvents reports whether a function gives text to package audit.
func (p *pkg) makesEvents(fn *ssa.Function) bool {
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			call, ok := instr.(ssa.CallInstruction)
			if !ok || call.Common().StaticCallee() == nil {
				continue
			}
			obj := objectOf(call.Common().StaticCallee())
			if obj != nil && obj.Pkg() != nil && obj.Pkg().Path() == rule.Audit && isDoor(obj) && takesText(obj) {
				return true
			}
		}
	}
	return false
}

func takesText(obj *types.Func) bool {
	for v := range obj.Signature().Params().Variables() {
		if textual(v.Type()) {
			return true
		}
	}
	return false
}

// diagnostic says what was seen, the path and the fix.
func (p *pkg) diagnostic(f *finding) analysis.Diagnostic {
	var path strings.Builder
	d := analysis.Diagnostic{Pos: f.at, Category: "secret-in-identifier"}
	if f.origin.pos.IsValid() {
		fmt.Fprintf(&path, " from %s", p.place(f.origin))
		d.Related = append(d.Related, analysis.RelatedInformation{Pos: f.origin.pos, Message: "the " + f.origin.what + " comes from here"})
	}
	for _, s := range f.via {
		fmt.Fprintf(&path, " through %s", s.name)
		d.Related = append(d.Related, analysis.RelatedInformation{Pos: s.pos, Message: "it goes through " + s.name})
	}
	d.Message = fmt.Sprintf("%s%s reaches %s: %s", f.origin.what, path.String(), f.sink, remedy(f))
	d.SuggestedFixes = p.fixes(f)
	return d
}

func (p *pkg) place(o *origin) string {
	at := p.pass.Fset.Position(o.pos)
	return fmt.Sprintf("%s:%d", filepath.Base(at.Filename), at.Line)
}

// remedy is what to write instead.
func remedy(f *finding) string {
	what := f.origin.what
	switch {
	case strings.Contains(what, "error"):
		return "give a reason of the action's enum, error text does not belong into a name"
	case strings.Contains(what, "URL") || strings.Contains(what, "URI"):
		return "use the route template or the path, or clear RawQuery, User and Fragment first"
	case f.origin.tier == soft:
		return "name the resource by its identifier, or say //audit:safe and why"
	}
	return "use an identifier or Trail.User, which records a pseudonym"
}

// gaveUp reports that a function was too large to be followed to its end.
func (p *pkg) gaveUp(fn *ssa.Function) {
	if !p.prog.ImportsAudit || !fn.Pos().IsValid() {
		return
	}
	p.spent[fn] = true
}
