package protocol

import (
	"go/types"

	"golang.org/x/tools/go/ssa"
)

// Emits is the fact that a function emits events, itself or through what it calls: how many of a category, on its
// paths. What is under "" goes for all categories that have no entry.
type Emits struct{ Counts map[string]uint8 }

// AFact marks Emits as a fact.
func (*Emits) AFact() {}

// String describes the fact in tests.
func (*Emits) String() string { return "emits" }

// Makes is the fact about a function that returns an event: the events that it may be.
type Makes struct {
	Of      []KindOf
	Unknown bool
}

// AFact marks Makes as a fact.
func (*Makes) AFact() {}

// String describes the fact in tests.
func (*Makes) String() string { return "makes" }

// KindOf is the fact about a variable that is a service's own kind.
type KindOf struct {
	Category string
	Critical bool
}

// AFact marks KindOf as a fact.
func (*KindOf) AFact() {}

// String describes the fact in tests.
func (*KindOf) String() string { return "kind" }

// export publishes what other packages need to know of the events of this one.
func (c *checker) export(functions []*ssa.Function) {
	categories := c.categories(functions)
	for _, fn := range functions {
		obj, ok := fn.Object().(*types.Func)
		if !ok || fn.Blocks == nil || !obj.Exported() && obj.Signature().Recv() == nil {
			continue
		}
		if results := obj.Signature().Results(); results.Len() > 0 && isAudit(results.At(0).Type(), "Event") {
			c.pass.ExportObjectFact(obj.Origin(), c.makes(fn))
		}
		if c.emitting(fn, make(map[*ssa.Function]bool)) {
			c.pass.ExportObjectFact(obj.Origin(), c.emits(fn, categories))
		}
	}
}

// exportKinds publishes the kinds that are variables of the package.
func (c *checker) exportKinds(pkg *ssa.Package) {
	for _, m := range pkg.Members {
		g, ok := m.(*ssa.Global)
		if !ok || g.Object() == nil || !g.Object().Exported() || !isAudit(g.Object().Type(), "Kind") {
			continue
		}
		if k, ok := declaredKind(g); ok {
			c.pass.ExportObjectFact(g.Object(), &k)
		}
	}
}

// categories are the categories of all events that the package emits, its own and those of functions it calls.
func (c *checker) categories(functions []*ssa.Function) map[string]bool {
	out := map[string]bool{"": true}
	for _, k := range constructors {
		out[k.category] = true
	}
	for _, fn := range functions {
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				if em, ok := c.emissionOf(instr); ok {
					for _, k := range (scope{c: c}).eventOf(em.event, make(map[ssa.Value]bool)).made {
						out[k.category] = true
					}
				} else if e := c.importedEmits(instr); e != nil {
					for category := range e.Counts {
						out[category] = true
					}
				}
			}
		}
	}
	return out
}

// emitting reports whether a function emits events, itself or through what it calls.
func (c *checker) emitting(fn *ssa.Function, seen map[*ssa.Function]bool) bool {
	if seen[fn] {
		return false
	}
	seen[fn] = true
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			if _, ok := c.emissionOf(instr); ok || c.importedEmits(instr) != nil {
				return true
			}
			if call, ok := instr.(ssa.CallInstruction); ok {
				if callee := call.Common().StaticCallee(); callee != nil && c.emitting(callee, seen) {
					return true
				}
			}
		}
	}
	return false
}

func (c *checker) emits(fn *ssa.Function, categories map[string]bool) *Emits {
	e := &Emits{Counts: make(map[string]uint8)}
	for category := range categories {
		w := &walker{c: c, category: category}
		got, _, _ := w.paths(fn, scope{c: c})
		e.Counts[category] = uint8(got)
	}
	return e
}

// importedEmits is the fact about the function of another package that an instruction calls, nil when there is none.
func (c *checker) importedEmits(instr ssa.Instruction) *Emits {
	call, ok := instr.(ssa.CallInstruction)
	if !ok || call.Common().StaticCallee() == nil {
		return nil
	}
	obj, ok := call.Common().StaticCallee().Object().(*types.Func)
	if !ok || obj.Pkg() == nil || obj.Pkg() == c.pass.Pkg {
		return nil
	}
	e := new(Emits)
	if !c.pass.ImportObjectFact(obj.Origin(), e) {
		return nil
	}
	return e
}

// of are the numbers of events of one category.
func (e *Emits) of(category string) counts {
	n, ok := e.Counts[category]
	if !ok {
		n = e.Counts[""]
	}
	if n == 0 {
		return none // it never returns
	}
	return counts(n)
}

func (c *checker) makes(fn *ssa.Function) *Makes {
	m := new(Makes)
	e := scope{c: c}.returnedBy(fn, 0, make(map[ssa.Value]bool))
	m.Unknown = e.unknown
	for _, k := range e.made {
		m.Of = append(m.Of, KindOf{k.category, k.critical})
	}
	return m
}

// importedEvents is what a function of another package returns.
func (c *checker) importedEvents(obj *types.Func) events {
	m := new(Makes)
	if obj == nil || obj.Pkg() == nil || !c.pass.ImportObjectFact(obj.Origin(), m) {
		return events{unknown: true}
	}
	out := events{unknown: m.Unknown}
	for _, k := range m.Of {
		out.made = append(out.made, constructor{k.Category, k.Critical})
	}
	return out
}

// importedKind is the kind that a variable of another package is.
func (c *checker) importedKind(g *ssa.Global) (KindOf, bool) {
	var k KindOf
	return k, g.Object() != nil && c.pass.ImportObjectFact(g.Object(), &k)
}
