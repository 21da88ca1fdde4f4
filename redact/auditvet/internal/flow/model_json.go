package flow

import (
	"go/types"
	"reflect"
	"strings"
)

// models of encoding/json and its like.
func jsonModels() map[string]model {
	unmarshal := func(r *run, c *callSite, a []*value) *value { return r.decode(c, a[0], a[1]) }
	return map[string]model{
		"encoding/json.Marshal":       jsonMarshal,
		"encoding/json.MarshalIndent": jsonMarshal,
		"(*encoding/json.Encoder).Encode": func(r *run, c *callSite, a []*value) *value {
			return r.writeTo(c, a[0], r.text(a[1], nil, encoded, c))
		},
		"encoding/json.Unmarshal":         unmarshal,
		"encoding/xml.Unmarshal":          unmarshal,
		"(*encoding/json.Decoder).Decode": unmarshal,
		"(*encoding/xml.Decoder).Decode":  unmarshal,
		"(*encoding/gob.Decoder).Decode":  unmarshal,
	}
}

// jsonMarshal makes bytes that remember what they encode.
func jsonMarshal(r *run, c *callSite, args []*value) *value {
	out := r.bytes(c, r.text(args[0], nil, encoded, c))
	out.refs[0].obj.encodes = args[0]
	return (&value{}).with(field(0), out)
}

// decode fills what the target points to with unknown values that come from the data, part by part when it is known
// what the data encode. Maps and pointers that are there already are filled, not replaced.
func (r *run) decode(c *callSite, data, target *value) *value {
	t := r.flatten(data)
	from := encodedBy(data)
	for _, x := range refsOf(target) {
		typ := r.typeAt(x)
		if typ == nil {
			continue
		}
		v := r.opaque(c.id+"/decoded/"+x.path, typ, t)
		if from != nil {
			v = r.decodedParts(c, v, typ, from)
		}
		old := r.load(&value{refs: []ref{x}})
		r.put(x.obj, r.replace(r.content(x.obj), selectors(x.path), v, !x.obj.multi))
		r.remember(x, v)
		r.eachOwn(boxed(&value{refs: []ref{x}}, types.NewPointer(typ)), "UnmarshalJSON", func(m *closure, v *value) {
			r.callOne(c, m, []*value{v, r.bytes(c, t)})
		})
		if old != nil && len(old.refs) > 0 && isReference(typ) {
			r.fillExisting(c, old, typ, v)
		}
	}
	return r.result(c, nil)
}

func isReference(typ types.Type) bool {
	switch typ.Underlying().(type) {
	case *types.Map, *types.Pointer:
		return true
	}
	return false
}

// fillExisting lets what a map or pointer referred to before hold what was decoded.
func (r *run) fillExisting(c *callSite, old *value, typ types.Type, v *value) {
	for _, x := range refsOf(old) {
		if x.path == "" {
			r.put(x.obj, join(r.content(x.obj), r.load(v)))
			r.remember(x, v)
		}
	}
}

// typeAt is the type of the place that a reference leads to.
func (r *run) typeAt(x ref) types.Type {
	typ := x.obj.typ
	for _, sel := range selectors(x.path) {
		if s, ok := structOf(typ); ok && structField(s, sel) >= 0 {
			typ = s.Field(structField(s, sel)).Type()
		} else if typ = elementType(typ); typ == nil {
			return nil
		}
	}
	return typ
}

// encodedBy is the struct or map that data are the encoding of, nil when that is not known.
func encodedBy(data *value) *value {
	if data == nil || len(data.refs) != 1 || data.refs[0].path != "" {
		return nil
	}
	v := data.refs[0].obj.encodes
	if v == nil || len(v.dyn) != 1 {
		return nil
	}
	return v
}

// encodedParts are the parts of what was encoded, by their names; false when they are not all known.
func (r *run) encodedParts(from *value) (map[string]*value, bool) {
	typ := from.dyn[0]
	if p, ok := typ.Underlying().(*types.Pointer); ok {
		typ, from = p.Elem(), r.load(from)
	}
	out := make(map[string]*value)
	if s, ok := structOf(typ); ok {
		for i := range s.NumFields() {
			if name := jsonName(s, i); name != "-" && s.Field(i).Exported() {
				out[name] = typed(r.part(from, field(i)), s.Field(i).Type())
			}
		}
		return out, true
	}
	m, ok := typ.Underlying().(*types.Map)
	content := r.load(from)
	if !ok || !isString(m.Key()) || content == nil || content.lazy != nil {
		return nil, false
	}
	for sel, p := range content.parts {
		switch {
		case sel == anyElement:
			return nil, false
		case isElement(sel):
			out[keyOfSelector(sel)] = typed(p, m.Elem())
		}
	}
	return out, true
}

// decodedParts gives the fields of a struct, or the elements of a map, what the parts of the same name were encoded from.
func (r *run) decodedParts(c *callSite, v *value, typ types.Type, from *value) *value {
	parts, known := r.encodedParts(from)
	if !known {
		return v
	}
	if _, isMap := typ.Underlying().(*types.Map); isMap {
		return r.decodedMap(c, typ, parts)
	}
	to, isStruct := structOf(typ)
	for i := 0; isStruct && i < to.NumFields(); i++ {
		if !textual(to.Field(i).Type()) {
			continue
		}
		var part *value
		for name, p := range parts {
			if strings.EqualFold(name, jsonName(to, i)) {
				part = join(part, p)
			}
		}
		v = v.with(field(i), tainted(r.flatten(part)))
	}
	return v
}

// decodedMap is a map with an element for each part.
func (r *run) decodedMap(c *callSite, typ types.Type, parts map[string]*value) *value {
	content := (&value{}).with(mapKeys, &value{empty: true})
	for name, p := range parts {
		part := tainted(r.flatten(p))
		if types.IsInterface(elementType(typ)) {
			part = boxed(part, types.Typ[types.String])
			if p != nil && len(p.dyn) == 1 && !isString(p.dyn[0]) {
				part.dyn = nil
			}
		}
		content = content.with(element(name), part)
	}
	o := r.object(c.id + "/decoded")
	o.typ = typ
	r.put(o, content)
	return &value{refs: []ref{{obj: o}}}
}

// jsonName is the name under which a field is encoded.
func jsonName(s *types.Struct, i int) string {
	name, _, _ := strings.Cut(reflect.StructTag(s.Tag(i)).Get("json"), ",")
	if name == "" {
		return s.Field(i).Name()
	}
	return name
}
