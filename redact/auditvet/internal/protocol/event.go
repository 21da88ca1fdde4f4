package protocol

import (
	"go/constant"
	"go/token"
	"go/types"
	"strings"

	"github.com/daxis-io/arco-audit/redact/auditvet/internal/rule"
	"golang.org/x/tools/go/ssa"
)

// constructor is what the name of an event's constructor says.
type constructor struct {
	category string
	critical bool
}

// constructors are the built-in ones, by function name.
var constructors = map[string]constructor{
	"AuthAllow": {"AUTH", false}, "AuthDeny": {"AUTH", false},
	"URLMintAllow": {"URL_MINT", true}, "URLMintDeny": {"URL_MINT", false},
	"CredVendAllow": {"CRED_VEND", true}, "CredVendDeny": {"CRED_VEND", false},
	"IcebergCommit": {"ICEBERG_COMMIT", true}, "IcebergCommitDeny": {"ICEBERG_COMMIT", false},
	"CatalogMutate": {"CATALOG", true}, "CatalogMutateDeny": {"CATALOG", false},
	"ControlStoreMutate": {"CONTROL_STORE", true}, "ControlStoreDeny": {"CONTROL_STORE", false},
}

// events is what is known of an event: the constructors that may have made it.
type events struct {
	made    []constructor
	unknown bool
}

func (e events) merge(o events) events {
	return events{append(append([]constructor(nil), e.made...), o.made...), e.unknown || o.unknown}
}

// critical reports whether the event is known to be a critical one on some path.
func (e events) critical() bool {
	for _, c := range e.made {
		if c.critical {
			return true
		}
	}
	return false
}

// of reports whether the event may be, and whether it is always, one of the decision.
func (e events) of(decision string) (may, must bool) {
	must = !e.unknown && len(e.made) > 0
	may = e.unknown
	for _, c := range e.made {
		if c.category == decision || c.category+"_MUTATE" == decision {
			may = true
		} else {
			must = false
		}
	}
	return may, must || e.unknown && len(e.made) == 0
}

// scope resolves values inside one function, with what its parameters are bound to.
type scope struct {
	c     *checker
	bound map[ssa.Value]events
	depth int
}

// maxCalls bounds how deep calls are followed.
const maxCalls = 6

// eventOf resolves a value of type audit.Event.
func (s scope) eventOf(v ssa.Value, seen map[ssa.Value]bool) events {
	if seen[v] {
		return events{}
	}
	seen[v] = true
	switch v := v.(type) {
	case *ssa.Parameter, *ssa.FreeVar:
		if e, ok := s.bound[v]; ok {
			return e
		}
	case *ssa.Phi:
		var out events
		for _, edge := range v.Edges {
			out = out.merge(s.eventOf(edge, seen))
		}
		return out
	case *ssa.Call:
		return s.eventOfCall(v, seen)
	case *ssa.UnOp:
		if e, ok := s.bound[v.X]; ok {
			return e
		}
		if _, variable := v.X.(*ssa.Alloc); variable && v.Op == token.MUL {
			return s.stored(v.X, seen)
		}
		return s.captured(v.X, seen)
	case *ssa.Extract:
		if call, ok := v.Tuple.(*ssa.Call); ok {
			return s.returned(call, v.Index, seen)
		}
		return s.inside(v, seen)
	case *ssa.Lookup, *ssa.Field:
		return s.inside(v, seen)
	}
	return events{unknown: true}
}

// inside is within for a value that is seen already.
func (s scope) inside(v ssa.Value, seen map[ssa.Value]bool) events {
	delete(seen, v)
	switch v := v.(type) {
	case *ssa.Field:
		return s.within(v.X, seen)
	case *ssa.Lookup:
		return s.within(v.X, seen)
	case *ssa.Extract:
		switch t := v.Tuple.(type) {
		case *ssa.Next:
			return s.within(t.Iter.(*ssa.Range).X, seen)
		case *ssa.Lookup:
			return s.within(t.X, seen)
		case *ssa.UnOp:
			return s.within(t.X, seen)
		}
	}
	return events{unknown: true}
}

// captured resolves what is read through an address: of a variable that a literal captured, in the function around it.
func (s scope) captured(addr ssa.Value, seen map[ssa.Value]bool) events {
	free, ok := addr.(*ssa.FreeVar)
	if !ok {
		return s.within(addr, seen)
	}
	if outer := bindingOf(free); outer != nil {
		return s.stored(outer, seen)
	}
	return events{unknown: true}
}

