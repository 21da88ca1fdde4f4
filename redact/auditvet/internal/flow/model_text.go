package flow

import (
	"strconv"
	"strings"

	"github.com/daxis-io/arco-audit/redact/auditvet/internal/rule"
	"golang.org/x/tools/go/ssa"
)

// print is what a variadic list of values carries into text.
func (r *run) print(c *callSite, list *value) taint {
	if list == nil {
		return nil
	}
	content := r.load(list)
	var t taint
	if content == nil {
		return nil
	}
	for _, p := range content.parts {
		t = t.union(r.text(p, nil, printed, c))
	}
	if content.lazy != nil {
		t = t.union(r.text(r.part(content, anyElement), nil, printed, c))
	}
	return t.union(content.t)
}

// format is what a format at args[at] and the arguments after it carry into text. %T and %p show nothing of the value.
func (r *run) format(c *callSite, args []*value, at int) taint {
	f := args[at]
	list := args[at+1]
	t := textTaint(f)
	if list == nil {
		return t
	}
	content := r.load(list)
	if content == nil {
		return t
	}
	var verbs [][]byte
	known := f != nil && len(f.keys) == 1
	if known {
		verbs, known = verbsOf(f.keys[0])
	}
	if content.lazy != nil || !known {
		return t.union(r.print(c, list))
	}
	for sel, p := range content.parts {
		i, err := strconv.Atoi(strings.Trim(sel, "[]"))
		if err == nil && i < len(verbs) && !shown(verbs[i]) {
			continue
		}
		t = t.union(r.text(p, nil, printed, c))
	}
	return t
}

// sprintf is a text in which the constants of the format, and those among the arguments, stand.
func sprintf(r *run, c *callSite, args []*value) *value {
	known := args[0].fragments()
	for _, p := range r.load(args[1]).partsOf() {
		known = unionTexts(known, p.fragments())
	}
	return tainted(r.format(c, args, 0)).withFragments(known)
}

// shown reports whether one of the verbs shows the value of its argument.
func shown(verbs []byte) bool {
	for _, v := range verbs {
		if strings.IndexByte("Tpt*", v) < 0 {
			return true
		}
	}
	return false
}

// verbsOf returns the verbs of each argument, * for a width. false: the format is not understood.
func verbsOf(format string) ([][]byte, bool) {
	var verbs [][]byte
	next := 0
	use := func(verb byte) {
		for len(verbs) <= next {
			verbs = append(verbs, nil)
		}
		verbs[next] = append(verbs[next], verb)
		next++
	}
	for i := 0; i < len(format); i++ {
		if format[i] != '%' {
			continue
		}
		for i++; i < len(format) && strings.IndexByte("+-# 0123456789.[*", format[i]) >= 0; i++ {
			switch format[i] {
			case '*':
				use('*')
			case '[':
				n, end := 0, strings.IndexByte(format[i:], ']')
				if end > 0 {
					n, _ = strconv.Atoi(format[i+1 : i+end])
				}
				if n < 1 || n > maxParts {
					return nil, false
				}
				next = n - 1
				i += end
			}
		}
		if i < len(format) && format[i] != '%' {
			use(format[i])
		}
	}
	return verbs, true
}

// errorsAs fills the target with an unknown error of its type.
// schemeFirst reports whether the text is that of an authorization header: its first word is the scheme.
func schemeFirst(t taint) bool {
	for _, o := range t.only(hard, soft) {
		if !strings.HasPrefix(o.what, rule.Header.String()+" ") || !strings.Contains(strings.ToLower(o.what), "auth") {
			return false
		}
	}
	return len(t) > 0
}

func separatesScheme(v *value) bool {
	return v != nil && len(v.keys) == 1 && (v.keys[0] == " " || v.keys[0] == "Bearer ")
}

func stringsCut(r *run, c *callSite, args []*value) *value {
	whole := textOf(args[0])
	out := (&value{}).with(field(0), whole).with(field(1), whole)
	if whole != nil && cleanBefore(whole.t, args[1]) {
		out = out.with(field(0), tainted(whole.t.only(symbolic)))
	}
	return out
}

// cleanBefore reports whether what stands before a separator is no secret: a scheme, a path, a name.
func cleanBefore(t taint, sep *value) bool {
	return schemeFirst(t) && separatesScheme(sep) || cutsURL(t, sep) || namesFirst(t, sep)
}

// emptied reports slices that keep nothing, such as b[:0].
func emptied(v *ssa.Slice) bool {
	high, ok := v.High.(*ssa.Const)
	return ok && high.Int64() == 0
}

// separatorAt is the constant at whose index in the same text v ends, nil when there is none.
func separatorAt(v *ssa.Slice) *value {
	call, ok := v.High.(*ssa.Call)
	if !ok || call.Call.StaticCallee() == nil || len(call.Call.Args) != 2 || call.Call.Args[0] != v.X {
		return nil
	}
	k, ok := call.Call.Args[1].(*ssa.Const)
	switch name := call.Call.StaticCallee().String(); {
	case !ok:
		return nil
	case name == "strings.Index":
		return constantValue(k)
	case name == "strings.IndexByte":
		return &value{keys: []string{string(rune(k.Int64()))}}
	}
	return nil
}

// cutsURL reports whether text before the separator is a URL without its query.
func cutsURL(t taint, sep *value) bool {
	if sep == nil || len(sep.keys) != 1 || sep.keys[0] != "?" {
		return false
	}
	for _, o := range t.only(hard, soft) {
		if !urlLike(o.what) {
			return false
		}
	}
	return true
}

// namesFirst reports whether text before the separator is the name of an environment variable.
func namesFirst(t taint, sep *value) bool {
	if sep == nil || len(sep.keys) != 1 || sep.keys[0] != "=" {
		return false
	}
	for _, o := range t.only(hard, soft) {
		if o.what != "environment" {
			return false
		}
	}
	return len(t) > 0
}

// urlLike reports whether an origin is a URL with its secret in the query.
func urlLike(what string) bool {
	lower := strings.ToLower(what)
	return strings.Contains(lower, "sign") || strings.Contains(lower, " of a url") || strings.HasPrefix(lower, "request uri") ||
		strings.HasPrefix(lower, "url of") || strings.HasPrefix(lower, "url in") || strings.Contains(lower, "sas")
}

func stringsSplit(r *run, c *callSite, args []*value) *value {
	o := r.object(c.id + "/split")
	o.typ = c.sig.Results().At(0).Type()
	whole := textOf(args[0])
	content := (&value{}).with(anyElement, whole)
	fields := len(args) == 1
	if whole != nil && (fields && schemeFirst(whole.t) || !fields && cleanBefore(whole.t, args[1])) {
		content = content.with(element("0"), tainted(whole.t.only(symbolic)))
	}
	r.put(o, content)
	return &value{refs: []ref{{obj: o}}}
}
