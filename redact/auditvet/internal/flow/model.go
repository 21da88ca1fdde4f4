package flow

import (
	"go/types"
	"maps"

	"github.com/daxis-io/arco-audit/redact/auditvet/internal/rule"
)

// model executes a call of a function that is known by name.
type model func(r *run, c *callSite, args []*value) *value

// modelled executes a call by what the tables say about the function.
func (r *run) modelled(c *callSite, obj *types.Func, name string, args []*value) (*value, bool) {
	if obj.Pkg() == nil {
		return nil, false
	}
	if obj.Pkg().Path() == rule.Audit && obj.Pkg() != r.p.pass.Pkg {
		r.sinks(c, obj, args)
		return r.result(c, nil), true
	}
	if rule.Clean[name] {
		return r.result(c, nil), true
	}
	if res, ok := rule.Results[name]; ok {
		return r.resultAt(c, res.Index, r.source(hard, res.What)), true
	}
	if l, ok := rule.Keyed[name]; ok {
		return r.keyed(c, l, args), true
	}
	if m := r.p.models[name]; m != nil {
		return m(r, c, args), true
	}
	return nil, false
}

// resultAt is the result of a call whose i-th component comes from t.
func (r *run) resultAt(c *callSite, i int, t taint) *value {
	results := c.sig.Results()
	if results.Len() == 1 {
		return r.opaque(c.id+"/result", results.At(0).Type(), t)
	}
	out := r.result(c, nil)
	return out.with(field(i), r.opaque(c.id+"/result"+field(i), results.At(i).Type(), t))
}

// keyed is the result of a lookup by name.
func (r *run) keyed(c *callSite, l rule.Lookup, args []*value) *value {
	if l.Argument >= len(args) {
		return r.result(c, nil)
	}
	key := args[l.Argument]
	if l.Place == rule.File && l.Argument > 0 { // a file system that is in memory
		if t := r.flatten(args[0]); len(t.only(hard, soft)) > 0 {
			return r.resultAt(c, 0, t)
		}
	}
	if key == nil || len(key.keys) == 0 {
		t := r.symbolicLookup(l.Place, key)
		if key != nil {
			t = t.union(key.t.only(hard, soft))
		}
		for _, k := range key.fragments() {
			if l.Place != rule.Cookie && l.Place.Secret(k) {
				t = t.union(r.source(placeTier(l.Place), l.Place.String()+" "+k))
			}
		}
		return r.resultAt(c, 0, t)
	}
	for _, k := range key.keys {
		if l.Place.Secret(k) {
			return r.resultAt(c, 0, r.source(hard, l.Place.String()+" "+k))
		}
	}
	out := r.resultAt(c, 0, nil)
	if l.Place == rule.Cookie { // its fields say by themselves that cookies are secrets
		first := r.part(out, field(0))
		r.save(moved(first, field(fieldIndex(c.sig.Results().At(0).Type(), "Value"))), nil)
	}
	return out
}

func fieldIndex(t types.Type, name string) int {
	if p, ok := t.Underlying().(*types.Pointer); ok {
		t = p.Elem()
	}
	s, ok := structOf(t)
	for i := 0; ok && i < s.NumFields(); i++ {
		if s.Field(i).Name() == name {
			return i
		}
	}
	return 0
}

// symbolicLookup is what place keeps under a name that a parameter holds: the callers know it.
func (r *run) symbolicLookup(place rule.Place, key *value) taint {
	if key == nil {
		return nil
	}
	var t taint
	for _, o := range key.t {
		if o.tier == symbolic && o.place == 0 {
			t = t.union(taint{r.p.origins.get(originKey{tier: symbolic, param: o.param, path: o.path, place: place, pos: r.pos})})
		}
	}
	return t
}

// conditional is symbolicLookup for the maps that are places.
func (r *run) conditional(m *value, typ types.Type, key *value) *value {
	var place rule.Place
	switch typeName(typ) {
	case "net/http.Header":
		place = rule.Header
	case "net/url.Values":
		place = rule.Parameter
	default:
		return nil
	}
	return tainted(r.symbolicLookup(place, key))
}

