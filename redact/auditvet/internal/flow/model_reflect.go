package flow

import (
	"go/types"

	"github.com/daxis-io/arco-audit/redact/auditvet/internal/rule"
	"golang.org/x/tools/go/ssa"
)

// Selectors of a reflect.Value: what it shows, and the pointer to where that is kept.
const (
	reflected = "%rv"
	kept      = "%rp"
)

// models of package reflect.
func reflectModels() map[string]model {
	all := map[string]model{
		"reflect.ValueOf":             func(r *run, c *callSite, a []*value) *value { return reflecting(a[0], nil) },
		"reflect.New":                 reflectNew,
		"reflect.Indirect":            reflectElem,
		"(reflect.Value).Elem":        reflectElem,
		"(reflect.Value).Field":       reflectField,
		"(reflect.Value).FieldByName": reflectField,
		"(reflect.Value).Index":       reflectElement,
		"(reflect.Value).MapIndex":    reflectElement,
		"(reflect.Value).MapKeys":     reflectKeys,
		"(reflect.Value).MapRange":    func(r *run, c *callSite, a []*value) *value { return a[0] },
		"(*reflect.MapIter).Key":      func(r *run, c *callSite, a []*value) *value { return reflecting(r.reflectedPart(a[0], mapKeys), nil) },
		"(*reflect.MapIter).Value": func(r *run, c *callSite, a []*value) *value {
			return reflecting(r.reflectedPart(a[0], anyElement), nil)
		},
		"(reflect.Value).Interface": func(r *run, c *callSite, a []*value) *value { return r.part(a[0], reflected) },
		"(reflect.Value).Convert":   func(r *run, c *callSite, a []*value) *value { return a[0] },
		"(reflect.Value).Addr":      func(r *run, c *callSite, a []*value) *value { return reflecting(r.part(a[0], kept), nil) },
		"(reflect.Value).String":    func(r *run, c *callSite, a []*value) *value { return tainted(r.flatten(r.part(a[0], reflected))) },
		"(reflect.Value).Set": func(r *run, c *callSite, a []*value) *value {
			r.save(r.part(a[0], kept), r.part(a[1], reflected))
			return nil
		},
		"(reflect.Value).SetMapIndex":   reflectSetElement,
		"(reflect.Value).Call":          reflectCall,
		"reflect.TypeOf":                nothing,
		"(reflect.Value).Type":          nothing,
		"(reflect.Value).Bytes":         func(r *run, c *callSite, a []*value) *value { return r.part(a[0], reflected) },
		"(reflect.StructTag).Get":       nothing,
		"(reflect.Type).Field":          nothing,
		"(reflect.Value).NumField":      nothing,
		"(reflect.Value).UnsafePointer": func(r *run, c *callSite, a []*value) *value { return r.part(a[0], kept) },
	}
	for _, name := range []string{"String", "Bytes", "Int", "Uint"} {
		all["(reflect.Value).Set"+name] = func(r *run, c *callSite, a []*value) *value { return r.reflectSet(a[0], a[1]) }
	}
	return all
}

// reflectSet stores v where a reflect.Value is kept. What is put into a field whose name speaks of a secret is one: how it
// was found is not known here.
func (r *run) reflectSet(to, v *value) *value {
	at := r.part(to, kept)
	r.save(at, v)
	for _, x := range refsOf(at) {
		if _, name := x.place(); rule.Classify(name) == rule.Suspect && (v == nil || !v.empty) {
			r.save(&value{refs: []ref{x}}, v.and(r.source(soft, "field "+name)))
		}
	}
	return nil
}

// reflecting is a reflect.Value of v, which is kept where at points to.
func reflecting(v, at *value) *value {
	out := (&value{}).with(reflected, v)
	if at != nil {
		out = out.with(kept, at)
	}
	return out
}

// reflectNew is a pointer to a new variable.
func reflectNew(r *run, c *callSite, args []*value) *value {
	o := r.object(c.id + "/new")
	return reflecting(&value{refs: []ref{{obj: o}}}, nil)
}

