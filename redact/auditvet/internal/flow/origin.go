package flow

import (
	"go/token"
	"slices"

	"github.com/daxis-io/arco-audit/redact/auditvet/internal/rule"
)

// tier says how far an origin is believed.
type tier uint8

const (
	// symbolic origins stand for what a function's parameter holds; they become facts about the function.
	symbolic tier = iota
	// soft origins are followed inside a function and the calls it makes, never through the heap.
	soft
	// hard origins also enter fields, globals and facts.
	hard
)

// origin is where a value may come from.
type origin struct {
	seq   int
	tier  tier
	what  string
	pos   token.Pos
	param int        // of a symbolic origin
	path  string     // of a symbolic origin: selectors from the parameter to the value
	place rule.Place // of a symbolic origin: the value that this place keeps under the name that the parameter holds
}

// originKey identifies an origin.
type originKey struct {
	tier  tier
	what  string
	pos   token.Pos
	param int
	path  string
	place rule.Place
}

// origins makes equal origins identical.
type origins map[originKey]*origin

func (os origins) get(k originKey) *origin {
	if o := os[k]; o != nil {
		return o
	}
	o := &origin{seq: len(os), tier: k.tier, what: k.what, pos: k.pos, param: k.param, path: k.path, place: k.place}
	os[k] = o
	return o
}

// taint is a set of origins, ordered by seq.
type taint []*origin

// maxOrigins bounds a taint: what matters is that there is an origin, not that all are known.
const maxOrigins = 12

func (t taint) union(u taint) taint {
	switch {
	case len(u) == 0 || len(t) > 0 && len(u) > 0 && &t[0] == &u[0] && len(t) == len(u):
		return t
	case len(t) == 0:
		return u
	case t.holds(u):
		return t
	}
	out := make(taint, 0, len(t)+len(u))
	i, j := 0, 0
	for i < len(t) || j < len(u) {
		switch {
		case j == len(u) || i < len(t) && t[i].seq < u[j].seq:
			out = append(out, t[i])
			i++
		case i == len(t) || u[j].seq < t[i].seq:
			out = append(out, u[j])
			j++
		default:
			out = append(out, t[i])
			i, j = i+1, j+1
		}
	}
	return out.bounded()
}

// bounded keeps the origins that are believed most.
func (t taint) bounded() taint {
	if len(t) <= maxOrigins {
		return t
	}
	kept := make(taint, 0, maxOrigins)
	for _, want := range []tier{hard, soft, symbolic} {
		for _, o := range t {
			if o.tier == want && len(kept) < maxOrigins {
				kept = append(kept, o)
			}
		}
	}
	slices.SortFunc(kept, func(a, b *origin) int { return a.seq - b.seq })
	return kept
}

func (t taint) holds(u taint) bool {
	if len(u) > len(t) {
		return false
	}
	i := 0
	for _, o := range u {
		for i < len(t) && t[i].seq < o.seq {
			i++
		}
		if i == len(t) || t[i] != o {
			return false
		}
	}
	return true
}

// only returns the origins of at least one of the tiers.
func (t taint) only(tiers ...tier) taint {
	if !slices.ContainsFunc(t, func(o *origin) bool { return !slices.Contains(tiers, o.tier) }) {
		return t
	}
	var out taint
	for _, o := range t {
		if slices.Contains(tiers, o.tier) {
			out = append(out, o)
		}
	}
	return out
}

// strongest returns the origin to report: the one believed most, or nil when there are only symbolic ones.
func (t taint) strongest() *origin {
	var best *origin
	for _, o := range t {
		if o.tier != symbolic && (best == nil || o.tier > best.tier) {
			best = o
		}
	}
	return best
}