// allModels are the functions whose effect is more than passing on what they get.
func allModels() map[string]model {
	all := models()
	maps.Copy(all, httpModels())
	maps.Copy(all, requestModels())
	maps.Copy(all, syncModels())
	maps.Copy(all, jsonModels())
	maps.Copy(all, sliceModels())
	maps.Copy(all, reflectModels())
	maps.Copy(all, templateModels())
	maps.Copy(all, logModels())
	maps.Copy(all, causeModels())
	maps.Copy(all, flagModels())
	return all
}

func models() map[string]model {
	return map[string]model{
		"errors.New":  func(r *run, c *callSite, a []*value) *value { return knownError(c, textOf(a[0])) },
		"fmt.Errorf":  func(r *run, c *callSite, a []*value) *value { return r.wrapping(r.format(c, a, 0), a[1]) },
		"fmt.Sprintf": sprintf,
		"fmt.Appendf": func(r *run, c *callSite, a []*value) *value {
			return r.bytes(c, r.flatten(a[0]).union(r.format(c, a, 1)))
		},
		"fmt.Sprint":   func(r *run, c *callSite, a []*value) *value { return tainted(r.print(c, a[0])) },
		"fmt.Sprintln": func(r *run, c *callSite, a []*value) *value { return tainted(r.print(c, a[0])) },
		"fmt.Append": func(r *run, c *callSite, a []*value) *value {
			return r.bytes(c, r.flatten(a[0]).union(r.print(c, a[1])))
		},
		"fmt.Fprintf":                           func(r *run, c *callSite, a []*value) *value { return r.writeTo(c, a[0], r.format(c, a, 1)) },
		"fmt.Fprint":                            func(r *run, c *callSite, a []*value) *value { return r.writeTo(c, a[0], r.print(c, a[1])) },
		"fmt.Fprintln":                          func(r *run, c *callSite, a []*value) *value { return r.writeTo(c, a[0], r.print(c, a[1])) },
		"path.Join":                             joinedFile,
		"path/filepath.Join":                    joinedFile,
		"io.WriteString":                        func(r *run, c *callSite, a []*value) *value { return r.writeTo(c, a[0], textTaint(a[1])) },
		"errors.As":                             errorsAs,
		"errors.AsType":                         errorsAsType,
		"errors.Unwrap":                         errorsUnwrap,
		"errors.Join":                           errorsJoin,
		"strings.Cut":                           stringsCut,
		"strings.Split":                         stringsSplit,
		"strings.SplitN":                        stringsSplit,
		"strings.SplitAfterN":                   stringsSplit,
		"strings.Fields":                        stringsSplit,
		"(hash.Hash).Sum":                       func(r *run, c *callSite, a []*value) *value { return r.bytes(c, r.flatten(a[1])) },
		"(*strings.Builder).Reset":              forget,
		"(*bytes.Buffer).Reset":                 forget,
		"(*bytes.Buffer).Truncate":              truncated,
		"io.Pipe":                               ioPipe,
		"maps.Clone":                            cloned,
		"slices.Clone":                          cloned,
		"bytes.Clone":                           cloned,
		"strings.Clone":                         func(r *run, c *callSite, a []*value) *value { return a[0] },
		"maps.Copy":                             mapsCopy,
		"maps.DeleteFunc":                       func(r *run, c *callSite, a []*value) *value { return nil },
		"sync.OnceValue":                        func(r *run, c *callSite, a []*value) *value { return a[0] },
		"sync.OnceValues":                       func(r *run, c *callSite, a []*value) *value { return a[0] },
		"sync.OnceFunc":                         func(r *run, c *callSite, a []*value) *value { return a[0] },
		"context.WithValue":                     withValue,
		"context.WithCancel":                    sameContext,
		"context.WithTimeout":                   sameContext,
		"context.WithDeadline":                  sameContext,
		"context.WithoutCancel":                 func(r *run, c *callSite, a []*value) *value { return a[0] },
		"(context.Context).Value":               contextValue,
		"(context.Context).Err":                 func(r *run, c *callSite, a []*value) *value { return knownError(c, nil) },
		"net/http.Error":                        nothing,
		"(*net/http.Client).Do":                 response,
		"(*net/http.Client).Get":                response,
		"(*net/http.Client).Post":               response,
		"net/http.Get":                          response,
		"net/http.Post":                         response,
		"(net/http.RoundTripper).RoundTrip":     response,
		"(net/http.ResponseWriter).Write":       nothing,
		"(net/http.ResponseWriter).WriteHeader": nothing,
	}
}

