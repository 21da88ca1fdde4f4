package flow

import (
	"go/token"

	"golang.org/x/tools/go/ssa"
)

func (r *run) returned(f *frame, b *ssa.BasicBlock, ret *ssa.Return) {
	var out *value
	if len(ret.Results) == 1 {
		out = r.operand(f, b, ret.Results[0])
	} else {
		out = &value{}
		for i, x := range ret.Results {
			out = out.with(field(i), join(r.operand(f, b, x), r.readLate(f, b, x)))
		}
	}
	if f.returned == nil {
		f.result = out
	} else {
		f.result = join(f.result, out)
	}
	r.st.shared = true
	f.returned = r.joinStores(f.returned, r.st)
}

// readLate is what a variable holds at the return, when the call of another result may have filled it: in
// return c, decode(&c), the language does not say which is read first, and the compiler calls first.
func (r *run) readLate(f *frame, b *ssa.BasicBlock, x ssa.Value) *value {
	load, ok := x.(*ssa.UnOp)
	if !ok || load.Op != token.MUL || load.Block() != b || f.guarded(x, b) {
		return r.operand(f, b, x)
	}
	if _, variable := load.X.(*ssa.Alloc); !variable {
		return r.operand(f, b, x)
	}
	return r.load(r.eval(f, load.X))
}

// assigned is what a store stores. In a function that defers calls, a return stores its results before they run, so that what is
// said of a return goes for these stores.
func (r *run) assigned(f *frame, b *ssa.BasicBlock, st *ssa.Store) *value {
	out := r.operand(f, b, st.Val)
	if f.fn.Recover != nil && isResult(st.Addr) {
		out = join(out, r.readLate(f, b, st.Val))
	}
	return out
}

// isResult reports whether a variable is read by returns only: it is a result.
func isResult(v ssa.Value) bool {
	alloc, ok := v.(*ssa.Alloc)
	if !ok {
		return false
	}
	read := false
	for _, use := range *alloc.Referrers() {
		load, ok := use.(*ssa.UnOp)
		if !ok {
			continue
		}
		for _, by := range *load.Referrers() {
			switch by := by.(type) {
			case *ssa.Return:
				read = true
			case *ssa.Store: // return c, err: the result is stored in itself
				if by.Addr != alloc {
					return false
				}
			default:
				return false
			}
		}
	}
	return read
}
