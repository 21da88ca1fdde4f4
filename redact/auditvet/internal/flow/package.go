// Package flow finds secrets that reach an identifier of an audit event. It executes the functions of a package
// abstractly on their SSA form: a value knows which sources it may come from and which objects it points to, memory is
// followed object by object and part by part in the order of execution, and calls inside the package are executed with
// what they are given. Calls into other packages are applied by their summaries, which are facts, or by the tables of
// package rule.
package flow

import (
	"go/ast"
	"go/token"
	"go/types"
	"strings"

	"github.com/daxis-io/arco-audit/redact/auditvet/internal/program"
	"github.com/daxis-io/arco-audit/redact/auditvet/internal/rule"
	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"
)

// Cells is the fact about a package's memory: fields, variables and context keys that hold a secret, and what the functions do
// that fields hold.
type Cells struct {
	Hard      map[string]string
	Functions map[string][]*Summary
}

// AFact marks Cells as a fact.
func (*Cells) AFact() {}

// String describes the cells in tests.
func (c *Cells) String() string { return "cells" }

// pkg is the analysis of one package.
type pkg struct {
	pass          *analysis.Pass
	prog          *program.Program
	origins       origins
	models        map[string]model
	marks         *marks
	imported      map[types.Object]*Mark
	summaries     map[*types.Func]*Summary
	cells         map[string]taint           // what fields and context keys hold, by name
	functions     map[string][]fieldFunction // what fields were given to call
	globals       map[*object]*value
	globalObjects map[string]*object
	globalWrites  map[string]map[string]taint
	grew          bool // a cell is new: what was executed before may have missed it
	orders        map[*ssa.Function]*blockOrder
	findings      map[findingKey]*finding
	types         []types.Type
	called        map[*ssa.Function]bool
	limit         int
	concreteTypes []types.Type
	methodCache   map[methodKey]*ssa.Function
	implementing  map[implementationKey][]*closure
	spent         map[*ssa.Function]bool // functions that were not followed to their end
	urlType       types.Type
	reachesEvents bool // a function below hands a parameter to a constructor
	rounds        int
	constants     map[string]string           // what constants are that are secrets, "" for others
	calls         map[token.Pos]*ast.CallExpr // by the parenthesis of their arguments
}

// Limits of the work for one root, in instructions. Where no event is made, summaries may be less exact.
const (
	limitWithAudit    = 150000
	limitWithoutAudit = 800
)

// Bounds on how often the package is executed until its memory is known.
const (
	roundsWithAudit    = 4
	roundsWithoutAudit = 2
)

// Run analyses one package.
func Run(pass *analysis.Pass) (any, error) {
	p := newPkg(program.WithoutTests(pass))
	if p.prog == nil {
		return nil, nil
	}
	p.importCells()
	summaries := make(map[*ssa.Function]*Summary)
	roots := p.roots()
	for range p.rounds {
		p.grew = false
		p.initialise()
		for _, fn := range roots {
			r := p.newRun(fn)
			result := r.execute()
			r.leaves(result)
			summaries[fn] = r.summarise(result)
		}
		if !p.grew {
			break
		}
	}
	p.export(summaries)
	p.report()
	return nil, nil
}

func newPkg(pass *analysis.Pass) *pkg {
	p := &pkg{
		pass: pass, prog: pass.ResultOf[program.Analyzer].(*program.Program), origins: make(origins), models: allModels(),
		imported: make(map[types.Object]*Mark), summaries: make(map[*types.Func]*Summary), cells: make(map[string]taint),
		functions: make(map[string][]fieldFunction), globals: make(map[*object]*value), globalObjects: make(map[string]*object), globalWrites: make(map[string]map[string]taint),
		orders: make(map[*ssa.Function]*blockOrder), findings: make(map[findingKey]*finding), called: make(map[*ssa.Function]bool),
		limit: limitWithoutAudit, rounds: roundsWithoutAudit, spent: make(map[*ssa.Function]bool),
		constants: make(map[string]string), methodCache: make(map[methodKey]*ssa.Function), implementing: make(map[implementationKey][]*closure),
	}
	if p.prog == nil {
		return p
	}
	p.marks = readMarks(pass)
	for _, below := range p.prog.Below {
		for _, file := range below.Files {
			p.marks.readLines(pass, file, func(analysis.Diagnostic) {})
		}
	}
	if p.prog.ImportsAudit || len(p.prog.Below) > 0 {
		p.limit, p.rounds = limitWithAudit, roundsWithAudit
	}
	for _, imp := range pass.Pkg.Imports() {
		if imp.Path() == "net/url" {
			p.urlType = imp.Scope().Lookup("URL").Type()
		}
	}
	p.findTypes()
	for _, f := range pass.AllObjectFacts() {
		if s, ok := f.Fact.(*Summary); ok && len(s.Sinks) > 0 {
			p.reachesEvents = true // a package below makes events
			p.limit, p.rounds = limitWithAudit, roundsWithAudit
		}
	}
	return p
}

