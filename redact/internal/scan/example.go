package scan

import (
	"math/rand/v2"
	"strings"
)

// Rows returns the number of fixed shapes.
func Rows() int { return len(rows) }

// RowKind returns the name and the source of fixed shape i.
func RowKind(i int) (kind, source string) { return rows[i].kind, rows[i].source }

// Example synthesises a value of fixed shape i.
func Example(r *rand.Rand, i int) string {
	var b strings.Builder
	for _, p := range shapes[i].parts {
		if p.least == 0 {
			b.WriteString(p.text)
			continue
		}
		n := p.least + r.IntN(min(p.most, p.least+24)-p.least+1)
		for range n {
			b.WriteByte(pick(r, p.chars))
		}
	}
	return b.String()
}

// pick returns a byte of the set; letters and digits come more often than
// marks, and a mark never ends a run of examples.
func pick(r *rand.Rand, s set) byte {
	for {
		c := byte(0x21 + r.IntN(0x5E))
		if is(c, s) && (is(c, alnum) || s&alnum == 0 || r.IntN(8) == 0 && c != '.') {
			return c
		}
	}
}
