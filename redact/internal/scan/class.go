package scan

import (
	"encoding/binary"
	"math/bits"
	"strings"
	"unicode/utf8"
	"unsafe"
)

// set is a set of ASCII bytes as bits in a table that all sets share.
type set uint32

const (
	digit     set = 1 << iota // 0-9
	lowhex                    // 0-9a-f
	hexa                      // 0-9a-fA-F
	lower                     // a-z
	upper                     // A-Z
	dash                      // -
	under                     // _
	dot                       // .
	plus                      // + /
	equals                    // =
	tilde                     // ~
	base32                    // A-Z2-7
	bech32                    // the upper-case Bech32 alphabet
	white                     // space, tab, CR, LF
	stop                      // ends an unquoted value
	bang                      // ! $ * @ # % ^ & and other marks that keys of frameworks use
	colon                     // :
	quote                     // closes a quoted name: quotes, backslash, ]
	forms                     // can stand between a scheme and its credential
	percent                   // %
	markup                    // & and backslash, which escapes of JSON and HTML begin with
	breaks                    // line ends, and the backslash before one
	unseen                    // characters that are not seen may begin here
	joint                     // may follow a name that has a value
	pause                     // an unquoted value can end here
	delimiter                 // between the fields of a table
	between                   // stands between bytes that are written one by one
	separates                 // separatorBytes, and what some of them are where case does not count
)

const (
	letter = lower | upper
	alnum  = letter | digit
	b64    = alnum | plus
	b64url = alnum | dash | under
	b64any = b64 | b64url
	name   = alnum | dash | under | dot
	opaque = alnum | dash | under | dot | plus | equals | tilde
)

var sets = buildSets()

func buildSets() (t [256]set) {
	add := func(chars string, s set) {
		for i := range len(chars) {
			t[chars[i]] |= s
		}
	}
	add("0123456789", digit|lowhex|hexa)
	add("abcdef", lowhex|hexa)
	add("ABCDEF", hexa)
	add("abcdefghijklmnopqrstuvwxyz", lower)
	add("ABCDEFGHIJKLMNOPQRSTUVWXYZ", upper)
	add("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", base32)
	add("QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L", bech32)
	add("-", dash)
	add("_", under)
	add(".", dot)
	add("+/", plus)
	add("=", equals)
	add("~", tilde)
	add(":", colon)
	add(" \t\r\n", white)
	add(" \t\r\n\"'`<>,;&|()[]{}\\", stop)
	add("!$*@#%^&", bang)
	addMarks(add)
	for c := range 0x20 {
		t[c] |= stop
	}
	t[0x7F] |= stop
	for c := 0x80; c < 0x100; c++ {
		t[c] |= unseen | pause
	}
	for c := range t {
		if t[c]&stop != 0 {
			t[c] |= pause
		}
	}
	return t
}

// addMarks adds the sets that tell what a byte can mean around values.
func addMarks(add func(chars string, s set)) {
	add("\"'\\`]", quote)
	add(" \t+\"\\'", forms)
	add("=:><\"'`\\]+ \t\r\n|,;()}", joint)
	add(",;|\t", delimiter)
	add(" \t\r\n:-,", between)
	add(separatorBytes+"|)}*", separates)
	add("%", percent)
	add("&\\", markup)
	add("\\\r\n", breaks)
	add("\x1b\x00", unseen)
	add("~/?+:|", pause)
}

func is(c byte, s set) bool { return sets[c]&s != 0 }

// run returns the end of the run of bytes of s in text that begins at from.
func run(text string, from int, s set) int {
	for from < len(text) && sets[text[from]]&s != 0 {
		from++
	}
	return from
}

// runMax is run with at most most bytes.
func runMax(text string, from, most int, s set) int {
	if len(text)-from > most {
		text = text[:from+most]
	}
	return run(text, from, s)
}

// back returns the start of the run of bytes of s that ends before to and has
// at most most bytes.
func back(text string, to, most int, s set) int {
	low := max(0, to-most)
	for to > low && sets[text[to-1]]&s != 0 {
		to--
	}
	return to
}

// index returns the position of c in text at or behind from, or the length.
func index(text string, from int, c byte) int {
	if i := strings.IndexByte(text[from:], c); i >= 0 {
		return from + i
	}
	return len(text)
}

// ascii returns the end of the run of ASCII that begins at from.
func ascii(text string, from int) int {
	const high = 0x8080808080808080
	b := bytesOf(text)
	for ; len(b)-from >= 8; from += 8 {
		if v := binary.LittleEndian.Uint64(b[from:]) & high; v != 0 {
			return from + bits.TrailingZeros64(v)/8
		}
	}
	for from < len(text) && text[from] < 0x80 {
		from++
	}
	return from
}

// bytesOf returns the bytes of text, which nobody may change.
func bytesOf(text string) []byte { return unsafe.Slice(unsafe.StringData(text), len(text)) }

func all(text string, s set) bool { return run(text, 0, s) == len(text) }

// ends reports whether an unquoted value ends before text[i].
func ends(text string, i int) bool {
	return is(text[i], stop) || text[i] >= 0x80 && punctuation(text, i) > 0
}

// punctuation returns the size of the dash, quotation mark, ellipsis, space or
// full stop beyond ASCII at text[i], else 0.
func punctuation(text string, i int) int {
	if text[i] < 0xC2 || text[i] > 0xEF {
		return 0
	}
	r, n := utf8.DecodeRuneInString(text[i:])
	switch {
	case r == 0xA0, r == 0xAB, r == 0xBB, r == 0xB7, r >= 0x2000 && r <= 0x200A, r >= 0x2010 && r <= 0x2029, r >= 0x202F && r <= 0x205F,
		r >= 0x3000 && r <= 0x3003, r >= 0x3008 && r <= 0x3011, r >= 0xFF01 && r <= 0xFF0F, r >= 0xFF1A && r <= 0xFF1F, r == 0xFFFD:
		return n
	}
	return 0
}

func foldByte(c byte) byte {
	if c >= 'A' && c <= 'Z' {
		return c | 0x20
	}
	return c
}

// hasFold reports whether text has the lower-case prefix at from, in any case.
func hasFold(text string, from int, prefix string) bool {
	if from < 0 || len(text)-from < len(prefix) {
		return false
	}
	for i := range len(prefix) {
		if foldByte(text[from+i]) != prefix[i] {
			return false
		}
	}
	return true
}
