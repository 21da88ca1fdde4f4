package flow

import "go/types"

// counting are packages whose functions return numbers that are places, sizes or orders.
var counting = map[string]bool{"strings": true, "bytes": true, "slices": true, "sort": true, "cmp": true, "unicode/utf8": true, "math/big": true}

// counts reports whether a result is a place, a size or an order of what a function was given.
func counts(obj *types.Func, i int) bool {
	b, ok := obj.Signature().Results().At(i).Type().(*types.Basic)
	return ok && b.Kind() == types.Int && obj.Pkg() != nil && counting[obj.Pkg().Path()]
}
