package flow

import "go/types"

// models of package sync and sync/atomic: places that hold a value.
func syncModels() map[string]model {
	return map[string]model{
		"(*sync.Map).Store":                        func(r *run, c *callSite, a []*value) *value { return r.keep(a[0], a[1], a[2]) },
		"(*sync.Map).Swap":                         func(r *run, c *callSite, a []*value) *value { return r.swapped(a[0], a[1], a[2]) },
		"(*sync.Map).LoadOrStore":                  func(r *run, c *callSite, a []*value) *value { return r.swapped(a[0], a[1], a[2]) },
		"(*sync.Map).Load":                         func(r *run, c *callSite, a []*value) *value { return (&value{}).with(field(0), r.kept(a[0], a[1])) },
		"(*sync.Map).LoadAndDelete":                func(r *run, c *callSite, a []*value) *value { return (&value{}).with(field(0), r.kept(a[0], a[1])) },
		"(*sync.Map).Delete":                       func(r *run, c *callSite, a []*value) *value { r.deleted(a[0], keySelector(a[1])); return nil },
		"(*sync.Map).Range":                        rangeMap,
		"(*sync/atomic.Pointer[T]).Store":          func(r *run, c *callSite, a []*value) *value { return r.hold(a[0], a[1]) },
		"(*sync/atomic.Pointer[T]).Load":           func(r *run, c *callSite, a []*value) *value { return r.held(a[0]) },
		"(*sync/atomic.Pointer[T]).Swap":           func(r *run, c *callSite, a []*value) *value { v := r.held(a[0]); r.hold(a[0], a[1]); return v },
		"(*sync/atomic.Value).Store":               func(r *run, c *callSite, a []*value) *value { return r.hold(a[0], a[1]) },
		"(*sync/atomic.Value).Load":                func(r *run, c *callSite, a []*value) *value { return r.held(a[0]) },
		"(*sync/atomic.Value).Swap":                func(r *run, c *callSite, a []*value) *value { v := r.held(a[0]); r.hold(a[0], a[1]); return v },
		"(*sync/atomic.Pointer[T]).CompareAndSwap": func(r *run, c *callSite, a []*value) *value { return r.hold(a[0], join(r.held(a[0]), a[2])) },
		"(*sync/atomic.Value).CompareAndSwap":      func(r *run, c *callSite, a []*value) *value { return r.hold(a[0], join(r.held(a[0]), a[2])) },
		"(*sync.Map).CompareAndSwap": func(r *run, c *callSite, a []*value) *value {
			return r.keep(a[0], a[1], join(r.kept(a[0], a[1]), a[3]))
		},
		"(*sync.Pool).Put":                 func(r *run, c *callSite, a []*value) *value { return r.hold(a[0], join(r.held(a[0]), a[1])) },
		"(*sync.Pool).Get":                 pooled,
		"(*container/list.List).PushBack":  pushed,
		"(*container/list.List).PushFront": pushed,
	}
}

func keySelector(key *value) string {
	if key == nil || len(key.keys) != 1 {
		return anyElement
	}
	return element(key.keys[0])
}

func (r *run) keep(m, key, v *value) *value {
	r.save(moved(m, keySelector(key)), v)
	r.save(moved(m, mapKeys), join(r.load(moved(m, mapKeys)), key))
	return nil
}

func (r *run) kept(m, key *value) *value { return r.load(moved(m, keySelector(key))) }

func (r *run) swapped(m, key, v *value) *value {
	old := join(r.kept(m, key), v)
	r.keep(m, key, v)
	return (&value{}).with(field(0), old)
}

func (r *run) hold(place, v *value) *value {
	r.save(moved(place, element("held")), v)
	return nil
}

func (r *run) held(place *value) *value { return r.load(moved(place, element("held"))) }

// pooled is what was put into a pool, or what its function New makes, as one object: a pool gives away what it held,
// so its new owner can overwrite all of it.
func pooled(r *run, c *callSite, args []*value) *value {
	held := r.held(args[0])
	var made *value
	for _, fn := range fnsOf(r.part(r.load(args[0]), field(fieldIndex(c.recvType(), "New")))) {
		made = join(made, r.callOne(c, fn, nil))
	}
	if len(refsOf(made)) != 1 || made.refs[0].path != "" {
		return join(held, made)
	}
	content := r.load(made)
	for _, x := range refsOf(held) {
		if x.obj.typ != nil && made.refs[0].obj.typ != nil && types.Identical(x.obj.typ, made.refs[0].obj.typ) {
			content = join(content, r.content(x.obj))
		}
	}
	o := r.object(c.id + "/taken")
	o.typ = made.refs[0].obj.typ
	r.put(o, content)
	if t := r.flatten(held); len(t) > 0 {
		r.pour(c, ref{obj: o}, t)
	}
	w := *made
	w.refs = []ref{{obj: o}}
	return &w
}

func rangeMap(r *run, c *callSite, args []*value) *value {
	v := r.load(moved(args[0], anyElement))
	key := r.load(moved(args[0], mapKeys))
	for _, fn := range fnsOf(args[1]) {
		r.callOne(c, fn, []*value{key, v})
	}
	return nil
}

func fnsOf(v *value) []*closure {
	if v == nil {
		return nil
	}
	return v.fns
}

// pushed lets the list carry what was put into it.
func pushed(r *run, c *callSite, args []*value) *value {
	t := r.flatten(args[1])
	for _, x := range refsOf(args[0]) {
		r.pour(c, x, t)
	}
	return r.result(c, t)
}
