// Package protocol checks that events are emitted as the decisions that they record demand: the error of a critical
// event decides what happens next, every event that is built is emitted, every intent is ended, and a function that
// decides emits one event on every path.
package protocol

import (
	"go/types"
	"strings"

	"github.com/daxis-io/arco-audit/redact/auditvet/internal/program"
	"github.com/daxis-io/arco-audit/redact/auditvet/internal/rule"
	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"
)

// Emitter is the fact that a function emits the event that one of its parameters is.
type Emitter struct {
	Param int // the receiver counts
	Err   int // the result that tells whether Emit failed; dropped or decides when none does
}

// Of an emitter none of whose results tells whether Emit failed: it drops the error, or it acts on it itself.
const (
	dropped = -1
	decides = -2
)

// AFact marks Emitter as a fact.
func (*Emitter) AFact() {}

// String describes the emitter in tests.
func (e *Emitter) String() string { return "emitter" }

// Analyzer checks how events are emitted. Its documentation is set by package auditvet.
var Analyzer = &analysis.Analyzer{
	Name:      "auditemit",
	Doc:       "auditemit: check that events are emitted and that the error of a critical one decides",
	Run:       run,
	Requires:  []*analysis.Analyzer{program.Analyzer},
	FactTypes: []analysis.Fact{new(Emitter), new(Emits), new(Makes), new(KindOf)},
}

type checker struct {
	pass     *analysis.Pass
	emitters map[*ssa.Function]*Emitter
}

func run(pass *analysis.Pass) (any, error) {
	prog := pass.ResultOf[program.Analyzer].(*program.Program)
	if prog == nil || pass.Pkg.Path() == rule.Audit {
		return nil, nil
	}
	c := &checker{pass: program.WithoutTests(pass), emitters: make(map[*ssa.Function]*Emitter)}
	functions := all(prog.Functions)
	for range 3 { // emitters that call emitters
		for _, fn := range functions {
			c.findEmitter(fn)
		}
	}
	for fn, e := range c.emitters {
		if obj, ok := fn.Object().(*types.Func); ok && (obj.Exported() || obj.Signature().Recv() != nil) {
			pass.ExportObjectFact(obj.Origin(), e)
		}
	}
	for _, fn := range functions {
		c.errors(fn)
		c.unused(fn)
		c.intents(fn)
	}
	c.decisions(prog)
	c.exportKinds(prog.Package)
	c.export(functions)
	return nil, nil
}

// all are the functions and the literals in them.
func all(list []*ssa.Function) []*ssa.Function {
	var out []*ssa.Function
	for _, fn := range list {
		out = append(out, fn)
		out = append(out, all(fn.AnonFuncs)...)
	}
	return out
}

// emission is a call that emits an event.
type emission struct {
	call  ssa.CallInstruction
	event ssa.Value
	err   int // number of the result that tells whether it failed; dropped or decides when there is none
	tuple bool
}

// emissionOf recognises a call that emits an event.
func (c *checker) emissionOf(instr ssa.Instruction) (emission, bool) {
	call, ok := instr.(ssa.CallInstruction)
	if !ok {
		return emission{}, false
	}
	common := call.Common()
	fn := common.StaticCallee()
	if common.IsInvoke() || fn == nil {
		return handedOver(call)
	}
	obj, _ := fn.Object().(*types.Func)
	if obj != nil && obj.Pkg() != nil && obj.Pkg().Path() == rule.Audit {
		if n := len(common.Args); obj.Name() == "Emit" && n >= 2 { // a bound method has no receiver
			return emission{call: call, event: common.Args[n-1], err: 1, tuple: true}, true
		}
		return emission{}, false
	}
	e := c.emitters[origin(fn)]
	if e == nil && obj != nil && obj.Pkg() != c.pass.Pkg {
		imported := new(Emitter)
		if obj.Pkg() != nil && c.pass.ImportObjectFact(obj.Origin(), imported) {
			e = imported
		}
	}
	if e == nil || e.Param >= len(common.Args) {
		return emission{}, false
	}
	return emission{call: call, event: common.Args[e.Param], err: e.Err, tuple: fn.Signature.Results().Len() > 1}, true
}

