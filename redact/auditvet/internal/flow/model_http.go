package flow

import (
	"go/types"

	"github.com/daxis-io/arco-audit/redact/auditvet/internal/rule"
)

// models of net/http and net/url.
func httpModels() map[string]model {
	return map[string]model{
		"(net/http.Header).Get":    mapGet,
		"(net/http.Header).Values": mapValues,
		"(net/http.Header).Set":    mapSet,
		"(net/http.Header).Add":    mapAdd,
		"(net/http.Header).Del": func(r *run, c *callSite, a []*value) *value {
			r.deleted(a[0], mapSelector(c.argType(0), a[1]))
			return nil
		},
		"(net/http.Header).Clone":           cloned,
		"(net/textproto.MIMEHeader).Get":    mapGet,
		"(net/textproto.MIMEHeader).Values": mapValues,
		"(net/textproto.MIMEHeader).Set":    mapSet,
		"(net/url.Values).Get":              mapGet,
		"(net/url.Values).Set":              mapSet,
		"(net/url.Values).Add":              mapAdd,
		"(net/url.Values).Del": func(r *run, c *callSite, a []*value) *value {
			r.deleted(a[0], mapSelector(c.argType(0), a[1]))
			return nil
		},
		"(net/http.Header).Write":         dumped,
		"(net/http.Header).WriteSubset":   dumpedSubset,
		"(*net/http.Request).Write":       dumped,
		"(*net/http.Request).WriteProxy":  dumped,
		"(*net/http.Response).Write":      dumped,
		"net/url.Parse":                   parseURL,
		"net/url.ParseRequestURI":         parseURL,
		"(*net/url.URL).Parse":            func(r *run, c *callSite, a []*value) *value { return parseURL(r, c, a[1:]) },
		"(*net/url.URL).String":           func(r *run, c *callSite, a []*value) *value { return tainted(r.urlText(r.load(a[0]), false)) },
		"(*net/url.URL).Redacted":         func(r *run, c *callSite, a []*value) *value { return tainted(r.urlText(r.load(a[0]), true)) },
		"(*net/url.URL).JoinPath":         joinedPath,
		"(*net/url.URL).ResolveReference": resolved,
		"(*net/url.URL).RequestURI": func(r *run, c *callSite, a []*value) *value {
			return tainted(r.flatten(r.part(r.load(a[0]), r.urlField(c, "RawQuery"))))
		},
		"(*net/url.URL).Query": func(r *run, c *callSite, a []*value) *value {
			return r.opaque(c.id+"/query", c.sig.Results().At(0).Type(), r.flatten(r.part(r.load(a[0]), r.urlField(c, "RawQuery"))))
		},
		"(*net/url.Error).Error": urlErrorText,
		"(*net/http.Request).Referer": func(r *run, c *callSite, a []*value) *value {
			return tainted(r.source(soft, "URL of a referring page"))
		},
		"(*net/http/httptest.ResponseRecorder).Header": func(r *run, c *callSite, a []*value) *value {
			return r.part(r.load(a[0]), field(fieldIndex(c.recvType(), "HeaderMap")))
		},
		"(*net/http/httptest.ResponseRecorder).Result": recorded,
		"(*net/http.Request).Cookies":                  nothing,
		"(*net/http.Request).ParseForm":                nothing,
		"(*net/http.Request).ParseMultipartForm":       nothing,
		"net/http.MaxBytesReader":                      func(r *run, c *callSite, a []*value) *value { return a[1] },
	}
}

// dumpedSubset writes a header without the names that are excluded.
func dumpedSubset(r *run, c *callSite, args []*value) *value {
	if excluded := r.load(args[2]); excluded != nil {
		if _, ok := excluded.parts[element("Authorization")]; ok {
			return nil
		}
	}
	return dumped(r, c, args)
}

// dumped writes a whole request or header to a writer.
func dumped(r *run, c *callSite, args []*value) *value {
	return r.writeTo(c, args[1], r.flatten(args[0]).union(r.source(hard, "dump of a request")))
}

func mapGet(r *run, c *callSite, args []*value) *value {
	return textOf(r.firstOf(r.under(args[0], c.recvType(), args[1])))
}

func mapValues(r *run, c *callSite, args []*value) *value {
	return r.under(args[0], c.recvType(), args[1])
}

// firstOf is the text in a list of strings, or the text itself.
func (r *run) firstOf(list *value) *value {
	if list == nil {
		return nil
	}
	return tainted(r.flatten(list))
}

// recvType is the type of a method's receiver.
func (c *callSite) recvType() types.Type {
	if recv := c.sig.Recv(); recv != nil {
		return recv.Type()
	}
	return c.argType(0)
}