// reflectElem is what a pointer points to, or what an interface holds.
func reflectElem(r *run, c *callSite, args []*value) *value {
	in := r.part(args[0], reflected)
	if in == nil || len(in.refs) == 0 {
		return args[0]
	}
	if len(in.dyn) == 1 {
		p, ok := in.dyn[0].Underlying().(*types.Pointer)
		if !ok {
			return args[0]
		}
		return reflecting(boxed(r.load(in), p.Elem()), &value{refs: in.refs})
	}
	return reflecting(r.load(in), &value{refs: in.refs})
}

// reflectField is the field with a number or name, or any of them.
func reflectField(r *run, c *callSite, args []*value) *value {
	in, at := r.part(args[0], reflected), r.part(args[0], kept)
	var s *types.Struct
	if in != nil && len(in.dyn) == 1 {
		s, _ = structOf(in.dyn[0])
	}
	if s == nil {
		return reflecting(tainted(r.flatten(in)), at)
	}
	var out, place *value
	for i := range s.NumFields() {
		if k := keysOf(args[1]); len(k) == 1 && k[0] != s.Field(i).Name() && k[0] != itoa(i) {
			continue
		}
		out = join(out, boxed(r.part(in, field(i)), s.Field(i).Type()))
		place = join(place, moved(at, field(i)))
	}
	return reflecting(out, place)
}

// reflectElement is an element of a slice, array or map.
func reflectElement(r *run, c *callSite, args []*value) *value {
	key := args[1]
	if k, ok := keyPart(key); ok {
		key = k
	}
	return reflecting(r.reflectedPart(args[0], indexSelector(key)), moved(r.part(args[0], reflected), indexSelector(key)))
}

// keyPart is what a key that is a reflect.Value shows.
func keyPart(key *value) (*value, bool) {
	if key == nil {
		return nil, false
	}
	k, ok := key.parts[reflected]
	return k, ok
}

// reflectedPart is a part of the list or map that a reflect.Value shows.
func (r *run) reflectedPart(v *value, sel string) *value {
	in := r.part(v, reflected)
	if in == nil {
		return nil
	}
	out := r.part(in, sel)
	if len(in.refs) > 0 {
		out = r.load(moved(in, sel))
	}
	if len(in.dyn) != 1 {
		return out
	}
	elem := elementType(in.dyn[0])
	if m, ok := in.dyn[0].Underlying().(*types.Map); ok && sel == mapKeys {
		elem = m.Key()
	}
	if elem == nil {
		return out
	}
	return boxed(out, elem)
}

func reflectKeys(r *run, c *callSite, args []*value) *value {
	return r.listOf(c, reflecting(r.reflectedPart(args[0], mapKeys), nil))
}

// listOf is a new slice with elements that are all v.
func (r *run) listOf(c *callSite, v *value) *value {
	o := r.object(c.id + "/listed")
	o.typ = c.sig.Results().At(0).Type()
	r.put(o, (&value{}).with(anyElement, v))
	return &value{refs: []ref{{obj: o}}}
}

func reflectSetElement(r *run, c *callSite, args []*value) *value {
	key, _ := keyPart(args[1])
	r.save(moved(r.part(args[0], reflected), indexSelector(key)), r.part(args[2], reflected))
	return nil
}

// reflectCall calls a function of this package with what the list of arguments shows. What others return comes from
// their arguments.
func reflectCall(r *run, c *callSite, args []*value) *value {
	in, list := r.part(args[0], reflected), r.load(args[1])
	out := tainted(r.flatten(in).union(r.flatten(args[1])))
	for _, fn := range fnsOf(in) {
		if fn.fn == nil || fn.fn.Blocks == nil {
			continue
		}
		var given []*value
		for i := range fn.fn.Params {
			given = append(given, r.part(r.part(list, element(itoa(i))), reflected))
		}
		out = boxedResult(r.callOne(c, fn, given), fn.fn)
	}
	return r.listOf(c, reflecting(out, nil))
}

func boxedResult(v *value, fn *ssa.Function) *value {
	if fn.Signature.Results().Len() != 1 {
		return v
	}
	return boxed(v, fn.Signature.Results().At(0).Type())
}
