package scan

const (
	exact   = 2 // positions of the fingerprint that are looked up whole
	rowsOf  = 7 // of 16 bytes, the first for all control characters
	classOf = 4
)

// narrow are the tables for lookups of 16 bytes. The first positions of a
// fingerprint have a row for each high half of a byte. The others have what the
// low half and what the high half leave possible, which together is more than
// the byte does: a superset of the candidates. A class has, for each low half,
// a bit for each high half.
type narrow struct {
	rows    [exact][rowsOf][groups][16]byte
	halves  [fingerprint - exact][groups][2][16]byte
	classes [classOf][16]byte
	high    [16]byte // the bit of each high half
}

var narrowed = buildNarrow()

func buildNarrow() *narrow {
	n := new(narrow)
	for c := range 128 {
		low, high := c&0x0F, c>>4
		for g := range groups {
			for k := range exact {
				n.rows[k][max(high-1, 0)][g][low] |= prefilter.buckets[g][k][c]
			}
			for k := exact; k < fingerprint; k++ {
				n.halves[k-exact][g][0][low] |= prefilter.buckets[g][k][c]
				n.halves[k-exact][g][1][high] |= prefilter.buckets[g][k][c]
			}
		}
		for k := range classOf {
			n.classes[k][low] |= prefilter.classes[c] >> k & 1 << high
		}
		n.high[high] = 1 << high
	}
	return n
}
