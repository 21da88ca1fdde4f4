package protocol

import (
	"cmp"
	"fmt"
	"go/constant"
	"go/token"
	"go/types"
	"maps"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"
)

// answer is what is known of an error or a flag: whether it is nil, or set.
type answer uint8

const (
	unsure answer = iota
	no            // nil, or false
	yes           // an error, or true
)

func (a answer) not() answer {
	switch a {
	case no:
		return yes
	case yes:
		return no
	}
	return unsure
}

func answerOf(b bool) answer {
	if b {
		return yes
	}
	return no
}

// known is what is known on a path.
type known struct {
	holds    map[ssa.Value]ssa.Value // what variables hold; of one that is not there it is not known
	is       map[ssa.Value]ssa.Value // what a load, a parameter or a merge of paths is
	facts    map[ssa.Value]answer
	deferred []*ssa.Defer
}

func newKnown() *known {
	return &known{holds: make(map[ssa.Value]ssa.Value), is: make(map[ssa.Value]ssa.Value), facts: make(map[ssa.Value]answer)}
}

func (k *known) clone() *known {
	return &known{holds: maps.Clone(k.holds), is: maps.Clone(k.is), facts: maps.Clone(k.facts), deferred: slices.Clone(k.deferred)}
}

// forgotten is k without what was found out on the way.
func (k *known) forgotten() *known {
	out := newKnown()
	out.deferred = k.deferred
	return out
}

// key is equal for what is known equally.
func (k *known) key() string {
	var b strings.Builder
	for _, d := range k.deferred {
		fmt.Fprintf(&b, "d%p", d)
	}
	pairs := func(m map[ssa.Value]ssa.Value) {
		for _, v := range ordered(m) {
			fmt.Fprintf(&b, ";%p=%p", v, m[v])
		}
		b.WriteByte('|')
	}
	pairs(k.holds)
	pairs(k.is)
	for _, v := range ordered(k.facts) {
		fmt.Fprintf(&b, ";%p=%d", v, k.facts[v])
	}
	return b.String()
}

func ordered[V any](m map[ssa.Value]V) []ssa.Value {
	return slices.SortedFunc(maps.Keys(m), func(a, b ssa.Value) int { return cmp.Compare(fmt.Sprintf("%p", a), fmt.Sprintf("%p", b)) })
}

// root is the value behind loads and parameters.
func (k *known) root(v ssa.Value) ssa.Value {
	for range 16 {
		next, ok := k.is[v]
		if !ok || next == v {
			return v
		}
		v = next
	}
	return v
}

// matters reports types of which it matters whether a value is nil or set.
func matters(t types.Type) bool {
	switch u := t.Underlying().(type) {
	case *types.Basic:
		return u.Info()&types.IsBoolean != 0
	case *types.Interface, *types.Pointer:
		return true
	}
	return false
}

// What variables hold that is no value of the program: nothing, or a value that is not nil.
var (
	nothing   ssa.Value = ssa.NewConst(nil, types.Typ[types.UntypedNil])
	something ssa.Value = ssa.NewConst(constant.MakeBool(true), types.Typ[types.Bool])
)

// plain is the value behind v; constants that say the same are the same.
func (k *known) plain(v ssa.Value) ssa.Value {
	v = k.root(v)
	if c, ok := v.(*ssa.Const); ok {
		switch k.of(c) {
		case no:
			return nothing
		case yes:
			return something
		}
	}
	return v
}

// forget drops what is known of a value that is computed again. A variable that holds the old one, and what was loaded
// or merged from it, keep what was known.
func (k *known) forget(v ssa.Value) {
	for at, held := range k.holds {
		if held == v {
			keep(k.holds, at, k.of(v))
		}
	}
	for at, old := range k.is {
		if old == v && at != v {
			keep(k.is, at, k.of(v))
		}
	}
	delete(k.facts, v)
	delete(k.is, v)
}

// keep notes that something of which only this is known stands at a place.
func keep(in map[ssa.Value]ssa.Value, at ssa.Value, a answer) {
	switch a {
	case no:
		in[at] = nothing
	case yes:
		in[at] = something
	default:
		delete(in, at)
	}
}

