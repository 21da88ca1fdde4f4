package auditread

import "cmp"

// compareUTF16 orders names as RFC 8785 section 3.2.3 does, by UTF-16 code units. That is the order of the bytes of
// UTF-8, but that characters beyond the basic plane (0xf0 and up) come before U+E000 to U+FFFF (0xee, 0xef).
func compareUTF16(a, b string) int {
	for i := range min(len(a), len(b)) {
		x, y := a[i], b[i]
		switch {
		case x == y:
		case x >= 0xf0 && (y == 0xee || y == 0xef):
			return -1
		case y >= 0xf0 && (x == 0xee || x == 0xef):
			return 1
		default:
			return cmp.Compare(x, y)
		}
	}
	return cmp.Compare(len(a), len(b))
}
