package flow

import (
	"go/types"

	"github.com/daxis-io/arco-audit/redact/auditvet/internal/rule"
)

// requestModels are the functions that put credentials into a request or an answer.
func requestModels() map[string]model {
	return map[string]model{
		"net/http.NewRequest":             newRequest,
		"net/http.NewRequestWithContext":  newRequest,
		"(*net/http.Request).WithContext": withContext,
		"(*net/http.Request).Clone":       withContext,
		"(*net/http.Request).Context":     requestContext,
		"(*net/http.Request).SetBasicAuth": func(r *run, c *callSite, a []*value) *value {
			r.setHeader(c, a[0], "Authorization", join(textOf(a[1]), textOf(a[2])))
			return nil
		},
		"(*net/http.Request).AddCookie": func(r *run, c *callSite, a []*value) *value {
			r.setHeader(c, a[0], "Cookie", tainted(r.flatten(a[1])))
			return nil
		},
		"(*golang.org/x/oauth2.Token).SetAuthHeader": func(r *run, c *callSite, a []*value) *value {
			r.setHeader(c, a[1], "Authorization", tainted(r.flatten(a[0])))
			return nil
		},
		"net/http.SetCookie": nothing,
		"net/url.UserPassword": func(r *run, c *callSite, a []*value) *value {
			t := textTaint(a[1])
			if len(t) > 0 {
				t = t.union(r.source(hard, "password of a URL"))
			}
			return r.opaque(c.id+"/user", c.sig.Results().At(0).Type(), t.union(textTaint(a[0])))
		},
	}
}

// setHeader puts a credential under a name of a request's header.
func (r *run) setHeader(c *callSite, request *value, name string, v *value) {
	i := fieldIndex(c.requestType(), "Header")
	o := r.object(c.id + "/list")
	o.typ = types.NewSlice(types.Typ[types.String])
	r.put(o, (&value{}).with(anyElement, v.and(r.source(hard, rule.Header.String()+" "+name))))
	r.save(moved(r.load(moved(request, field(i))), element(name)), &value{refs: []ref{{obj: o}}})
}

// requestType is the type of the request among the arguments of a call.
func (c *callSite) requestType() types.Type {
	for i := range len(c.args) {
		if t := c.argType(i); t != nil && typeName(t) == "net/http.Request" {
			return t
		}
	}
	return c.recvType()
}

// entered is what a header or a form is given under a name: under one that speaks of a secret, everything but a constant is one.
func (r *run) entered(typ types.Type, key, v *value) *value {
	place, _ := r.placeOf(&lazy{typ: typ})
	if place != rule.Header && place != rule.Parameter || len(r.flatten(v)) == 0 {
		return v
	}
	for _, k := range keysOf(key) {
		if place.Secret(k) {
			return v.and(r.source(placeTier(place), place.String()+" "+k))
		}
	}
	return v
}

// signed lets a function of another module put what it wants into the header of a request that the program has made: it may sign it.
func (r *run) signed(c *callSite, obj *types.Func, args []*value) {
	if obj == nil || obj.Pkg() == nil || rule.Standard(obj.Pkg().Path()) {
		return
	}
	for i, a := range args {
		typ := c.argType(i)
		if a == nil || typ == nil || typeName(typ) != "net/http.Request" {
			continue
		}
		for _, x := range refsOf(r.load(moved(a, field(fieldIndex(typ, "Header"))))) {
			if content := r.content(x.obj); x.path == "" && !x.obj.opaque && (content == nil || content.lazy == nil) {
				w := value{}
				if content != nil {
					w = *content
				}
				w.lazy = &lazy{id: c.id + "/signed", typ: x.obj.typ}
				r.put(x.obj, &w)
			}
		}
	}
}

// mapSet puts a list of one text under a key.
func mapSet(r *run, c *callSite, args []*value) *value {
	o := r.object(c.id + "/list")
	o.typ = types.NewSlice(types.Typ[types.String])
	r.put(o, (&value{}).with(anyElement, r.entered(c.recvType(), args[1], textOf(args[2]))))
	r.save(moved(args[0], mapSelector(c.recvType(), args[1])), &value{refs: []ref{{obj: o}}})
	return nil
}

func mapAdd(r *run, c *callSite, args []*value) *value {
	old := r.under(args[0], c.recvType(), args[1])
	mapSet(r, c, args)
	sel := mapSelector(c.recvType(), args[1])
	r.save(moved(args[0], sel), join(old, r.load(moved(args[0], sel))))
	return nil
}

// newRequest is a request that the program makes itself: nothing of what clients send is in it.
func newRequest(r *run, c *callSite, args []*value) *value {
	typ := c.sig.Results().At(0).Type().Underlying().(*types.Pointer).Elem()
	o := r.object(c.id + "/request")
	o.typ = typ
	header := r.object(c.id + "/header")
	i := fieldIndex(typ, "Header")
	header.typ = typ.Underlying().(*types.Struct).Field(i).Type()
	r.put(header, nil)
	content := (&value{}).with(field(i), &value{refs: []ref{{obj: header}}})
	target := args[1]
	if c.sig.Params().Len() == 4 {
		target = args[2]
	}
	content = content.with(field(fieldIndex(typ, "Body")), args[len(args)-1])
	content = content.with(field(fieldIndex(typ, "URL")), r.part(parsedURL(r, c, typ, target), field(0)))
	r.put(o, content)
	return (&value{}).with(field(0), &value{refs: []ref{{obj: o}}})
}

func parsedURL(r *run, c *callSite, request types.Type, target *value) *value {
	urlType := request.Underlying().(*types.Struct).Field(fieldIndex(request, "URL")).Type()
	t := textTaint(target)
	return (&value{}).with(field(0), r.opaque(c.id+"/target", urlType, t))
}

// withContext is a copy of a request that holds another context.
func withContext(r *run, c *callSite, args []*value) *value {
	o := r.object(c.id + "/request")
	o.typ = c.sig.Results().At(0).Type().Underlying().(*types.Pointer).Elem()
	content := r.load(args[0])
	r.put(o, content.with(field(fieldIndex(o.typ, "ctx")), args[1]))
	return &value{refs: []ref{{obj: o}}}
}

func requestContext(r *run, c *callSite, args []*value) *value {
	return r.part(r.load(args[0]), field(fieldIndex(c.recvType(), "ctx")))
}