// execute follows an instruction that is no call.
func (k *known) execute(instr ssa.Instruction) {
	switch i := instr.(type) {
	case *ssa.Phi, *ssa.Extract: // known since the edge, or the call
		return
	case ssa.Value:
		k.forget(i)
	}
	switch i := instr.(type) {
	case *ssa.Alloc:
		if matters(i.Type().Underlying().(*types.Pointer).Elem()) {
			k.holds[i] = nothing
		}
	case *ssa.Store:
		if at, variable := k.root(i.Addr).(*ssa.Alloc); variable && matters(i.Val.Type()) {
			k.holds[at] = k.plain(i.Val)
		}
	case *ssa.UnOp:
		if held, ok := k.holds[k.root(i.X)]; ok && i.Op == token.MUL {
			k.is[i] = held
		}
	case *ssa.ChangeInterface:
		k.is[i] = k.plain(i.X)
	}
}

// enter follows control from one block to the next: what merges of paths are, and what is of no use any more.
func (k *known) enter(from, to *ssa.BasicBlock) {
	edge := slices.Index(to.Preds, from)
	merges := make(map[*ssa.Phi]ssa.Value)
	for _, instr := range to.Instrs {
		if phi, ok := instr.(*ssa.Phi); ok {
			merges[phi] = k.plain(phi.Edges[edge])
		}
	}
	for phi, v := range merges {
		k.forget(phi)
		if v != phi {
			k.is[phi] = v
		}
	}
	useful := func(v ssa.Value) bool {
		instr, ok := v.(ssa.Instruction)
		return !ok || instr.Parent() != to.Parent() || instr.Block().Dominates(to)
	}
	used := make(map[ssa.Value]bool)
	for _, v := range k.holds {
		used[v] = true
	}
	maps.DeleteFunc(k.is, func(v, _ ssa.Value) bool { return !useful(v) })
	for _, v := range k.is {
		used[v] = true
	}
	maps.DeleteFunc(k.facts, func(v ssa.Value, _ answer) bool { return !useful(v) && !used[v] })
}

// bind notes what the parameters of a function, and the variables that it captured, are.
func (k *known) bind(fn *ssa.Function, common *ssa.CallCommon) {
	give := func(to, v ssa.Value) {
		v = k.plain(v)
		k.forget(to)
		k.is[to] = v
	}
	for i, p := range fn.Params {
		if i < len(common.Args) {
			give(p, common.Args[i])
		}
	}
	if mc, ok := common.Value.(*ssa.MakeClosure); ok {
		for i, free := range fn.FreeVars {
			give(free, mc.Bindings[i])
		}
	}
}

// returned notes what an ending of a called function says of its results, and of the variables that were there before.
func (k *known) returned(call *ssa.Call, fn *ssa.Function, e ending) {
	inside := func(v ssa.Value) bool { return v.Parent() == fn }
	for at := range k.holds {
		switch now := e.known.holds[at]; {
		case now == nil:
			delete(k.holds, at)
		case inside(now):
			keep(k.holds, at, e.known.of(now))
		default:
			k.holds[at] = now
		}
	}
	for v, a := range e.known.facts {
		if !inside(v) {
			k.facts[v] = a
		}
	}
	if call == nil {
		return
	}
	k.forget(call)
	for i, v := range resultsOf(call) {
		if v == nil {
			continue
		}
		k.forget(v)
		if i < len(e.results) && e.results[i] != unsure {
			k.facts[v] = e.results[i]
		}
	}
}

// resultsOf are the values of a call's results.
func resultsOf(call *ssa.Call) []ssa.Value {
	tuple, ok := call.Type().(*types.Tuple)
	if !ok {
		return []ssa.Value{call}
	}
	out := make([]ssa.Value, tuple.Len())
	for _, use := range *call.Referrers() {
		if x, ok := use.(*ssa.Extract); ok {
			out[x.Index] = x
		}
	}
	return out
}

// called follows a call of a function that is not known: it may change the variables that it is given.
func (k *known) called(call ssa.CallInstruction) {
	given := append(slices.Clone(call.Common().Args), call.Common().Value)
	for _, v := range given {
		if v == nil {
			continue
		}
		v = k.root(v)
		delete(k.holds, v)
		if mc, ok := v.(*ssa.MakeClosure); ok {
			for _, b := range mc.Bindings {
				delete(k.holds, k.root(b))
			}
		}
	}
	if v, ok := call.(*ssa.Call); ok {
		for _, r := range append(resultsOf(v), v) {
			if r != nil {
				k.forget(r)
			}
		}
	}
}

// deferCall notes a deferred call. In a loop, two stand for more.
func (k *known) deferCall(d *ssa.Defer) {
	n := 0
	for _, old := range k.deferred {
		if old == d {
			n++
		}
	}
	if n < 2 {
		k.deferred = append(k.deferred, d)
	}
}
