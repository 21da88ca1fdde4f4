package flow

import (
	"go/types"
	"text/template/parse"
)

// Selectors of a template: its text, and its functions.
const (
	templateText  = "%text"
	templateFuncs = "%funcs"
)

// models of text/template and html/template.
func templateModels() map[string]model {
	all := make(map[string]model)
	for _, p := range []string{"text/template", "html/template"} {
		recv := "(*" + p + ".Template)."
		all[p+".New"] = newTemplate
		all[p+".Must"] = func(r *run, c *callSite, a []*value) *value { return a[0] }
		all[recv+"Parse"] = func(r *run, c *callSite, a []*value) *value {
			r.save(moved(a[0], templateText), a[1])
			return (&value{}).with(field(0), a[0])
		}
		all[recv+"Funcs"] = func(r *run, c *callSite, a []*value) *value {
			r.save(moved(a[0], templateFuncs), r.load(a[1]))
			return a[0]
		}
		for _, same := range []string{"Option", "Delims", "Lookup", "New"} {
			all[recv+same] = func(r *run, c *callSite, a []*value) *value { return a[0] }
		}
		all[recv+"Execute"] = func(r *run, c *callSite, a []*value) *value {
			return r.writeTo(c, a[1], r.executed(c, a[0], a[2], ""))
		}
		all[recv+"ExecuteTemplate"] = func(r *run, c *callSite, a []*value) *value {
			name := ""
			if k := keysOf(a[2]); len(k) == 1 {
				name = k[0]
			}
			return r.writeTo(c, a[1], r.executed(c, a[0], a[3], name))
		}
	}
	return all
}

func newTemplate(r *run, c *callSite, args []*value) *value {
	o := r.object(c.id + "/template")
	o.typ = c.sig.Results().At(0).Type().Underlying().(*types.Pointer).Elem()
	r.put(o, &value{})
	return &value{refs: []ref{{obj: o}}}
}

// executed is what a template prints of data. Of a text that is not known, it is all that can be printed.
func (r *run) executed(c *callSite, tpl, data *value, name string) taint {
	text, funcs := r.load(moved(tpl, templateText)), r.load(moved(tpl, templateFuncs))
	e := &execution{r: r, c: c, funcs: funcs, root: data, vars: make(map[string]*value), trees: make(map[string]*parse.Tree)}
	if k := keysOf(text); len(k) == 1 {
		t := parse.New("")
		t.Mode = parse.SkipFuncCheck
		if _, err := t.Parse(k[0], "", "", e.trees); err == nil {
			if name == "" || e.trees[name] == nil {
				return e.list(t.Root, data, 0)
			}
			return e.list(e.trees[name].Root, data, 0)
		}
	}
	return r.flatten(text).union(r.text(data, nil, printed, c)).union(r.calledFuncs(c, funcs))
}

// calledFuncs is what the functions of a template return.
func (r *run) calledFuncs(c *callSite, funcs *value) taint {
	var t taint
	for _, fn := range fnsOf(r.part(funcs, anyElement)) {
		t = t.union(r.flatten(r.callBack(c, fn, nil, &t)))
	}
	return t
}

// execution is the abstract execution of one template.
type execution struct {
	r     *run
	c     *callSite
	funcs *value
	root  *value
	vars  map[string]*value
	trees map[string]*parse.Tree
}

// list is what a list of nodes prints.
func (e *execution) list(l *parse.ListNode, dot *value, depth int) taint {
	var t taint
	if l == nil || depth > 2*maxDepth {
		return nil
	}
	for _, n := range l.Nodes {
		t = t.union(e.node(n, dot, depth+1))
	}
	return t
}

func (e *execution) node(n parse.Node, dot *value, depth int) taint {
	switch n := n.(type) {
	case *parse.ActionNode:
		v := e.pipe(n.Pipe, dot)
		if len(n.Pipe.Decl) > 0 {
			return nil
		}
		return e.r.text(v, nil, printed, e.c)
	case *parse.IfNode:
		e.pipe(n.Pipe, dot)
		return e.list(n.List, dot, depth).union(e.list(n.ElseList, dot, depth))
	case *parse.WithNode:
		return e.list(n.List, e.pipe(n.Pipe, dot), depth).union(e.list(n.ElseList, dot, depth))
	case *parse.RangeNode:
		return e.ranged(n, dot, depth)
	case *parse.TemplateNode:
		if t := e.trees[n.Name]; t != nil {
			return e.list(t.Root, e.pipe(n.Pipe, dot), depth)
		}
	}
	return nil
}

func (e *execution) ranged(n *parse.RangeNode, dot *value, depth int) taint {
	v := e.pipe(n.Pipe, dot)
	elem, key := e.r.elementOf(v, anyElement), e.r.elementOf(v, mapKeys)
	if d := n.Pipe.Decl; len(d) == 1 {
		e.vars[d[0].Ident[0]] = elem
	} else if len(d) == 2 {
		e.vars[d[0].Ident[0]], e.vars[d[1].Ident[0]] = key, elem
	}
	return e.list(n.List, elem, depth).union(e.list(n.ElseList, dot, depth))
}

