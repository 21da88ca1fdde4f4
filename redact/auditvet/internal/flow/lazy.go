package flow

import (
	"go/types"
	"strconv"
	"strings"

	"github.com/daxis-io/arco-audit/redact/auditvet/internal/rule"
)

// element returns the selector of the element with a constant key.
func element(key string) string {
	return "[" + strings.NewReplacer("/", "\x01", "]", "\x02").Replace(key) + "]"
}

// keyOfSelector is the constant key that a selector of an element has.
func keyOfSelector(sel string) string {
	return strings.NewReplacer("\x01", "/", "\x02", "]").Replace(sel[1 : len(sel)-1])
}

func field(i int) string { return "." + strconv.Itoa(i) }

// opaque returns an unknown value of type typ. id names it: the same id is the same value.
func (r *run) opaque(id string, typ types.Type, carry taint) *value {
	if what, ok := r.p.secretType(typ); ok {
		carry = carry.union(r.source(hard, what))
	}
	switch u := typ.Underlying().(type) {
	case *types.Basic:
		if u.Info()&types.IsBoolean != 0 {
			return nil
		}
		return tainted(carry)
	case *types.Pointer:
		return r.pointing(id, u.Elem(), carry)
	case *types.Slice, *types.Map, *types.Chan:
		return r.pointing(id, typ, carry)
	case *types.Interface, *types.Signature:
		return &value{t: carry, lazy: &lazy{id: id, typ: typ, carry: carry}}
	case *types.Tuple:
		v := &value{}
		for i := range u.Len() {
			v = v.with(field(i), r.opaque(id+"/"+field(i), u.At(i).Type(), carry))
		}
		return v
	}
	return &value{lazy: &lazy{id: id, typ: typ, carry: carry}}
}

// pointing returns a reference to an unknown object.
func (r *run) pointing(id string, elem types.Type, carry taint) *value {
	o := r.object(id + "*")
	if o.typ == nil {
		o.typ, o.opaque, o.carry = elem, true, r.descend(carry, deref)
	} else if o.opaque {
		o.carry = o.carry.union(r.descend(carry, deref))
	}
	return &value{refs: []ref{{obj: o}}}
}

func (r *run) object(id string) *object {
	o := r.objects[id]
	if o == nil {
		o = &object{id: id}
		r.objects[id] = o
	}
	return o
}

// descend follows symbolic origins to a part of what they stand for.
func (r *run) descend(t taint, sel string) taint {
	var out taint
	for _, o := range t {
		if o.tier == symbolic && o.place == 0 && strings.Count(o.path, "/") < maxDepth {
			path := sel
			if o.path != "" {
				path = o.path + "/" + sel
			}
			o = r.p.origins.get(originKey{tier: symbolic, param: o.param, path: path})
		}
		out = out.union(taint{o})
	}
	return out
}

// part returns the part of v that sel names.
func (r *run) part(v *value, sel string) *value {
	if v == nil {
		return nil
	}
	if p, ok := v.parts[sel]; ok {
		return p
	}
	var out *value
	switch {
	case sel == anyElement:
		first := true
		for s, p := range v.parts {
			if isElement(s) && first {
				out, first = p, false
			} else if isElement(s) {
				out = join(out, p)
			}
		}
	case isElement(sel):
		out = v.parts[anyElement]
	}
	if v.lazy != nil {
		return join(out, r.made(v, sel))
	}
	if leaf := v.leaf(); leaf != nil {
		return join(out, leaf)
	}
	return out
}

// made makes the part of an unknown value that sel names.
func (r *run) made(v *value, sel string) *value {
	l := v.lazy
	carry := r.descend(l.carry, sel)
	id := l.id + "/" + sel
	switch u := l.typ.Underlying().(type) {
	case *types.Struct:
		i, err := strconv.Atoi(strings.TrimPrefix(sel, "."))
		if err != nil || i >= u.NumFields() {
			return tainted(carry)
		}
		return r.madeField(l, u.Field(i), id, carry)
	case *types.Map:
		if sel == mapKeys {
			return r.opaque(id, u.Key(), carry.only(symbolic))
		}
		if place, _ := r.placeOf(l); sel == anyElement && removed(v, place) {
			id += "-"
		}
		return r.withFunctions(r.opaque(id, u.Elem(), r.looked(v, sel, carry)), r.cellOf[l.id])
	case *types.Slice:
		return r.withFunctions(r.opaque(id, u.Elem(), carry), r.cellOf[l.id])
	case *types.Array:
		return r.opaque(id, u.Elem(), carry)
	case *types.Chan:
		return r.opaque(id, u.Elem(), carry)
	}
	return tainted(carry)
}

