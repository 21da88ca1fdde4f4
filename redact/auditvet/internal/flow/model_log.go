package flow

import (
	"go/types"
	"strings"
)

// handling is the selector of the handler of a *slog.Logger.
const handling = "%handler"

// models of log/slog: what is logged reaches the writers behind a handler, and handlers of the program's own.
func logModels() map[string]model {
	all := map[string]model{
		"log/slog.New":               newLogger,
		"(*log/slog.Logger).With":    withAttrs,
		"(*log/slog.Logger).Handler": func(r *run, c *callSite, a []*value) *value { return r.load(moved(a[0], handling)) },
	}
	for _, name := range strings.Fields("Debug Info Warn Error DebugContext InfoContext WarnContext ErrorContext Log LogAttrs") {
		all["(*log/slog.Logger)."+name] = logged
	}
	return all
}

// plain executes a call by what is known of all functions without a body.
func (r *run) plain(c *callSite, args []*value) *value {
	fn := c.at.Common().StaticCallee()
	if fn == nil || objectOf(fn) == nil {
		return r.external(c, nil, "", args)
	}
	return r.external(c, objectOf(fn), fullName(objectOf(fn)), args)
}

func newLogger(r *run, c *callSite, args []*value) *value {
	out := r.plain(c, args)
	r.save(moved(out, handling), args[0])
	return out
}

// withAttrs is a logger whose handler has been given attributes.
func withAttrs(r *run, c *callSite, args []*value) *value {
	out := r.plain(c, args)
	h := r.load(moved(args[0], handling))
	r.eachOwn(h, "WithAttrs", func(m *closure, h *value) {
		list := r.opaque(c.id+"/attrs", m.fn.Params[1].Type(), r.passed(c, nil, args[1:]))
		h2 := r.callOne(c, m, []*value{h, list})
		r.save(moved(out, handling), h2)
	})
	return out
}

// logged hands a record to a handler of the program's own.
func logged(r *run, c *callSite, args []*value) *value {
	r.plain(c, args)
	h := r.load(moved(args[0], handling))
	r.eachOwn(h, "Handle", func(m *closure, h *value) {
		typ := m.fn.Params[2].Type()
		var t taint
		for i, a := range args[1:] {
			if typ := c.argType(i + 1); typ == nil || !isContext(typ) {
				t = t.union(r.text(a, typ, printed, c))
			}
		}
		record := r.opaque(c.id+"/record", typ, t)
		for i, a := range args[1:] {
			if typ := c.argType(i + 1); typ != nil && isString(typ) {
				record = record.with(field(fieldIndex(m.fn.Params[2].Type(), "Message")), textOf(a))
			}
		}
		r.callOne(c, m, []*value{h, nil, record})
	})
	return nil
}

// eachOwn calls use with a method of every type of this package that v may have.
func (r *run) eachOwn(v *value, method string, use func(m *closure, v *value)) {
	if v == nil {
		return
	}
	for _, typ := range v.dyn {
		if fn := r.p.method(typ, method); fn != nil && fn.Blocks != nil {
			use(&closure{fn: fn}, v.withType(typ))
		}
	}
}

// models of contexts that say why they ended.
func causeModels() map[string]model {
	return map[string]model{
		"context.WithCancelCause":   withCancelCause,
		"context.WithTimeoutCause":  func(r *run, c *callSite, a []*value) *value { return r.causing(c, a[0], a[2]) },
		"context.WithDeadlineCause": func(r *run, c *callSite, a []*value) *value { return r.causing(c, a[0], a[2]) },
		"context.Cause": func(r *run, c *callSite, a []*value) *value {
			if a[0] == nil || a[0].parts[cause] == nil {
				return r.result(c, nil)
			}
			return r.load(a[0].parts[cause])
		},
	}
}

// cause is the selector of the place where a context keeps why it ended.
const cause = "%cause"

func (r *run) causing(c *callSite, parent, err *value) *value {
	o := r.object(c.id + "/cause")
	o.typ, o.multi = types.Universe.Lookup("error").Type(), true
	r.put(o, join(r.content(o), err))
	if parent == nil {
		parent = &value{}
	}
	return (&value{}).with(field(0), parent.with(cause, &value{refs: []ref{{obj: o}}}))
}

func withCancelCause(r *run, c *callSite, args []*value) *value {
	out := r.causing(c, args[0], nil)
	at := r.part(out, field(0)).parts[cause]
	return out.with(field(1), &value{fns: []*closure{{keeps: at}}})
}
