package flow

import "go/types"

// joinedPath is a copy of a URL with a longer path.
func joinedPath(r *run, c *callSite, args []*value) *value {
	path := r.urlField(c, "Path")
	content := r.load(args[0])
	return r.newURL(c, content.with(path, tainted(r.flatten(r.part(content, path)).union(r.flatten(args[1])))))
}

// resolved is a URL with the query of a reference and the place of a base.
func resolved(r *run, c *callSite, args []*value) *value {
	base, out := r.load(args[0]), r.load(args[1])
	for _, name := range []string{"Path", "Host", "User"} {
		sel := r.urlField(c, name)
		out = out.with(sel, join(r.part(base, sel), r.part(out, sel)))
	}
	return r.newURL(c, out)
}

func (r *run) newURL(c *callSite, content *value) *value {
	o := r.object(c.id + "/url")
	o.typ = c.sig.Results().At(0).Type().Underlying().(*types.Pointer).Elem()
	r.put(o, content)
	return &value{refs: []ref{{obj: o}}}
}
