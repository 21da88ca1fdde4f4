package protocol

import (
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"
)

// within resolves the events that a list, map, channel or struct may hold: all that is put into it, whatever the place.
func (s scope) within(v ssa.Value, seen map[ssa.Value]bool) events {
	if seen[v] {
		return events{}
	}
	seen[v] = true
	if isAudit(v.Type(), "Event") {
		if _, pointer := v.Type().Underlying().(*types.Pointer); !pointer {
			delete(seen, v)
			return s.eventOf(v, seen)
		}
	}
	switch v := v.(type) {
	case *ssa.Alloc, *ssa.MakeSlice, *ssa.MakeMap, *ssa.MakeChan:
		return s.putInto(v, seen)
	case *ssa.Slice:
		return s.within(v.X, seen)
	case *ssa.FieldAddr:
		return s.within(v.X, seen)
	case *ssa.IndexAddr:
		return s.within(v.X, seen)
	case *ssa.Field:
		return s.within(v.X, seen)
	case *ssa.Phi:
		var out events
		for _, edge := range v.Edges {
			if c, ok := edge.(*ssa.Const); !ok || !c.IsNil() {
				out = out.merge(s.within(edge, seen))
			}
		}
		return out
	case *ssa.UnOp:
		if v.Op == token.MUL || v.Op == token.ARROW {
			return s.within(v.X, seen)
		}
	case *ssa.Call:
		if b, ok := v.Call.Value.(*ssa.Builtin); ok && b.Name() == "append" {
			out := s.within(v.Call.Args[1], seen)
			if c, ok := v.Call.Args[0].(*ssa.Const); !ok || !c.IsNil() {
				out = out.merge(s.within(v.Call.Args[0], seen))
			}
			return out
		}
		return s.withinResult(v, 0, seen)
	case *ssa.Extract:
		switch t := v.Tuple.(type) {
		case *ssa.Call:
			return s.withinResult(t, v.Index, seen)
		case *ssa.Next:
			return s.within(t.Iter.(*ssa.Range).X, seen)
		case *ssa.Lookup:
			return s.within(t.X, seen)
		case *ssa.UnOp:
			return s.within(t.X, seen)
		}
	case *ssa.Lookup:
		return s.within(v.X, seen)
	}
	return events{unknown: true}
}

// withinResult is within for what a function of this package returns.
func (s scope) withinResult(call *ssa.Call, i int, seen map[ssa.Value]bool) events {
	fn := call.Call.StaticCallee()
	if fn == nil || fn.Blocks == nil || s.depth >= maxCalls {
		return events{unknown: true}
	}
	inner := s.enter(fn, call.Call.Args)
	var out events
	for _, b := range fn.Blocks {
		if ret, ok := b.Instrs[len(b.Instrs)-1].(*ssa.Return); ok && i < len(ret.Results) {
			if c, isConst := ret.Results[i].(*ssa.Const); !isConst || c.Value != nil {
				out = out.merge(inner.within(ret.Results[i], seen))
			}
		}
	}
	return out
}

// putInto resolves what is stored in a place or in its parts.
func (s scope) putInto(place ssa.Value, seen map[ssa.Value]bool) events {
	var out events
	for _, use := range *place.Referrers() {
		switch u := use.(type) {
		case *ssa.Store:
			if u.Addr == place {
				out = out.merge(s.within(u.Val, seen))
			}
		case *ssa.MapUpdate:
			if u.Map == place {
				out = out.merge(s.within(u.Value, seen))
			}
		case *ssa.Send:
			if u.Chan == place {
				out = out.merge(s.within(u.X, seen))
			}
		case *ssa.FieldAddr:
			if (&search{name: "Event"}).carries(u.Type(), 0) {
				out = out.merge(s.putInto(u, seen))
			}
		case *ssa.IndexAddr:
			out = out.merge(s.putInto(u, seen))
		}
	}
	return out
}
