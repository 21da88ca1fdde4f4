package protocol

import (
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"
)

// derivation collects what is computed from some values, by whatever way: joined, wrapped, collected in a list, compared.
type derivation map[ssa.Value]bool

func derived(from []ssa.Value) derivation {
	d := make(derivation)
	for _, v := range from {
		d.add(v)
	}
	return d
}

func (d derivation) add(v ssa.Value) {
	if v == nil || d[v] {
		return
	}
	d[v] = true
	if v.Referrers() == nil {
		return
	}
	for _, use := range *v.Referrers() {
		d.use(use, v)
	}
}

// use follows one use of a value.
func (d derivation) use(instr ssa.Instruction, v ssa.Value) {
	switch i := instr.(type) {
	case *ssa.Store:
		if i.Val == v {
			d.stored(i)
		}
	case *ssa.MapUpdate:
		d.add(i.Map)
	case *ssa.Send:
		d.add(i.Chan)
	case ssa.CallInstruction:
		for _, a := range i.Common().Args { // a collector keeps it
			if _, pointer := a.Type().Underlying().(*types.Pointer); pointer {
				d.place(a)
			}
		}
		if result, ok := i.(ssa.Value); ok {
			d.add(result)
		}
	case ssa.Value:
		d.add(i)
	}
}

// stored follows a value into a variable, as far as nothing else is stored there, or into a part of something.
func (d derivation) stored(st *ssa.Store) {
	if alloc, variable := st.Addr.(*ssa.Alloc); variable {
		d.loads(alloc, st.Block(), st, make(map[*ssa.BasicBlock]bool))
		return
	}
	d.place(st.Addr)
}

// place adds the variable, list or object that an address belongs to.
func (d derivation) place(addr ssa.Value) {
	switch a := addr.(type) {
	case *ssa.IndexAddr:
		d.place(a.X)
	case *ssa.FieldAddr:
		d.place(a.X)
	case *ssa.Alloc, *ssa.MakeSlice, *ssa.Slice, *ssa.Phi:
		d.add(a)
	}
}

// loads adds what is read from a variable after a store, or from the beginning of a block when after is nil, until another store.
func (d derivation) loads(alloc *ssa.Alloc, b *ssa.BasicBlock, after ssa.Instruction, seen map[*ssa.BasicBlock]bool) {
	for _, instr := range b.Instrs {
		if after != nil {
			if instr == after {
				after = nil
			}
			continue
		}
		switch i := instr.(type) {
		case *ssa.Store:
			if i.Addr == alloc {
				return
			}
		case *ssa.UnOp:
			if i.Op == token.MUL && i.X == alloc {
				d.add(i)
			}
		}
	}
	for _, s := range b.Succs {
		if !seen[s] {
			seen[s] = true
			d.loads(alloc, s, nil, seen)
		}
	}
}
