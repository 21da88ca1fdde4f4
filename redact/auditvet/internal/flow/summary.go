package flow

import (
	"go/types"
	"slices"
	"strings"

	"github.com/daxis-io/arco-audit/redact/auditvet/internal/rule"
)

// Summary is the fact about a function: what its results come from, what it writes, which parameters it hands to a
// constructor of identifiers, which function parameters it calls with what.
type Summary struct {
	Result *Shape
	Sinks  []SinkFact
	Writes []WriteFact
	Calls  []CallFact
}

// AFact marks Summary as a fact.
func (*Summary) AFact() {}

// String describes the summary in tests.
func (s *Summary) String() string { return "summary" }

// OriginFact is an origin in a fact. Place 0 and Tier 0 is a parameter's part itself.
type OriginFact struct {
	Tier  uint8
	What  string
	Param int
	Path  string
	Place uint8
}

// Shape is what is known of a result.
type Shape struct {
	Origins []OriginFact
	Elem    *Shape // what a pointer, slice, map or channel refers to
	Parts   map[string]*Shape
	Alias   int // 1 + the parameter that the result is
	Func    *Summary
}

// SinkFact says that a parameter's part reaches a constructor of identifiers.
type SinkFact struct {
	From OriginFact
	Sink string
}

// WriteFact says that what a parameter points to holds something new after the call.
type WriteFact struct {
	Param int
	Path  string
	From  []OriginFact
}

// CallFact says that a function parameter is called.
type CallFact struct {
	Param int
	Path  string
	Args  [][]OriginFact
}

// own begins the numbers of the parameters of a function that is itself a result.
const own = 100

// maxShape bounds the depth of a shape.
const maxShape = 4

func fact(o *origin) OriginFact {
	return OriginFact{Tier: uint8(o.tier), What: o.what, Param: o.param, Path: o.path, Place: uint8(o.place)}
}

func facts(t taint) []OriginFact {
	var out []OriginFact
	for _, o := range t {
		out = append(out, fact(o))
	}
	return out
}

// summarise completes the summary of the root when it has run.
func (r *run) summarise(result *value) *Summary {
	r.summary.Result = r.shape(result, 0)
	for o, v := range r.st.m {
		if param, path, ok := paramPath(o.id); ok && o.opaque {
			r.noteWrites(param, path, v, 0)
		}
	}
	return r.summary
}

func (r *run) shape(v *value, depth int) *Shape {
	if v == nil || depth > maxShape {
		return nil
	}
	s := &Shape{Origins: facts(v.t)}
	if v.lazy != nil {
		s.Origins = facts(v.t.union(v.lazy.carry))
	}
	if len(v.refs) > 0 {
		if n, path, ok := paramPath(v.refs[0].obj.id); ok && path == deref && v.refs[0].path == "" && len(v.refs) == 1 && n < own {
			s.Alias = n + 1
		} else {
			s.Elem = r.shape(r.load(v), depth+1)
		}
	}
	for sel, p := range v.parts {
		if sub := r.shape(p, depth+1); sub != nil {
			if s.Parts == nil {
				s.Parts = make(map[string]*Shape)
			}
			s.Parts[sel] = sub
		}
	}
	if len(v.fns) > 0 && v.fns[0].fn != nil && v.fns[0].fn.Blocks != nil && depth <= 1 {
		s.Func = r.functionShape(v.fns[0])
	}
	return s
}

// functionShape is the summary of a function that is a result: its own parameters are numbered from own.
func (r *run) functionShape(c *closure) *Summary {
	outer := r.summary
	r.summary = &Summary{}
	var args []*value
	for i, p := range c.fn.Params {
		carry := taint{r.p.origins.get(originKey{tier: symbolic, param: own + i})}
		args = append(args, r.opaque("p"+itoa(own+i), p.Type(), carry))
	}
	result := r.activate(c, args, 0)
	s := r.summary
	s.Result = r.shape(result, 2)
	r.summary = outer
	return s
}

// paramPath reads from the id of an object which parameter leads to it, and how.
func paramPath(id string) (param int, path string, ok bool) {
	if !strings.HasPrefix(id, "p") {
		return 0, "", false
	}
	i := 1
	for i < len(id) && id[i] >= '0' && id[i] <= '9' {
		param = param*10 + int(id[i]-'0')
		i++
	}
	var sels []string
	for i < len(id) {
		switch id[i] {
		case '*':
			sels = append(sels, deref)
			i++
		case '/':
			end := i + 1
			if end < len(id) && id[end] == '[' {
				end += strings.IndexByte(id[end:], ']') + 1
			} else {
				for end < len(id) && id[end] != '/' && id[end] != '*' {
					end++
				}
			}
			sels = append(sels, id[i+1:end])
			i = end
		default:
			return 0, "", false
		}
	}
	return param, strings.Join(sels, "/"), i > 1
}

// noteWrites adds what an object that a parameter leads to holds now.
func (r *run) noteWrites(param int, path string, v *value, depth int) {
	if v == nil || depth > maxShape || len(r.summary.Writes) > 32 {
		return
	}
	var from taint
	for _, o := range v.t.union(r.reached(v)) {
		if o.tier == soft || o.tier == symbolic && o.param == param && strings.HasPrefix(path, o.path) {
			continue
		}
		from = append(from, o)
	}
	if v.lazy != nil {
		from = from.union(v.lazy.carry.only(hard))
	}
	if len(from) > 0 {
		r.summary.Writes = append(r.summary.Writes, WriteFact{Param: param, Path: path, From: facts(from)})
	}
	for sel, p := range v.parts {
		r.noteWrites(param, path+"/"+sel, p, depth+1)
	}
	r.noteCopied(param, path, v, depth)
}

// noteCopied adds the fields of a struct that another parameter holds and that was stored as a whole.
func (r *run) noteCopied(param int, path string, v *value, depth int) {
	if v.lazy == nil {
		return
	}
	s, ok := structOf(v.lazy.typ)
	if !ok || !slices.ContainsFunc(v.lazy.carry, func(o *origin) bool { return o.tier == symbolic && o.param != param }) {
		return
	}
	for i := range s.NumFields() {
		if _, known := v.parts[field(i)]; !known && (textual(s.Field(i).Type()) || types.IsInterface(s.Field(i).Type())) {
			r.noteWrites(param, path+"/"+field(i), tainted(r.descend(v.lazy.carry, field(i))), depth+1)
		}
	}
}

// reached is what the new objects hold that a value refers to.
func (r *run) reached(v *value) taint {
	var t taint
	for _, x := range v.refs {
		if !x.obj.opaque {
			t = t.union(r.flatten(&value{refs: []ref{x}}))
		}
	}
	return t
}

// noteSink records that something symbolic reaches a constructor.
func (r *run) noteSink(o *origin, sink string) {
	f := SinkFact{From: fact(o), Sink: sink}
	if slices.Contains(r.summary.Sinks, f) {
		return
	}
	r.summary.Sinks = append(r.summary.Sinks, f)
}

// noteCall records the call of a function that a parameter leads to.
func (r *run) noteCall(c *callSite, fn *value) {
	for _, o := range fn.t {
		if o.tier != symbolic || o.place != 0 || len(r.summary.Calls) > 16 {
			continue
		}
		f := CallFact{Param: o.param, Path: o.path}
		for _, a := range c.args {
			f.Args = append(f.Args, facts(r.flatten(a)))
		}
		r.summary.Calls = append(r.summary.Calls, f)
	}
}

// place reads the place of an origin in a fact.
func (f OriginFact) place() rule.Place { return rule.Place(f.Place) }
