package protocol

import (
	"go/token"
	"go/types"
	"slices"
	"strings"

	"github.com/daxis-io/arco-audit/redact/auditvet/internal/rule"
	"golang.org/x/tools/go/ssa"
)

// search follows a value, an event, an intent or an error, to where it is put to use: given to somebody whose code is not known,
// returned, sent, kept in memory that outlives the function, or, of its own methods, one that ends it. What only looks
// at it, such as a comparison, a log or a helper that prints it, is no use.
type search struct {
	c    *checker
	name string          // of the type in package audit
	ends map[string]bool // names of the methods that put it to use
	seen map[ssa.Value]bool
}

func (c *checker) eventSearch() *search {
	return &search{c: c, name: "Event", seen: make(map[ssa.Value]bool)}
}

func (c *checker) intentSearch() *search {
	return &search{c: c, name: "Pending", ends: map[string]bool{"Emit": true, "Abandon": true}, seen: make(map[ssa.Value]bool)}
}

// used reports whether a value is put to use.
func (s *search) used(v ssa.Value) bool {
	if s.seen[v] || v.Referrers() == nil {
		return false
	}
	s.seen[v] = true
	for _, instr := range *v.Referrers() {
		if s.by(instr, v) {
			return true
		}
	}
	return false
}

// by reports whether one instruction puts its operand v to use.
func (s *search) by(instr ssa.Instruction, v ssa.Value) bool {
	if _, log := instr.(*ssa.MakeInterface); s.name == "error" && isBool(v.Type()) && !log {
		return true // it was an error before it was compared
	}
	switch i := instr.(type) {
	case *ssa.Store:
		return i.Val == v && s.keptAt(i.Addr)
	case *ssa.MapUpdate:
		return (i.Value == v || i.Key == v) && s.keptAt(i.Map)
	case *ssa.Send:
		return i.X == v && s.keptAt(i.Chan)
	case *ssa.Select, *ssa.Return, *ssa.Panic:
		return true
	case *ssa.MakeClosure:
		at := slices.Index(i.Bindings, v)
		return at >= 0 && s.used(i.Fn.(*ssa.Function).FreeVars[at])
	case ssa.CallInstruction:
		return s.byCall(i, v)
	case *ssa.BinOp:
		return s.name == "error" && len(*i.Referrers()) > 0 && !onlyLogs(i)
	case *ssa.DebugRef, *ssa.If:
		return false
	case ssa.Value:
		return s.carries(i.Type(), 0) && s.used(i)
	}
	return false
}

// keptAt reports whether a place outlives the function, or is put to use itself.
func (s *search) keptAt(place ssa.Value) bool {
	switch p := place.(type) {
	case *ssa.Alloc, *ssa.MakeSlice, *ssa.MakeMap, *ssa.MakeChan:
		return s.used(place)
	case *ssa.FieldAddr:
		return s.keptAt(p.X)
	case *ssa.IndexAddr:
		return s.keptAt(p.X)
	case *ssa.Slice:
		return s.keptAt(p.X)
	case *ssa.Phi:
		return s.used(place)
	case *ssa.FreeVar:
		if outer := bindingOf(p); outer != nil {
			return s.used(outer)
		}
	case *ssa.UnOp:
		if alloc, ok := p.X.(*ssa.Alloc); ok && p.Op == token.MUL {
			return s.used(alloc)
		}
	}
	return true
}

// bindingOf is the variable of the function around a literal that one of its free variables is.
func bindingOf(free *ssa.FreeVar) ssa.Value {
	fn := free.Parent()
	if fn.Parent() == nil {
		return nil
	}
	at := slices.Index(fn.FreeVars, free)
	for _, b := range fn.Parent().Blocks {
		for _, instr := range b.Instrs {
			if mc, ok := instr.(*ssa.MakeClosure); ok && mc.Fn == fn {
				return mc.Bindings[at]
			}
		}
	}
	return nil
}

func isBool(t types.Type) bool {
	b, ok := t.Underlying().(*types.Basic)
	return ok && b.Kind() == types.Bool
}

// byCall reports whether a call puts its operand v to use.
func (s *search) byCall(call ssa.CallInstruction, v ssa.Value) bool {
	common := call.Common()
	if b, ok := common.Value.(*ssa.Builtin); ok {
		result, isValue := call.(ssa.Value)
		return b.Name() == "append" && isValue && s.used(result) || b.Name() == "copy" && common.Args[1] == v && s.keptAt(common.Args[0])
	}
	fn := common.StaticCallee()
	if common.IsInvoke() || fn == nil {
		return !looks(call)
	}
	obj, _ := fn.Object().(*types.Func)
	if obj != nil && obj.Pkg() != nil && obj.Pkg().Path() == rule.Audit {
		return s.byAudit(call, obj, v)
	}
	if looks(call) {
		return false
	}
	if fn.Blocks == nil {
		return true
	}
	for i, a := range common.Args {
		if a == v && i < len(fn.Params) && s.used(fn.Params[i]) {
			return true
		}
	}
	return false
}

// byAudit is byCall for package audit: methods of the value itself look at it, or extend it, or end it.
func (s *search) byAudit(call ssa.CallInstruction, obj *types.Func, v ssa.Value) bool {
	recv := obj.Signature().Recv()
	args := call.Common().Args
	if recv == nil || !isAudit(recv.Type(), s.name) || len(args) == 0 || args[0] != v {
		return true
	}
	if s.ends[obj.Name()] {
		return true
	}
	result, ok := call.(ssa.Value)
	return ok && s.carries(result.Type(), 0) && s.used(result)
}

// carries reports whether values of a type can hold one of what is searched.
func (s *search) carries(t types.Type, depth int) bool {
	if isAudit(t, s.name) {
		return true
	}
	if depth > 4 {
		return true
	}
	switch u := t.Underlying().(type) {
	case *types.Basic:
		return false
	case *types.Pointer:
		return s.carries(u.Elem(), depth+1)
	case *types.Slice:
		return s.carries(u.Elem(), depth+1)
	case *types.Array:
		return s.carries(u.Elem(), depth+1)
	case *types.Chan:
		return s.carries(u.Elem(), depth+1)
	case *types.Map:
		return s.carries(u.Elem(), depth+1) || s.carries(u.Key(), depth+1)
	case *types.Struct:
		for f := range u.Fields() {
			if s.carries(f.Type(), depth+1) {
				return true
			}
		}
		return false
	case *types.Tuple:
		for v := range u.Variables() {
			if s.carries(v.Type(), depth+1) {
				return true
			}
		}
		return false
	}
	return true
}

// looks reports whether a call only looks at what it is given: it logs, prints or compares.
func looks(call ssa.CallInstruction) bool {
	common := call.Common()
	if common.IsInvoke() {
		switch name := common.Method.Name(); name {
		case "String", "Error", "GoString", "Debug", "Info", "Warn", "Debugf", "Infof", "Warnf", "Errorf", "Printf", "Println", "Print", "Logf", "Log":
			return name != "Error" || common.Signature().Params().Len() != 1
		}
		return false
	}
	fn := common.StaticCallee()
	if fn == nil || fn.Object() == nil || fn.Object().Pkg() == nil {
		return false
	}
	switch fn.Object().Pkg().Path() {
	case "log/slog", "log", "reflect":
		return true
	case "fmt":
		return strings.Contains(fn.Name(), "rint")
	}
	return false
}
