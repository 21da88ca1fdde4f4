package flow

import (
	"go/types"
	"reflect"

	"github.com/daxis-io/arco-audit/redact/auditvet/internal/rule"
	"golang.org/x/tools/go/ssa"
)

// form says how a value becomes text.
type form uint8

const (
	raw     form = iota // all that can be reached
	printed             // fmt: methods String and Error of what is exported decide
	encoded             // encoding/json: tags decide too
)

// reach collects what can be reached from a value.
type reach struct {
	r    *run
	form form
	seen map[*object]bool
	call *callSite // for the methods that printing calls; nil: they are not called
	work int
}

// maxReach bounds how many values one flattening looks at.
const maxReach = 600

// flatten returns what a value and all that it points to come from.
func (r *run) flatten(v *value) taint {
	return (&reach{r: r, seen: make(map[*object]bool)}).of(v, nil, 0)
}

// text returns what v, of type typ, carries into text of a form.
func (r *run) text(v *value, typ types.Type, f form, call *callSite) taint {
	return (&reach{r: r, form: f, seen: make(map[*object]bool), call: call}).of(v, typ, 0)
}

func (c *reach) of(v *value, typ types.Type, depth int) taint {
	c.work++
	if v == nil || depth > maxDepth || c.work > maxReach {
		return nil
	}
	if v.alts != nil && c.form != raw {
		return c.ofAlternatives(v, depth)
	}
	if len(v.dyn) == 1 {
		typ = v.dyn[0]
	}
	if typ == nil && v.lazy != nil {
		typ = v.lazy.typ
	}
	var out taint
	if typ != nil {
		if opaqueText(typ) {
			return nil
		}
		t, all := c.byMethod(v, typ)
		if all {
			return t
		}
		out = t
	}
	out = out.union(v.t)
	for _, x := range v.refs {
		if c.seen[x.obj] {
			continue
		}
		c.seen[x.obj] = true
		p := c.r.content(x.obj)
		for _, sel := range selectors(x.path) {
			p = c.r.part(p, sel)
		}
		out = out.union(c.of(p, pointed(typ, x), depth+1))
	}
	return out.union(c.ofParts(v, typ, depth))
}

// ofAlternatives looks at what an interface holds type by type.
func (c *reach) ofAlternatives(v *value, depth int) taint {
	var out taint
	for _, w := range v.alts {
		out = out.union(c.of(w, nil, depth))
	}
	return out
}

// pointed is the type of what a reference of type typ leads to.
func pointed(typ types.Type, x ref) types.Type {
	if typ == nil {
		if x.path == "" {
			return x.obj.typ
		}
		return nil
	}
	if p, ok := typ.Underlying().(*types.Pointer); ok {
		return p.Elem()
	}
	return typ
}

func (c *reach) ofParts(v *value, typ types.Type, depth int) taint {
	var out taint
	s, isStruct := structOf(typ)
	for sel, p := range v.parts {
		if sel == wrapped || sel == mapKeys && c.form == raw && v.lazy != nil {
			continue
		}
		var pt types.Type
		if isStruct && sel != reflected {
			f := structField(s, sel)
			if f < 0 || c.hides(s, f) {
				continue
			}
			pt = s.Field(f).Type()
			if c.form == printed && !s.Field(f).Exported() {
				c := &reach{r: c.r, form: raw, seen: c.seen}
				out = out.union(c.of(p, pt, depth+1))
				continue
			}
		}
		out = out.union(c.of(p, pt, depth+1))
	}
	if v.lazy == nil {
		return out
	}
	return out.union(c.ofLazy(v, s, isStruct, depth))
}

// ofLazy makes the parts that nobody has looked at yet.
func (c *reach) ofLazy(v *value, s *types.Struct, isStruct bool, depth int) taint {
	var out taint
	switch {
	case isStruct:
		for i := range s.NumFields() {
			if _, known := v.parts[field(i)]; !known && !c.hides(s, i) {
				out = out.union(c.of(c.r.made(v, field(i)), s.Field(i).Type(), depth+1))
			}
		}
	case v.lazy.typ != nil && types.IsInterface(v.lazy.typ):
		out = v.lazy.carry
		if isError(v.lazy.typ) && c.form != raw && depth == 0 {
			out = out.union(c.r.source(soft, "text of an error"))
		}
	default:
		out = c.of(c.r.made(v, anyElement), nil, depth+1)
	}
	return out
}

func structOf(typ types.Type) (*types.Struct, bool) {
	if typ == nil {
		return nil, false
	}
	s, ok := typ.Underlying().(*types.Struct)
	return s, ok
}

func structField(s *types.Struct, sel string) int {
	for i := range s.NumFields() {
		if field(i) == sel {
			return i
		}
	}
	return -1
}

// hides reports whether a form of text leaves a field out.
func (c *reach) hides(s *types.Struct, i int) bool {
	if c.r.p.safeField(s.Field(i)) {
		return true
	}
	if c.form != encoded {
		return false
	}
	tag := reflect.StructTag(s.Tag(i)).Get("json")
	return tag == "-" || !s.Field(i).Exported() && !s.Field(i).Embedded()
}

// byMethod looks at the method that turns a value into text, if its type has one, and reports whether that is all that
// is shown of it. Encoders call methods that printing does not.
func (c *reach) byMethod(v *value, typ types.Type) (taint, bool) {
	if c.form == raw {
		return nil, false
	}
	if isURL(typ) && c.form == printed {
		return c.r.urlText(v, false), true
	}
	if c.call == nil || types.IsInterface(typ) {
		return nil, false
	}
	names := []string{"Format", "Error", "String", "GoString"}
	if c.form == encoded {
		names = []string{"MarshalJSONTo", "MarshalJSON", "MarshalXML", "MarshalText"}
	}
	for _, name := range names {
		if fn := c.r.p.method(typ, name); fn != nil && fn.Blocks != nil {
			return c.r.textByMethod(c.call, fn, v), true
		}
	}
	var out taint
	for _, name := range []string{"MarshalXML", "MarshalText", "MarshalBinary", "GobEncode", "LogValue"} {
		if fn := c.r.p.method(typ, name); c.form == printed && fn != nil && fn.Blocks != nil {
			out = out.union(c.r.textByMethod(c.call, fn, v))
		}
	}
	return out, false
}

// textByMethod is what a method that turns v into text returns, and what it writes to the encoder or state it is given.
func (r *run) textByMethod(call *callSite, fn *ssa.Function, v *value) taint {
	args := []*value{v}
	for i := range fn.Signature.Params().Len() {
		var given *value
		if _, basic := fn.Signature.Params().At(i).Type().Underlying().(*types.Basic); !basic {
			o := r.object(call.id + "/" + fn.Name() + field(i))
			r.put(o, nil)
			given = &value{refs: []ref{{obj: o}}}
		}
		args = append(args, given)
	}
	t := r.flatten(r.inline(call, &closure{fn: fn}, args))
	for _, given := range args[1:] {
		t = t.union(r.flatten(given))
	}
	return t
}

// opaqueText reports types that show nothing of what they hold.
func opaqueText(t types.Type) bool {
	name := typeName(t)
	return name == rule.Redact+".Secret" || name == rule.Redact+".Key" || name == rule.Redact+".Keys" || name == "time.Time" ||
		name == "time.Duration" || name == "github.com/google/uuid.UUID" || name == "net/netip.Addr" || name == "crypto/rsa.PublicKey"
}

func isError(t types.Type) bool {
	return types.Implements(t, types.Universe.Lookup("error").Type().Underlying().(*types.Interface))
}

func isURL(t types.Type) bool { return typeName(t) == "net/url.URL" }