// elementOf is an element of a list or map behind an interface, with its type.
func (r *run) elementOf(v *value, sel string) *value {
	if v == nil {
		return nil
	}
	out := r.part(v, sel)
	if len(v.refs) > 0 {
		out = r.load(moved(v, sel))
	}
	if len(v.dyn) == 1 && sel != mapKeys {
		if elem := elementType(v.dyn[0]); elem != nil && !types.IsInterface(elem) {
			return boxed(out, elem)
		}
	}
	return out
}

// pipe is the value of a pipeline.
func (e *execution) pipe(p *parse.PipeNode, dot *value) *value {
	if p == nil {
		return nil
	}
	var v *value
	for i, cmd := range p.Cmds {
		v = e.command(cmd, dot, v, i > 0)
	}
	for _, d := range p.Decl {
		e.vars[d.Ident[0]] = v
	}
	return v
}

func (e *execution) command(cmd *parse.CommandNode, dot, final *value, piped bool) *value {
	id, isFunc := cmd.Args[0].(*parse.IdentifierNode)
	if !isFunc {
		v := e.operand(cmd.Args[0], dot)
		for _, a := range cmd.Args[1:] { // arguments of a method
			v = join(v, tainted(e.r.flatten(e.operand(a, dot))))
		}
		return v
	}
	var args []*value
	for _, a := range cmd.Args[1:] {
		args = append(args, e.operand(a, dot))
	}
	if piped {
		args = append(args, final)
	}
	return e.function(id.Ident, args)
}

// operand is the value of one word of a command.
func (e *execution) operand(n parse.Node, dot *value) *value {
	switch n := n.(type) {
	case *parse.DotNode:
		return dot
	case *parse.FieldNode:
		return e.fields(dot, n.Ident)
	case *parse.ChainNode:
		return e.fields(e.operand(n.Node, dot), n.Field)
	case *parse.VariableNode:
		v := e.vars[n.Ident[0]]
		if n.Ident[0] == "$" {
			v = e.root
		}
		return e.fields(v, n.Ident[1:])
	case *parse.IdentifierNode:
		return e.function(n.Ident, nil)
	case *parse.PipeNode:
		return e.pipe(n, dot)
	case *parse.StringNode:
		return &value{keys: []string{n.Text}, empty: true}
	case *parse.NumberNode:
		return &value{keys: []string{n.Text}, empty: true}
	}
	return nil
}

// function calls a function of the template, or one that all templates have.
func (e *execution) function(name string, args []*value) *value {
	if own := e.r.part(e.funcs, element(name)); len(fnsOf(own)) > 0 {
		var out *value
		for _, fn := range own.fns {
			v := e.r.callOne(e.c, fn, args)
			if fn.fn != nil && fn.fn.Signature.Results().Len() > 1 {
				v = e.r.part(v, field(0))
			}
			out = join(out, v)
		}
		return out
	}
	switch name {
	case "len", "eq", "ne", "lt", "le", "gt", "ge", "not":
		return nil
	case "index":
		v := args[0]
		for _, k := range args[1:] {
			v = e.r.elementOf(v, indexSelector(k))
		}
		return v
	}
	var t taint
	for _, a := range args {
		t = t.union(e.r.text(a, nil, printed, e.c))
	}
	return tainted(t)
}

// fields follows names of fields, methods and keys.
func (e *execution) fields(v *value, names []string) *value {
	for _, name := range names {
		v = e.named(v, name)
	}
	return v
}

func (e *execution) named(v *value, name string) *value {
	if v == nil {
		return nil
	}
	if len(v.dyn) != 1 {
		return tainted(e.r.flatten(v))
	}
	typ := v.dyn[0]
	if fn := e.r.p.method(typ, name); fn != nil && fn.Blocks != nil {
		return boxedResult(e.r.callOne(e.c, &closure{fn: fn}, []*value{v}), fn)
	}
	if p, ok := typ.Underlying().(*types.Pointer); ok {
		v, typ = boxed(e.r.load(v), p.Elem()), p.Elem()
	}
	if s, ok := structOf(typ); ok {
		for i := range s.NumFields() {
			switch f := s.Field(i); {
			case f.Name() == name:
				return typed(e.r.part(v, field(i)), f.Type())
			case f.Embedded():
				if inner := typed(e.r.part(v, field(i)), f.Type()); hasMember(f.Type(), name) {
					return e.named(inner, name)
				}
			}
		}
		return nil
	}
	return e.r.elementOf(v, element(name))
}

// typed is v with its static type, unless that is an interface.
func typed(v *value, typ types.Type) *value {
	if types.IsInterface(typ) {
		return v
	}
	return boxed(v, typ)
}

func hasMember(typ types.Type, name string) bool {
	obj, _, _ := types.LookupFieldOrMethod(typ, true, nil, name)
	return obj != nil
}