// parseURL is a URL whose secrets are in its query, fragment and user information.
func parseURL(r *run, c *callSite, args []*value) *value {
	typ := c.sig.Results().At(0).Type().Underlying().(*types.Pointer).Elem()
	o := r.object(c.id + "/url")
	o.typ = typ
	var t taint
	known := false
	if args[0] != nil {
		t, known = args[0].t, len(args[0].keys) > 0
	}
	content := &value{}
	for _, name := range []string{"RawQuery", "User"} {
		i := fieldIndex(typ, name)
		f := typ.Underlying().(*types.Struct).Field(i)
		content = content.with(field(i), r.plainOpaque(c.id+"/url/"+name, f.Type(), urlPart(r, name, t), known))
	}
	r.put(o, content)
	return (&value{}).with(field(0), &value{refs: []ref{{obj: o}}}).with(field(1), &value{t: t.only(hard, soft), empty: true})
}

// urlPart is what a part of a parsed URL comes from. A signed URL has its secret in the query, others may have a
// password in the user information.
func urlPart(r *run, name string, t taint) taint {
	if len(t.only(hard, soft)) == 0 {
		return t.union(r.source(soft, rule.SoftFields["net/url.URL."+name]))
	}
	if name == "RawQuery" {
		return t
	}
	var out taint
	for _, o := range t {
		if !urlLike(o.what) {
			out = append(out, o)
		}
	}
	return out
}

// plainOpaque is opaque, or nothing for what a constant holds.
func (r *run) plainOpaque(id string, typ types.Type, t taint, known bool) *value {
	if known {
		return nil
	}
	return r.opaque(id, typ, t)
}

// urlField is the selector of a field of the receiver, which is a URL.
func (r *run) urlField(c *callSite, name string) string {
	return field(fieldIndex(c.recvType(), name))
}

// urlText is what a URL carries into text; Redacted hides only the password.
func (r *run) urlText(u *value, redacted bool) taint {
	if u != nil && u.lazy == nil && len(u.refs) > 0 {
		u = r.load(u)
	}
	if u == nil {
		return nil
	}
	typ := r.p.urlType
	t := u.t
	if typ == nil && u.lazy != nil {
		typ = u.lazy.typ
	}
	if s, ok := structOf(typ); ok {
		for i := range s.NumFields() {
			if name := s.Field(i).Name(); redacted && name == "User" || name == "RawFragment" { // printed as Fragment
				continue
			}
			part := r.flatten(r.part(u, field(i)))
			if s.Field(i).Name() != "RawQuery" {
				part = part.only(symbolic, hard) // who clears the query has thought of the rest
			}
			t = t.union(part)
		}
	}
	return t
}

// urlErrorText is the text of a failed request, which holds the whole URL.
func urlErrorText(r *run, c *callSite, args []*value) *value {
	return tainted(r.flatten(r.part(r.load(args[0]), field(fieldIndex(c.recvType(), "URL")))).union(r.source(soft, "text of a *url.Error")))
}

// response is the answer of a server: what was sent is not in it, and its error names the URL.
func response(r *run, c *callSite, args []*value) *value {
	out := r.result(c, nil)
	return out
}

// withValue is a context that holds a value; the key's type tells it from others.
func withValue(r *run, c *callSite, args []*value) *value {
	name := keyOf(args[1])
	if t := r.flatten(args[2]).only(hard); len(t) > 0 {
		r.p.addCell("context "+name, t)
	}
	parent := args[0]
	if parent == nil {
		parent = &value{}
	}
	return parent.with(element(name), args[2])
}

func keyOf(v *value) string {
	if v == nil || len(v.dyn) == 0 {
		return "?"
	}
	name := v.dyn[0].String()
	if len(v.keys) == 1 {
		name += " " + v.keys[0]
	}
	return name
}

func contextValue(r *run, c *callSite, args []*value) *value {
	name := keyOf(args[1])
	if args[0] != nil {
		if p, ok := args[0].parts[element(name)]; ok {
			return p
		}
	}
	t := r.p.cells["context "+name]
	return &value{t: t, lazy: &lazy{id: c.id + "/value", typ: c.sig.Results().At(0).Type(), carry: t}}
}

func sameContext(r *run, c *callSite, args []*value) *value {
	return (&value{}).with(field(0), args[0])
}

// recorded is the response that a recorder has taken down.
func recorded(r *run, c *callSite, args []*value) *value {
	o := r.object(c.id + "/response")
	o.typ = c.sig.Results().At(0).Type().Underlying().(*types.Pointer).Elem()
	from, typ := r.load(args[0]), c.recvType()
	body := r.part(from, field(fieldIndex(typ, "Body")))
	r.put(o, (&value{}).with(field(fieldIndex(o.typ, "Header")), r.part(from, field(fieldIndex(typ, "HeaderMap")))).
		with(field(fieldIndex(o.typ, "Body")), join(body, tainted(textTaint(from)))))
	return &value{refs: []ref{{obj: o}}}
}
