package flow

import (
	"go/types"

	"github.com/daxis-io/arco-audit/redact/auditvet/internal/rule"
)

// settable is the selector of the variables and functions that a *flag.FlagSet sets.
const settable = "%flags"

// models of package flag.
func flagModels() map[string]model {
	return map[string]model{
		"flag.StringVar":            flagVar,
		"(*flag.FlagSet).StringVar": flagVar,
		"flag.String":               flagText,
		"(*flag.FlagSet).String":    flagText,
		"flag.Var":                  func(r *run, c *callSite, a []*value) *value { return r.settableFlag(c, nil, a[0], a[1]) },
		"flag.Func":                 func(r *run, c *callSite, a []*value) *value { return r.settableFlag(c, nil, a[2], a[0]) },
		"flag.TextVar":              func(r *run, c *callSite, a []*value) *value { return r.settableFlag(c, nil, a[0], a[1]) },
		"(*flag.FlagSet).Var":       func(r *run, c *callSite, a []*value) *value { return r.settableFlag(c, a[0], a[1], a[2]) },
		"(*flag.FlagSet).Func":      func(r *run, c *callSite, a []*value) *value { return r.settableFlag(c, a[0], a[3], a[1]) },
		"(*flag.FlagSet).TextVar":   func(r *run, c *callSite, a []*value) *value { return r.settableFlag(c, a[0], a[1], a[2]) },
		"(*flag.FlagSet).Parse":     flagParse,
		"(*flag.FlagSet).Set":       flagParse,
	}
}

// flagVar fills the variable of a command-line flag.
func flagVar(r *run, c *callSite, args []*value) *value {
	at := len(args) - 4 // the receiver may come first
	r.save(args[at], join(textOf(args[at+2]), tainted(r.flagSecret(args[at+1]))))
	return nil
}

// flagText is the variable of a command-line flag with its default.
func flagText(r *run, c *callSite, args []*value) *value {
	at := len(args) - 3 // the receiver may come first
	o := r.object(c.id + "/flag")
	o.typ = c.sig.Results().At(0).Type().Underlying().(*types.Pointer).Elem()
	r.put(o, join(textOf(args[at+1]), tainted(r.flagSecret(args[at]))))
	return &value{refs: []ref{{obj: o}}}
}

// flagSecret is what a flag holds because of its name.
func (r *run) flagSecret(name *value) taint {
	for _, k := range keysOf(name) {
		if rule.Property.Secret(k) {
			return r.source(hard, "flag "+k)
		}
	}
	return nil
}

// settableFlag keeps what is set when the flags are parsed, and sets it at once when the name speaks of a secret.
func (r *run) settableFlag(c *callSite, set, v, name *value) *value {
	if set != nil {
		r.save(moved(set, settable), join(r.load(moved(set, settable)), v))
	}
	if t := r.flagSecret(name); len(t) > 0 {
		r.setFlags(c, v, t)
	}
	return nil
}

// flagParse sets the flags from arguments.
func flagParse(r *run, c *callSite, args []*value) *value {
	out := r.plain(c, args)
	if t := r.flatten(args[1]).union(r.flatten(args[len(args)-1])); len(t) > 0 {
		r.setFlags(c, r.load(moved(args[0], settable)), t)
	}
	return out
}

func (r *run) setFlags(c *callSite, v *value, t taint) {
	text := tainted(t)
	for _, fn := range fnsOf(v) {
		r.callOne(c, fn, []*value{text})
	}
	r.eachOwn(v, "Set", func(m *closure, v *value) { r.callOne(c, m, []*value{v, text}) })
	r.eachOwn(v, "UnmarshalText", func(m *closure, v *value) { r.callOne(c, m, []*value{v, text}) })
}
