package scan

import "sync"

// Lookups of 16 bytes do with fewer buckets and positions. The last buckets of
// the last group hold the beginnings of runs.
const (
	narrowGroups    = 4
	narrowPositions = 4
	narrowStarts    = 2 // groups of anchors that count at the start of a word only
	narrowNames     = 1
	sextetBucket    = 6
	hexBucket       = 7

	exact   = 2 // positions that are looked up whole
	rowsOf  = 7 // of 16 bytes, the first for all control characters
	classOf = 4
)

// narrow are the tables for lookups of 16 bytes. The first positions have a row
// for each high half of a byte. The others have what the low half and what the
// high half leave possible, which together is more than the byte does: a
// superset of the candidates. A class has, for each low half, a bit for each
// high half.
type narrow struct {
	rows    [exact][rowsOf][narrowGroups][16]byte
	halves  [narrowPositions - exact][narrowGroups][2][16]byte
	classes [classOf][16]byte
	high    [16]byte // the bit of each high half
}

var narrowed = sync.OnceValue(buildNarrow)

func buildNarrow() *narrow {
	n := new(narrow)
	var parts [3][]imprint
	known := make(map[set]charset)
	for i := range anchors {
		g := anchors[i].group()
		parts[g] = append(parts[g], anchors[i].imprint(known))
	}
	n.addBuckets(parts[0], 0, narrowStarts*groupSize)
	n.addBuckets(parts[1], narrowStarts*groupSize, narrowNames*groupSize)
	n.addBuckets(parts[2], (narrowStarts+narrowNames)*groupSize, sextetBucket)
	for c := range byte(128) {
		for k := range narrowPositions {
			runs := prefilter.runs[k][c]
			n.add(narrowGroups-1, k, c, runs&inSextets/inSextets<<sextetBucket|runs&inHexDigits/inHexDigits<<hexBucket)
		}
		for k := range classOf {
			n.classes[k][c&0x0F] |= prefilter.classes[c] >> k & 1 << (c >> 4)
		}
		n.high[c>>4] = 1 << (c >> 4)
	}
	return n
}

// addBuckets deals prints to so many buckets from the first on.
func (n *narrow) addBuckets(prints []imprint, first, count int) {
	for i, b := range deal(prints, count, narrowPositions) {
		for k := range narrowPositions {
			for c := range b.held[k].bytes {
				n.add((first+i)/groupSize, k, c, 1<<((first+i)%groupSize))
			}
		}
	}
}

// add adds buckets of a group to those that byte c leaves possible at position k.
func (n *narrow) add(group, k int, c, buckets byte) {
	low, high := c&0x0F, c>>4
	if k < exact {
		n.rows[k][max(high, 1)-1][group][low] |= buckets
		return
	}
	n.halves[k-exact][group][0][low] |= buckets
	n.halves[k-exact][group][1][high] |= buckets
}
