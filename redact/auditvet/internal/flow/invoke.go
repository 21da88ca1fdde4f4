package flow

import (
	"go/types"

	"github.com/daxis-io/arco-audit/redact/auditvet/internal/rule"
)

// maxImplementations bounds how many types are tried for an interface of which the concrete type is not known.
const maxImplementations = 8

// invoke executes the call of an interface's method.
func (r *run) invoke(c *callSite) *value {
	common := c.at.Common()
	recv := c.args[0]
	method := common.Method
	if what := r.p.secretFunc(method); what != "" {
		return r.result(c, r.source(hard, what))
	}
	if r.p.safeFunc(method) {
		return r.result(c, nil)
	}
	if callees := r.methods(recv, method); len(callees) > 0 {
		return r.each(callees, func(m *closure) *value {
			if recv := m.fn.Signature.Recv(); recv != nil && c.args[0].alts != nil {
				return r.callOne(c, m, append([]*value{c.args[0].withMethodOf(r, m, method)}, c.args[1:]...))
			}
			return r.callOne(c, m, c.args)
		})
	}
	name := fullName(method)
	if method.Name() == "Error" && isError(common.Value.Type()) {
		return r.errorText(c, recv)
	}
	if out, ok := r.modelled(c, method, name, c.args); ok {
		return out
	}
	if callees := r.implementations(c, method); len(callees) > 0 {
		out := r.each(callees, func(m *closure) *value {
			args := append([]*value{r.receiver(c, m)}, c.args[1:]...)
			return r.callOne(c, m, args)
		})
		return join(out, r.external(c, method, name, c.args))
	}
	out := r.external(c, method, name, c.args)
	for _, s := range r.p.factsOf(method, common.Value.Type()) {
		out = join(out, r.authenticated(c, method, r.apply(c, s, c.args)))
	}
	return out
}

// errorText is the text of an error. Of an unknown one it is free text.
func (r *run) errorText(c *callSite, recv *value) *value {
	if recv == nil {
		return nil
	}
	t := r.text(recv, nil, printed, c)
	if recv.lazy != nil {
		t = t.union(r.source(soft, "text of an error"))
	}
	return tainted(t)
}

// methods are the methods of the concrete types that a value is known to have.
func (r *run) methods(recv *value, method *types.Func) []*closure {
	if recv == nil || recv.lazy != nil && types.IsInterface(recv.lazy.typ) {
		return nil
	}
	var out []*closure
	for _, t := range recv.dyn {
		if fn := r.p.lookup(t, method); fn != nil {
			out = append(out, &closure{fn: fn})
		}
	}
	return out
}

// implementationKey names a method of an interface type.
type implementationKey struct {
	iface  types.Type
	method *types.Func
}

// implementations are the methods of this package's types behind an interface of our own.
func (r *run) implementations(c *callSite, method *types.Func) []*closure {
	if method.Pkg() == nil || rule.Standard(method.Pkg().Path()) && method.Pkg() != r.p.pass.Pkg {
		return nil
	}
	iface, ok := c.at.Common().Value.Type().Underlying().(*types.Interface)
	if !ok {
		return nil
	}
	key := implementationKey{c.at.Common().Value.Type(), method}
	if out, known := r.p.implementing[key]; known {
		return out
	}
	var out []*closure
	for _, t := range r.p.concrete() {
		if len(out) < maxImplementations && types.Implements(t, iface) {
			if fn := r.p.lookup(t, method); fn != nil && fn.Blocks != nil {
				out = append(out, &closure{fn: fn})
			}
		}
	}
	r.p.implementing[key] = out
	return out
}

// receiver is an unknown value of the type whose method is called.
func (r *run) receiver(c *callSite, m *closure) *value {
	typ := m.fn.Signature.Recv()
	if typ == nil {
		return nil
	}
	return r.opaque(c.id+"/recv/"+typ.Type().String(), typ.Type(), nil)
}
