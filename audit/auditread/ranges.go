package auditread

import (
	"slices"
	"sort"

	"github.com/daxis-io/arco-audit/audit"
)

// Range is a run of sequence numbers, both ends included.
type Range struct{ First, Last audit.Sequence }

// Len is how many numbers the run has; the run of all of them has 0.
func (r Range) Len() uint64 { return uint64(r.Last) - uint64(r.First) + 1 }

// ranges is a set of sequence numbers: runs in ascending order that neither overlap nor touch.
type ranges []Range

// add puts n into the set and reports whether it was not there.
func (s *ranges) add(n audit.Sequence) bool {
	list := *s
	at := sort.Search(len(list), func(i int) bool { return list[i].Last >= n })
	if at < len(list) && list[at].First <= n {
		return false
	}
	left := at > 0 && list[at-1].Last+1 == n
	right := at < len(list) && list[at].First == n+1
	switch {
	case left && right:
		list[at-1].Last = list[at].Last
		*s = slices.Delete(list, at, at+1)
	case left:
		list[at-1].Last = n
	case right:
		list[at].First = n
	default:
		*s = slices.Insert(list, at, Range{n, n})
	}
	return true
}

// fold joins the two lowest runs and returns how many numbers stood between them.
func (s *ranges) fold() uint64 {
	list := *s
	between := uint64(list[1].First) - uint64(list[0].Last) - 1
	list[1].First = list[0].First
	*s = slices.Delete(list, 0, 1)
	return between
}

// missing are the runs from 0 to last that are not in the set.
func (s ranges) missing(last audit.Sequence) []Range {
	var list []Range
	next := audit.Sequence(0)
	for _, r := range s {
		if r.First > next {
			list = append(list, Range{next, r.First - 1})
		}
		next = r.Last + 1
		if next == 0 {
			return list // the highest number there is
		}
	}
	if next <= last {
		list = append(list, Range{next, last})
	}
	return list
}