func nothing(r *run, c *callSite, args []*value) *value { return r.result(c, nil) }

// knownError is an error whose text comes from v.
func knownError(c *callSite, v *value) *value {
	return &value{t: textTaint(v), empty: true}
}

func textTaint(v *value) taint {
	if v == nil {
		return nil
	}
	return v.t
}

// bytes is a new slice of bytes that come from t.
func (r *run) bytes(c *callSite, t taint) *value {
	o := r.object(c.id + "/bytes")
	o.typ = c.sig.Results().At(0).Type()
	r.put(o, (&value{}).with(anyElement, tainted(t)))
	return &value{refs: []ref{{obj: o}}}
}

// writeTo lets the writer carry t, when it is one of memory.
func (r *run) writeTo(c *callSite, w *value, t taint) *value {
	if len(t) > 0 && !r.written(c, w, t) {
		for _, x := range refsOf(w) {
			r.pour(c, x, t)
		}
	}
	return r.result(c, nil)
}

// written calls the method Write of a writer that this package declares.
func (r *run) written(c *callSite, w *value, t taint) bool {
	if w == nil || len(w.dyn) != 1 {
		return false
	}
	fn := r.p.method(w.dyn[0], "Write")
	if fn == nil || fn.Blocks == nil {
		return false
	}
	o := r.object(c.id + "/written")
	o.typ = types.NewSlice(types.Typ[types.Byte])
	r.put(o, (&value{}).with(anyElement, tainted(t)))
	r.callOne(c, &closure{fn: fn}, []*value{w, {refs: []ref{{obj: o}}}})
	return true
}

// forget empties what the receiver points to.
func forget(r *run, c *callSite, args []*value) *value {
	r.save(args[0], nil)
	return nil
}

// truncated empties a buffer that is cut to nothing.
func truncated(r *run, c *callSite, args []*value) *value {
	if k := keysOf(args[1]); len(k) == 1 && k[0] == "0" {
		return forget(r, c, args)
	}
	return nil
}

// cloned is a copy of a map or slice.
func cloned(r *run, c *callSite, args []*value) *value {
	if args[0] == nil {
		return nil
	}
	o := r.object(c.id + "/clone")
	o.typ = c.sig.Results().At(0).Type()
	r.put(o, r.load(args[0]))
	return &value{refs: []ref{{obj: o}}}
}

// joinedFile is a path of which some parts may be known.
func joinedFile(r *run, c *callSite, args []*value) *value {
	var known []string
	for _, p := range r.load(args[0]).partsOf() {
		known = unionTexts(known, p.fragments())
	}
	return tainted(r.flatten(args[0])).withFragments(known)
}

func keysOf(v *value) []string {
	if v == nil {
		return nil
	}
	return v.keys
}

func mapsCopy(r *run, c *callSite, args []*value) *value {
	from := r.load(args[1])
	for _, x := range refsOf(args[0]) {
		if x.path == "" {
			r.put(x.obj, join(r.content(x.obj), from))
		}
	}
	return nil
}

func ioPipe(r *run, c *callSite, args []*value) *value {
	o := r.object(c.id + "/pipe")
	if o.typ == nil {
		o.typ = c.sig.Results().At(0).Type().Underlying().(*types.Pointer).Elem()
		r.put(o, nil)
	}
	v := &value{refs: []ref{{obj: o}}}
	return (&value{}).with(field(0), v).with(field(1), v)
}