// handedOver recognises an emission by an interface of the program's own, or by a function value: it is given an event
// and returns an error.
func handedOver(call ssa.CallInstruction) (emission, bool) {
	common := call.Common()
	if _, builtin := common.Value.(*ssa.Builtin); builtin {
		return emission{}, false
	}
	results := common.Signature().Results()
	e := emission{call: call, err: -1, tuple: results.Len() > 1}
	for _, a := range common.Args {
		if isAudit(a.Type(), "Event") {
			e.event = a
		}
	}
	for i := range results.Len() {
		if isErrorType(results.At(i).Type()) {
			e.err = i
		}
	}
	return e, e.event != nil && e.err >= 0 && !onlyReads(calledName(common))
}

// calledName is the name of the method, variable, field or parameter that is called.
func calledName(common *ssa.CallCommon) string {
	if common.IsInvoke() {
		return common.Method.Name()
	}
	v := common.Value
	if load, ok := v.(*ssa.UnOp); ok {
		v = load.X
	}
	if f, ok := v.(*ssa.FieldAddr); ok {
		if p, ok := f.X.Type().Underlying().(*types.Pointer); ok {
			return p.Elem().Underlying().(*types.Struct).Field(f.Field).Name()
		}
	}
	return v.Name()
}

// onlyReads reports whether a function of this name looks at an event and records nothing.
func onlyReads(name string) bool {
	name = strings.ToLower(name)
	for _, verb := range []string{"valid", "check", "verify", "encod", "marshal", "format", "describ", "render", "match", "print", "log", "inspect", "hash", "sign"} {
		if strings.HasPrefix(name, verb) {
			return true
		}
	}
	return false
}

func isErrorType(t types.Type) bool { return types.Identical(t, types.Universe.Lookup("error").Type()) }

// origin is the generic function that fn is an instance of, or fn itself.
func origin(fn *ssa.Function) *ssa.Function {
	if o := fn.Origin(); o != nil {
		return o
	}
	return fn
}

// findEmitter notes fn when it emits one of its parameters.
func (c *checker) findEmitter(fn *ssa.Function) {
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			em, ok := c.emissionOf(instr)
			if !ok {
				continue
			}
			for i, p := range fn.Params {
				if root(em.event) == p {
					c.emitters[fn] = &Emitter{Param: i, Err: c.handsOn(fn, em)}
				}
			}
		}
	}
}

// root follows With methods back to the event that they were called on.
func root(v ssa.Value) ssa.Value {
	for {
		switch x := v.(type) {
		case *ssa.Call:
			fn := x.Call.StaticCallee()
			if fn == nil || fn.Signature.Recv() == nil || !isAudit(fn.Signature.Recv().Type(), "Event") {
				return v
			}
			v = x.Call.Args[0]
			continue
		case *ssa.UnOp:
			if alloc, ok := x.X.(*ssa.Alloc); ok {
				if only := onlyStore(alloc); only != nil {
					v = only
					continue
				}
			}
		}
		return v
	}
}

func onlyStore(alloc *ssa.Alloc) ssa.Value {
	var only ssa.Value
	for _, use := range *alloc.Referrers() {
		if st, ok := use.(*ssa.Store); ok && st.Addr == alloc {
			if only != nil {
				return nil
			}
			only = st.Val
		}
	}
	return only
}

// handsOn returns the number of the result by which fn tells its caller whether an emission failed.
func (c *checker) handsOn(fn *ssa.Function, em emission) int {
	errs := c.errorValues(em)
	if em.err == decides {
		return decides
	}
	if len(errs) == 0 || c.onlyLogged(errs) {
		return dropped
	}
	results := fn.Signature.Results()
	for i := range results.Len() {
		if isErrorType(results.At(i).Type()) {
			return i
		}
	}
	for i := range results.Len() {
		if isBool(results.At(i).Type()) {
			return i
		}
	}
	return decides
}

// errorValues are the SSA values that hold the error of an emission.
func (c *checker) errorValues(em emission) []ssa.Value {
	v, ok := em.call.(*ssa.Call)
	if !ok || em.err < 0 || v.Referrers() == nil {
		return nil
	}
	if !em.tuple {
		if len(*v.Referrers()) == 0 {
			return nil
		}
		return []ssa.Value{v}
	}
	var out []ssa.Value
	for _, use := range *v.Referrers() {
		switch use := use.(type) {
		case *ssa.Extract:
			if use.Index == em.err && use.Referrers() != nil && len(*use.Referrers()) > 0 {
				out = append(out, use)
			}
		case *ssa.Return:
			out = append(out, v)
		}
	}
	return out
}