// roots are the functions that are executed on unknown arguments: all of them, generic ones only where nothing calls
// an instance.
func (p *pkg) roots() []*ssa.Function {
	var out []*ssa.Function
	for _, fn := range p.prog.Functions {
		p.noteCalls(fn)
		if fn.Blocks != nil && fn.Name() != "init" && p.matters(fn) {
			out = append(out, fn)
		}
	}
	return out
}

// matters reports whether a function can have a finding or a summary that others use. Where no event is made, only
// what other packages can call does.
func (p *pkg) matters(fn *ssa.Function) bool {
	if p.prog.ImportsAudit || p.reachesEvents {
		return true
	}
	obj := objectOf(fn)
	return obj != nil && (obj.Exported() || obj.Signature().Recv() != nil) &&
		!strings.HasSuffix(p.pass.Fset.Position(fn.Pos()).Filename, "_test.go")
}

// noteCalls notes which functions are called inside the package.
func (p *pkg) noteCalls(fn *ssa.Function) {
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			if call, ok := instr.(ssa.CallInstruction); ok {
				if callee := call.Common().StaticCallee(); callee != nil {
					p.called[genericOf(callee)] = true
				}
			}
		}
	}
	for _, anon := range fn.AnonFuncs {
		p.noteCalls(anon)
	}
}

// initialise executes the package's initialisation and keeps what its variables hold.
func (p *pkg) initialise() {
	fn := p.prog.Package.Func("init")
	if fn == nil || fn.Blocks == nil {
		return
	}
	clear(p.globals)
	r := p.newRun(fn)
	r.execute()
	for o, v := range r.st.m {
		if o.cell != "" && !o.opaque {
			p.keepGlobal(r, o, v, 0)
		}
	}
}

// keepGlobal keeps the content of a variable and of all that it refers to.
func (p *pkg) keepGlobal(r *run, o *object, v *value, depth int) {
	if _, done := p.globals[o]; done || depth > maxDepth {
		return
	}
	p.globals[o] = v
	p.keepRefs(r, o, v, depth)
}

func (p *pkg) keepRefs(r *run, o *object, v *value, depth int) {
	if v == nil || depth > maxDepth {
		return
	}
	for _, x := range v.refs {
		if x.obj.cell == "" && !x.obj.opaque {
			x.obj.cell = o.cell + "*"
			x.obj.multi = true
			p.keepGlobal(r, x.obj, r.content(x.obj), depth+1)
		}
	}
	for _, part := range v.parts {
		p.keepRefs(r, o, part, depth+1)
	}
}

// addCell notes that a field or context key holds a secret.
func (p *pkg) addCell(name string, t taint) {
	if !p.cells[name].holds(t) {
		p.cells[name] = p.cells[name].union(t)
		p.grew = true
	}
}

func (p *pkg) addGlobal(name, path string, t taint) {
	if p.globalWrites[name] == nil {
		p.globalWrites[name] = make(map[string]taint)
	}
	if !p.globalWrites[name][path].holds(t) {
		p.globalWrites[name][path] = p.globalWrites[name][path].union(t)
		p.grew = true
	}
}

// variablePath stands in a cell's name between a variable and the path of the part of it that holds a secret.
const variablePath = " at "

// importCells reads what the packages below know of their memory.
func (p *pkg) importCells() {
	for _, f := range p.pass.AllPackageFacts() {
		if c, ok := f.Fact.(*Cells); ok {
			for name, what := range c.Hard {
				t := taint{p.origins.get(originKey{tier: hard, what: what})}
				if variable, path, ok := strings.Cut(name, variablePath); ok {
					p.addGlobal(variable, path, t)
				} else {
					p.cells[name] = p.cells[name].union(t)
				}
			}
			for name, list := range c.Functions {
				for _, s := range list {
					p.addFunction(name, nil, s)
				}
			}
		}
	}
}

// export publishes what other packages need.
func (p *pkg) export(summaries map[*ssa.Function]*Summary) {
	for fn, s := range summaries {
		if obj := objectOf(fn); obj != nil && (obj.Exported() || obj.Signature().Recv() != nil) {
			p.pass.ExportObjectFact(obj, s)
		}
	}
	c := &Cells{Hard: make(map[string]string), Functions: make(map[string][]*Summary)}
	for name, t := range p.cells {
		if o := t.strongest(); o != nil {
			c.Hard[name] = o.what
		}
	}
	for name, writes := range p.globalWrites {
		for path, t := range writes {
			if o := t.strongest(); o != nil {
				c.Hard[name+variablePath+path] = o.what
			}
		}
	}
	for name, list := range p.functions {
		for _, k := range list {
			c.Functions[name] = append(c.Functions[name], k.shape.shape)
		}
	}
	if len(c.Hard) > 0 || len(c.Functions) > 0 {
		p.pass.ExportPackageFact(c)
	}
}

// summaryOf is the fact about a function of another package, nil when there is none.
func (p *pkg) summaryOf(obj *types.Func) *Summary {
	if s, ok := p.summaries[obj]; ok {
		return s
	}
	s := new(Summary)
	if obj.Pkg() == nil || obj.Pkg() == p.pass.Pkg || rule.Standard(obj.Pkg().Path()) || !p.pass.ImportObjectFact(obj, s) {
		s = nil
	}
	p.summaries[obj] = s
	return s
}
