package flow

// models of slices, maps and their iterators.
func sliceModels() map[string]model {
	all := map[string]model{
		"maps.All":        mapPairs,
		"maps.Keys":       func(r *run, c *callSite, a []*value) *value { return r.yielding(nil, r.load(moved(a[0], mapKeys))) },
		"maps.Values":     func(r *run, c *callSite, a []*value) *value { return r.yielding(nil, r.load(moved(a[0], anyElement))) },
		"maps.Collect":    mapsCollect,
		"maps.Insert":     mapsInsert,
		"slices.All":      indexedElements,
		"slices.Backward": indexedElements,
		"slices.Values":   func(r *run, c *callSite, a []*value) *value { return r.yielding(nil, r.load(moved(a[0], anyElement))) },
	}
	for _, name := range []string{"slices.Reverse", "slices.Sort", "slices.SortFunc", "slices.SortStableFunc", "sort.Slice", "sort.SliceStable", "sort.Strings"} {
		all[name] = shuffled
	}
	return all
}

// yielding is an iterator that calls its argument with what it yields. from is the map that it goes through, if any.
func (r *run) yielding(from *value, yields ...*value) *value {
	return &value{fns: []*closure{{yields: yields, from: from}}, t: r.flatten(yields[len(yields)-1]).union(r.flatten(yields[0]))}
}

func mapPairs(r *run, c *callSite, args []*value) *value {
	return r.yielding(args[0], r.load(moved(args[0], mapKeys)), r.load(moved(args[0], anyElement)))
}

func indexedElements(r *run, c *callSite, args []*value) *value {
	return r.yielding(nil, nil, r.load(moved(args[0], anyElement)))
}

// pairsOf is what a map holds that is made from an iterator over pairs, false when that is not known.
func (r *run) pairsOf(seq *value) (*value, bool) {
	if seq == nil || len(seq.fns) != 1 || len(seq.fns[0].yields) != 2 {
		return nil, false
	}
	if from := seq.fns[0].from; from != nil {
		return r.load(from), true
	}
	return (&value{}).with(mapKeys, seq.fns[0].yields[0]).with(anyElement, seq.fns[0].yields[1]), true
}

func mapsCollect(r *run, c *callSite, args []*value) *value {
	content, known := r.pairsOf(args[0])
	if !known {
		return r.external(c, nil, "", args)
	}
	o := r.object(c.id + "/collected")
	o.typ = c.sig.Results().At(0).Type()
	r.put(o, content)
	return &value{refs: []ref{{obj: o}}}
}

func mapsInsert(r *run, c *callSite, args []*value) *value {
	content, known := r.pairsOf(args[1])
	for _, x := range refsOf(args[0]) {
		switch {
		case !known:
			r.pour(c, x, r.flatten(args[1]))
		case x.path == "":
			r.put(x.obj, join(r.content(x.obj), content))
		}
	}
	return nil
}

// shuffled moves the elements of a slice.
func shuffled(r *run, c *callSite, args []*value) *value {
	r.callbacks(c, args, nil)
	r.save(moved(args[0], anyElement), r.load(moved(args[0], anyElement)))
	return nil
}
