package scan

const (
	leastBase64 = 16 // 12 bytes of text
	leastHex    = 24 // 12 bytes of text
)

// base64Text reports whether leastBase64 bytes of base64 at text[i] decode to
// ASCII text.
func base64Text(text string, i int) bool {
	if len(text)-i < leastBase64 {
		return false
	}
	for k := i; k < i+leastBase64; k += 4 {
		a, b, c, d := sextet[text[k]], sextet[text[k+1]], sextet[text[k+2]], sextet[text[k+3]]
		if a|b|c|d == noSextet || a&0x20 != 0 || b&0x08 != 0 || c&0x02 != 0 {
			return false
		}
		if !textByte(a<<2|b>>4) || !textByte(b<<4|c>>2) || !textByte(c<<6|d) {
			return false
		}
	}
	return true
}

// runFirst has a bit for the bytes that base64 of text can begin with, and one
// for hexadecimal digits of text.
var runFirst = buildRuns()

const (
	asBase64 = 1 << iota
	asHex
)

func buildRuns() (first [256]byte) {
	for c := range 256 {
		v := sextet[c]
		if v < 32 && (v >= 8 || v == 2 || v == 3) {
			first[c] = asBase64
		}
	}
	for c := '2'; c <= '7'; c++ {
		first[c] |= asHex
	}
	return first
}

func textByte(c byte) bool {
	return c >= 0x20 && c < 0x7F || c == '\n' || c == '\r' || c == '\t'
}

// hexText reports whether leastHex hexadecimal digits at text[i] decode to
// ASCII text.
func hexText(text string, i int) bool {
	if len(text)-i < leastHex {
		return false
	}
	for k := i; k < i+leastHex; k += 2 {
		if !is(text[k], hexa) || !is(text[k+1], hexa) || !textByte(nibble(text[k])<<4|nibble(text[k+1])) {
			return false
		}
	}
	return true
}

func nibble(c byte) byte {
	if c <= '9' {
		return c - '0'
	}
	return c&0x0F + 9
}
