package scan

import (
	"slices"
	"unsafe"
)

// decodeBase64 appends the bytes of a run of base64 or base64url, without
// padding, and ignores what is left over at its end.
func decodeBase64(dst []byte, text string) []byte {
	dst = slices.Grow(dst, len(text)/4*3)
	read := decodeGroups(dst[len(dst):cap(dst)], text)
	return decodeRest(dst[:len(dst)+read/4*3], text[read:])
}

// decodeGroups decodes whole groups of four sextets as far as text has nothing
// else, and returns the length of what it read.
func decodeGroups(room []byte, text string) int {
	if best == byVBMI && len(text) >= leastVector {
		return decodeVBMI(unsafe.SliceData(room), unsafe.StringData(text), len(text), base64Tables)
	}
	read := 0
	for len(text)-read >= 4 && len(room) >= 3 {
		four := text[read : read+4]
		a, b, c, d := sextet[four[0]], sextet[four[1]], sextet[four[2]], sextet[four[3]]
		if (a|b|c|d)&0x80 != 0 {
			break
		}
		room[0], room[1], room[2] = a<<2|b>>4, b<<4|c>>2, c<<6|d
		read, room = read+4, room[3:]
	}
	return read
}

// base64Run returns the end of the run of base64 or base64url at text[at].
func base64Run(text string, at int) int {
	if best == byVBMI && len(text)-at >= leastVector {
		return at + sextetsVBMI(unsafe.StringData(text[at:]), len(text)-at, base64Tables)
	}
	return run(text, at, b64any)
}

// leastVector is the length from which vectors are faster.
const leastVector = 16

// vectorTables are what runs of base64 are read with: the sextets of ASCII, with
// the highest bit where a byte is none, and which bytes of groups of four stand
// where in what they decode to.
type vectorTables struct {
	sextets [128]byte
	pack    [64]byte
}

var base64Tables = buildVectorTables()

func buildVectorTables() *vectorTables {
	t := new(vectorTables)
	copy(t.sextets[:], sextet[:])
	for i := range 16 {
		t.pack[3*i], t.pack[3*i+1], t.pack[3*i+2] = byte(4*i+2), byte(4*i+1), byte(4*i)
	}
	return t
}

// decodeRest decodes what is not whole groups, or has line ends in it.
func decodeRest(dst []byte, text string) []byte {
	acc, bits := uint32(0), 0
	for i := range len(text) {
		v := sextet[text[i]]
		if v == noSextet {
			continue
		}
		acc = acc<<6 | uint32(v)
		bits += 6
		if bits >= 8 {
			bits -= 8
			dst = append(dst, byte(acc>>bits))
		}
	}
	return dst
}

const noSextet = 0xFF

var sextet = buildSextets()

func buildSextets() (t [256]byte) {
	for i := range t {
		t[i] = noSextet
	}
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
	for i := range len(alphabet) {
		t[alphabet[i]] = byte(i)
	}
	t['+'], t['-'], t['/'], t['_'] = 62, 62, 63, 63
	return t
}

// openWide notes the base64 of UTF-16 behind the name of an option or a call at
// text[i] (learn.microsoft.com: about_PowerShell_exe).
func (w *sweep) openWide(i int) {
	at := run(w.text, i, alnum|dash)
	for at < len(w.text) && (is(w.text[at], white|quote) || w.text[at] == '(' || w.text[at] == ':') {
		at++
	}
	if len(w.text)-at >= leastBase64 && wideBase64(w.text, at) {
		w.wideAt = at
	}
}

// wideBase64 reports whether leastBase64 bytes of base64 at text[i] decode to ASCII text
// in UTF-16, little-endian, as PowerShell encodes commands.
func wideBase64(text string, i int) bool {
	if text[i+2] < 'A' || text[i+2] > 'D' || text[i+4] != 'A' { // zeros
		return false
	}
	var buf [leastBase64]byte
	plain := decodeBase64(buf[:0], text[i:i+leastBase64])
	for k, c := range plain {
		if k%2 == 0 && !textByte(c) || k%2 == 1 && c != 0 {
			return false
		}
	}
	return len(plain) == leastBase64/4*3
}