func (s scope) eventOfCall(call *ssa.Call, seen map[ssa.Value]bool) events {
	fn := call.Call.StaticCallee()
	if fn == nil {
		return events{unknown: true}
	}
	obj, _ := fn.Object().(*types.Func)
	if obj == nil || obj.Pkg() == nil || obj.Pkg().Path() != rule.Audit {
		return s.returned(call, 0, seen)
	}
	recv := obj.Signature().Recv()
	switch {
	case recv == nil:
		if c, ok := constructors[obj.Name()]; ok {
			return events{made: []constructor{c}}
		}
	case isAudit(recv.Type(), "Event"):
		return s.eventOf(call.Call.Args[0], seen)
	case isAudit(recv.Type(), "Kind"):
		return s.c.kindEvent(call.Call.Args[0], obj.Name() == "Allow")
	}
	return events{unknown: true}
}

// returned resolves the events that a function returns; of those of other packages by their facts.
func (s scope) returned(call *ssa.Call, i int, seen map[ssa.Value]bool) events {
	fn := call.Call.StaticCallee()
	if fn != nil && fn.Blocks == nil && i == 0 {
		obj, _ := fn.Object().(*types.Func)
		return s.c.importedEvents(obj)
	}
	if fn == nil || fn.Blocks == nil || s.depth >= maxCalls {
		return events{unknown: true}
	}
	return s.enter(fn, call.Call.Args).returnedBy(fn, i, seen)
}

// returnedBy resolves the i-th result of a function of this package.
func (s scope) returnedBy(fn *ssa.Function, i int, seen map[ssa.Value]bool) events {
	var out events
	for _, b := range fn.Blocks {
		if ret, ok := b.Instrs[len(b.Instrs)-1].(*ssa.Return); ok && i < len(ret.Results) {
			if c, isConst := ret.Results[i].(*ssa.Const); isConst && c.Value == nil {
				continue // the zero event, beside an error
			}
			out = out.merge(s.eventOf(ret.Results[i], seen))
		}
	}
	return out
}

// enter binds the parameters of a function to what the call gives them.
func (s scope) enter(fn *ssa.Function, args []ssa.Value) scope {
	inner := scope{c: s.c, bound: make(map[ssa.Value]events), depth: s.depth + 1}
	for i, p := range fn.Params {
		if i < len(args) && isAudit(p.Type(), "Event") {
			inner.bound[p] = s.eventOf(args[i], make(map[ssa.Value]bool))
		}
	}
	return inner
}

// stored resolves what is stored in a variable.
func (s scope) stored(addr ssa.Value, seen map[ssa.Value]bool) events {
	alloc, ok := addr.(*ssa.Alloc)
	if !ok || alloc.Referrers() == nil {
		return events{unknown: true}
	}
	var out events
	for _, use := range *alloc.Referrers() {
		if st, ok := use.(*ssa.Store); ok && st.Addr == alloc {
			out = out.merge(s.eventOf(st.Val, seen))
		}
	}
	return out
}

// kindEvent resolves a service's own kind from its declaration.
func (c *checker) kindEvent(v ssa.Value, allow bool) events {
	load, ok := v.(*ssa.UnOp)
	if !ok {
		return events{unknown: true}
	}
	g, ok := load.X.(*ssa.Global)
	if !ok {
		return events{unknown: true}
	}
	k, ok := declaredKind(g)
	if !ok {
		k, ok = c.importedKind(g)
	}
	if !ok {
		return events{unknown: true}
	}
	return events{made: []constructor{{category: k.Category, critical: allow && k.Critical}}}
}

// declaredKind reads the kind that a variable of this package is from its initialisation.
func declaredKind(g *ssa.Global) (KindOf, bool) {
	if g.Pkg == nil || g.Pkg.Func("init") == nil {
		return KindOf{}, false
	}
	for _, b := range g.Pkg.Func("init").Blocks {
		for _, instr := range b.Instrs {
			st, ok := instr.(*ssa.Store)
			if !ok || st.Addr != g {
				continue
			}
			if call, ok := st.Val.(*ssa.Call); ok && len(call.Call.Args) == 3 {
				return KindOf{strings.ToUpper(text(call.Call.Args[1])), number(call.Call.Args[2]) == 1}, true
			}
		}
	}
	return KindOf{}, false
}

func text(v ssa.Value) string {
	if c, ok := v.(*ssa.Const); ok && c.Value != nil && c.Value.Kind() == constant.String {
		return constant.StringVal(c.Value)
	}
	return ""
}

func number(v ssa.Value) int64 {
	if c, ok := v.(*ssa.Const); ok && c.Value != nil && c.Value.Kind() == constant.Int {
		return c.Int64()
	}
	return -1
}

// isAudit reports whether t is the named type of package audit, or a pointer to it.
func isAudit(t types.Type, name string) bool {
	if p, ok := types.Unalias(t).(*types.Pointer); ok {
		t = p.Elem()
	}
	n, ok := types.Unalias(t).(*types.Named)
	return ok && n.Obj().Name() == name && n.Obj().Pkg() != nil && n.Obj().Pkg().Path() == rule.Audit
}
