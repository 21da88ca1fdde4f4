package flow

import (
	"go/types"
	"slices"
)

// wrapped is the selector of the errors that an error was made from. Its text is told by the origins of the error itself,
// so that nothing but errors.As and errors.AsType looks there.
const wrapped = "%w"

// wrapping is an error whose text comes from text, made from the errors in a list of arguments.
func (r *run) wrapping(text taint, list *value) *value {
	out := &value{t: text, empty: true}
	if list == nil {
		return out
	}
	content := r.load(list)
	if content == nil {
		return out
	}
	var inner *value
	for _, p := range content.parts {
		if p != nil && (len(p.dyn) > 0 || p.parts[wrapped] != nil) {
			inner = join(inner, p)
		}
	}
	if inner != nil {
		out.parts = map[string]*value{wrapped: inner}
	}
	return out
}

// unwrapped is what an error, or one that it was made from, holds when it is of a type; nil when none is known to be.
func unwrapped(v *value, typ types.Type, depth int) *value {
	if v == nil || depth > maxDepth {
		return nil
	}
	out := unwrapped(v.parts[wrapped], typ, depth+1)
	if (len(v.refs) > 0 || len(v.parts) > 0) && slices.ContainsFunc(v.dyn, func(t types.Type) bool { return types.Identical(t, typ) }) {
		out = join(out, &value{refs: v.refs, parts: v.parts, t: v.t})
	}
	return out
}

func errorsAs(r *run, c *callSite, args []*value) *value {
	for _, x := range refsOf(args[1]) {
		if x.obj.typ != nil && x.path == "" {
			r.put(x.obj, r.errorOf(c, args[0], x.obj.typ))
		}
	}
	return nil
}

// errorsAsType gives what errors.As would store, and whether there is one.
func errorsAsType(r *run, c *callSite, args []*value) *value {
	return (&value{}).with(field(0), r.errorOf(c, args[0], c.sig.Results().At(0).Type()))
}

func (r *run) errorOf(c *callSite, err *value, typ types.Type) *value {
	for range maxDepth {
		if v := unwrapped(err, typ, 0); v != nil {
			return v
		}
		inner := r.innerError(c, err)
		if inner == nil {
			break
		}
		err = inner
	}
	return r.opaque(c.id+"/as", typ, textTaint(err))
}

func errorsJoin(r *run, c *callSite, args []*value) *value {
	return r.wrapping(r.print(c, args[0]), args[0])
}

// errorsUnwrap is the error that the method Unwrap gives.
func errorsUnwrap(r *run, c *callSite, args []*value) *value {
	if inner := r.innerError(c, args[0]); inner != nil {
		return inner
	}
	return args[0]
}

// innerError is what the methods Unwrap of our own errors give, nil when there is none.
func (r *run) innerError(c *callSite, err *value) *value {
	if err == nil {
		return nil
	}
	var out *value
	for _, typ := range err.dyn {
		fn := r.p.method(typ, "Unwrap")
		if fn == nil || fn.Blocks == nil {
			continue
		}
		inner := r.callOne(c, &closure{fn: fn}, []*value{err.withType(typ)})
		if fn.Signature.Results().Len() == 1 && !isError(fn.Signature.Results().At(0).Type()) {
			inner = r.part(r.load(inner), anyElement)
		}
		out = join(out, inner)
	}
	return out
}