// madeField makes a field of an unknown struct.
func (r *run) madeField(l *lazy, f *types.Var, id string, carry taint) *value {
	name := fieldName(l.typ, f)
	switch {
	case r.p.safeField(f), rule.CleanFields[name]:
		return r.opaque(id, f.Type(), carry.only(symbolic))
	case rule.Fields[name] != "":
		carry = carry.union(r.source(hard, rule.Fields[name]))
	case rule.SoftFields[name] != "":
		carry = carry.union(r.source(soft, rule.SoftFields[name]))
	case r.p.secretField(f):
		carry = carry.union(r.source(hard, "field "+f.Name()+", marked //audit:secret"))
	case decoded(carry) && rule.Classify(f.Name()) == rule.Plain:
		carry = carry.only(symbolic)
	case !f.Exported() && f.Pkg() != nil && rule.Standard(f.Pkg().Path()): // nothing but its own package reads it
	case textual(f.Type()) && rule.Classify(f.Name()) == rule.Suspect && !r.p.isAuditType(l.typ):
		t := soft
		if !r.p.owns(l.typ) && f.Pkg() != nil && !rule.Standard(f.Pkg().Path()) && rule.Strong(f.Name()) {
			t = hard
		}
		carry = carry.union(r.source(t, "field "+f.Name()))
	}
	if cell := r.p.cells[name]; len(cell) > 0 {
		carry = carry.union(cell)
	}
	v := r.opaque(id, f.Type(), carry)
	if r.p.owns(l.typ) {
		r.cellOf[id+"*"] = name
		if _, calls := f.Type().Underlying().(*types.Signature); calls {
			v = r.withFunctions(v, name)
		}
	}
	if place := mapPlace(l.typ, f); place != 0 {
		return r.asProperties(v, id)
	}
	return v
}

// decoded reports whether a carry came from data: fields named like identifiers do not keep it.
func decoded(t taint) bool { return len(t.only(hard, soft)) > 0 }

// textual reports whether values of a type are text, or lists of it.
func textual(t types.Type) bool {
	switch u := t.Underlying().(type) {
	case *types.Basic:
		return u.Info()&types.IsString != 0
	case *types.Slice:
		b, ok := u.Elem().Underlying().(*types.Basic)
		return ok && (b.Kind() == types.Byte || b.Info()&types.IsString != 0)
	case *types.Pointer:
		b, ok := u.Elem().Underlying().(*types.Basic)
		return ok && b.Info()&types.IsString != 0
	}
	return false
}

// looked returns what an element of an unknown map comes from, by its key.
func (r *run) looked(v *value, sel string, carry taint) taint {
	place, generic := r.placeOf(v.lazy)
	if place == 0 && mapOfText(v.lazy.typ) {
		place = rule.Property
	}
	if place == 0 {
		return carry
	}
	if sel == anyElement {
		switch {
		case removed(v, place):
			return carry.only(symbolic)
		case generic != "":
			carry = carry.union(r.source(placeTier(place), generic))
		}
		return carry
	}
	key := keyOfSelector(sel)
	switch {
	case place.Secret(key):
		t := hard
		if place == rule.Property && generic == "" {
			t = soft
		}
		return carry.union(r.source(t, place.String()+" "+key))
	case place == rule.Header && rule.URLHeader(key):
		return carry.only(symbolic).union(r.source(soft, "URL in header "+key))
	case rule.Classify(key) == rule.Plain || place == rule.Header:
		return carry.only(symbolic)
	}
	return carry
}

func placeTier(p rule.Place) tier {
	if p == rule.Parameter {
		return soft
	}
	return hard
}

// removed reports whether the part of a map was taken out because of which the whole is a secret.
func removed(v *value, place rule.Place) bool {
	for sel, p := range v.parts {
		if isElement(sel) && sel != anyElement && p == nil && place.Secret(strings.Trim(sel, "[]")) {
			if place != rule.Header || sel == "[Authorization]" {
				return true
			}
		}
	}
	return false
}

// properties marks maps of configuration that hold credentials beside other things.
const properties = "?properties"

func (r *run) asProperties(v *value, id string) *value {
	o := r.object(id + "*")
	o.id = id + properties + "*"
	return v
}

// placeOf says what kind of place an unknown map is, and what the whole of it is called when it holds secrets.
func (r *run) placeOf(l *lazy) (rule.Place, string) {
	switch typeName(l.typ) {
	case "net/http.Header", "net/textproto.MIMEHeader":
		return rule.Header, "request headers"
	case "google.golang.org/grpc/metadata.MD":
		return rule.Header, "metadata of a call"
	case "net/url.Values":
		return rule.Parameter, "parameters of a request"
	}
	if strings.Contains(l.id, properties) {
		return rule.Property, "configuration of a storage credential"
	}
	return 0, ""
}

// mapPlace recognises the maps of an Iceberg catalog's answer that hold vended credentials.
func mapPlace(owner types.Type, f *types.Var) rule.Place {
	if !mapOfText(f.Type()) {
		return 0
	}
	switch strings.ToLower(f.Name()) {
	case "config", "credentials", "storagecredentials", "credential":
	default:
		return 0
	}
	name := strings.ToLower(typeName(owner))
	for _, part := range []string{"credential", "loadtable", "loadview", "vended"} {
		if strings.Contains(name, part) {
			return rule.Property
		}
	}
	return 0
}

func mapOfText(t types.Type) bool {
	m, ok := t.Underlying().(*types.Map)
	if !ok {
		return false
	}
	k, ok := m.Key().Underlying().(*types.Basic)
	return ok && k.Info()&types.IsString != 0
}

// typeName is "import path.Name" of a named type or a pointer to one, "" for others.
func typeName(t types.Type) string {
	if p, ok := types.Unalias(t).(*types.Pointer); ok {
		t = p.Elem()
	}
	n, ok := types.Unalias(t).(*types.Named)
	if !ok {
		return ""
	}
	if n.Obj().Pkg() == nil {
		return n.Obj().Name()
	}
	return n.Obj().Pkg().Path() + "." + n.Obj().Name()
}

func fieldName(owner types.Type, f *types.Var) string { return typeName(owner) + "." + f.Name() }
