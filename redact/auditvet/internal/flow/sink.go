package flow

import (
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"
)

// sinks checks what a function of package audit is given. Its doors are the exported functions with parameters of
// text: identifiers. What is parsed or turned into a pseudonym is none.
func (r *run) sinks(c *callSite, obj *types.Func, args []*value) {
	if !isDoor(obj) {
		return
	}
	sig := obj.Signature()
	shift := 0
	if sig.Recv() != nil {
		shift = 1
	}
	for i := range sig.Params().Len() {
		if !textual(sig.Params().At(i).Type()) || i+shift >= len(args) {
			continue
		}
		for _, o := range r.flatten(args[i+shift]) {
			if o.tier == symbolic {
				r.noteSink(o, "audit."+obj.Name())
			} else {
				r.found(c, o, "audit."+obj.Name())
			}
		}
	}
}

func isDoor(obj *types.Func) bool {
	name := obj.Name()
	return obj.Exported() && !strings.HasPrefix(name, "Parse") && name != "User" && name != "Replay"
}

// finding is a flow from a source to a sink.
type finding struct {
	sink   string
	at     token.Pos
	origin *origin
	via    []step
}

type step struct {
	pos  token.Pos
	name string
}

// found records a finding. The calls that are active are the path to the sink.
func (r *run) found(c *callSite, o *origin, sink string) {
	if strings.HasPrefix(o.what, "constant ") && r.p.writtenOut(c.at) {
		return
	}
	at := r.reportedAt(c)
	key := findingKey{at, o.pos, o.what}
	if _, ok := r.p.findings[key]; ok {
		return
	}
	f := &finding{sink: sink, at: at, origin: o}
	for i, frame := range r.stack {
		if i > 0 && frame.fn.Pos().IsValid() {
			f.via = append(f.via, step{frame.fn.Pos(), frame.fn.Name()})
		}
	}
	r.p.findings[key] = f
}

// reportedAt is where a call is reported: one in another package where this one leads to it.
func (r *run) reportedAt(c *callSite) token.Pos {
	if fn := c.at.Parent(); r.own(fn) {
		return callPos(c.at)
	}
	for _, f := range slices.Backward(r.stack) {
		if r.own(f.fn) && f.calls != nil {
			return callPos(f.calls)
		}
	}
	return callPos(c.at)
}

// own reports whether a function is declared in the package that is analysed.
func (r *run) own(fn *ssa.Function) bool {
	for fn.Parent() != nil {
		fn = fn.Parent()
	}
	return genericOf(fn).Pkg != nil && genericOf(fn).Pkg.Pkg == r.p.pass.Pkg
}

type findingKey struct {
	at, from token.Pos
	what     string
}

func callPos(at ssa.CallInstruction) token.Pos {
	if pos := at.Common().Pos(); pos.IsValid() {
		return pos
	}
	return at.Pos()
}
