package scan

import (
	"strings"
	"unicode/utf8"
)

// decodeText appends text to dst with one step undone, until limit bytes were
// appended, and returns how much of text that took.
func decodeText(dst []byte, text string, by step, limit int) ([]byte, int) {
	return decodeFrom(dst, text, 0, by, limit)
}

// decodeFrom is decodeText from position i on. What stands before it still tells
// whether a line end is one inside of a token.
func decodeFrom(dst []byte, text string, i int, by step, limit int) ([]byte, int) {
	from := len(dst)
	for i < len(text) && len(dst)-from < limit {
		next, most := i, min(len(text), i+limit-(len(dst)-from))
		for next < most && !is(text[next], trigger) && (by != stepForm || text[next] != '+') {
			next++
		}
		dst = append(dst, text[i:next]...)
		if i = next; i == len(text) || len(dst)-from == limit {
			break
		}
		dst, i = undo(dst, text, i, by)
	}
	return dst, i
}

// undo undoes a step at text[i], where a trigger stands.
func undo(dst []byte, text string, i int, by step) ([]byte, int) {
	n := 0
	switch by {
	case stepEscapes:
		return unescape(dst, text, i)
	case stepMarkup:
		if text[i] != '%' {
			return unescape(dst, text, i)
		}
	case stepForm:
		if text[i] == '+' {
			return append(dst, ' '), i + 1
		}
		return unescape(dst, text, i)
	case stepHidden:
		n = hiddenSize(text, i)
	case stepWraps:
		n = wrapSize(text, i)
	}
	if n > 0 {
		return dst, i + n
	}
	return append(dst, text[i]), i + 1
}

// locate returns the position in text of position at of what decodeText makes
// of it.
func locate(text string, by step, at int) int {
	var buf [256]byte
	i := 0
	for at > 0 && i < len(text) {
		made, next := decodeFrom(buf[:0], text, i, by, min(at, len(buf)-utf8.UTFMax))
		at -= len(made)
		if next == i {
			break
		}
		i = next
	}
	return i
}

// hasEscape reports whether unescape would change the text.
func hasEscape(text string) bool {
	return hasEscapeBy(text, '%') || hasEscapeBy(text, '\\') || strings.IndexByte(text, ';') >= 0 && hasEscapeBy(text, '&')
}

// hasEscapeBy reports whether an escape that begins with the mark is in the text.
func hasEscapeBy(text string, mark byte) bool {
	for i := index(text, 0, mark); i < len(text); i = index(text, i+1, mark) {
		if isEscape(text, i) {
			return true
		}
	}
	return false
}

// isEscape reports whether the mark at text[i] begins an escape.
func isEscape(text string, i int) bool {
	switch text[i] {
	case '%':
		return len(text)-i >= 3 && is(text[i+1], hexa) && is(text[i+2], hexa)
	case '\\':
		return i+1 < len(text) && strings.IndexByte("uUxnrt\"'/\\`", text[i+1]) >= 0
	}
	end := runMax(text, i+1, 8, alnum)
	return i+1 < len(text) && (text[i+1] == '#' || end < len(text) && text[end] == ';')
}

// hasMarkup reports whether the text has an escape of JSON or HTML.
func hasMarkup(text string) bool {
	return strings.IndexByte(text, '\\') >= 0 || strings.IndexByte(text, '&') >= 0 && strings.IndexByte(text, ';') >= 0
}

// isForm reports whether the text can be one that a form was encoded to: spaces
// are plus signs in it, and plus signs are escaped.
func isForm(text string) bool {
	return strings.IndexByte(text, '%') >= 0 && strings.IndexByte(text, '+') >= 0 && !strings.Contains(text, "%20")
}

// unescape appends what the escape at text[i] stands for, or the byte itself.
func unescape(dst []byte, text string, i int) ([]byte, int) {
	switch text[i] {
	case '%':
		if len(text)-i >= 3 && is(text[i+1], hexa) && is(text[i+2], hexa) {
			return append(dst, nibble(text[i+1])<<4|nibble(text[i+2])), i + 3
		}
	case '\\':
		return unescapeBackslash(dst, text, i)
	case '&':
		return unescapeEntity(dst, text, i)
	}
	return append(dst, text[i]), i + 1
}

func unescapeBackslash(dst []byte, text string, i int) ([]byte, int) {
	if i+1 >= len(text) {
		return append(dst, '\\'), i + 1
	}
	switch c := text[i+1]; c {
	case 'u', 'U', 'x':
		digits := 4
		switch c {
		case 'x':
			digits = 2
		case 'U':
			digits = 8
		}
		if r, ok := hexRune(text, i+2, digits); ok {
			return utf8.AppendRune(dst, r), i + 2 + digits
		}
		if r, ok := hexRune(text, i+2, 4); ok && c == 'U' { // in another case
			return utf8.AppendRune(dst, r), i + 2 + 4
		}
	case 'n':
		return append(dst, '\n'), i + 2
	case 'r':
		return append(dst, '\r'), i + 2
	case 't':
		return append(dst, '\t'), i + 2
	case '"', '\'', '/', '\\', '`':
		return append(dst, c), i + 2
	}
	return append(dst, '\\'), i + 1
}

func hexRune(text string, i, digits int) (rune, bool) {
	if len(text)-i < digits {
		return 0, false
	}
	r := rune(0)
	for k := i; k < i+digits; k++ {
		if !is(text[k], hexa) {
			return 0, false
		}
		r = r<<4 | rune(nibble(text[k]))
	}
	return r, true
}

// entities are the references that HTML escapers write; names without more are
// given without their ampersand.
var entities = [...]struct {
	name string
	char byte
}{
	{"amp;", '&'}, {"lt;", '<'}, {"gt;", '>'}, {"quot;", '"'}, {"apos;", '\''}, {"equals;", '='}, {"colon;", ':'},
	{"sol;", '/'}, {"plus;", '+'}, {"percnt;", '%'}, {"nbsp;", ' '}, {"period;", '.'}, {"lowbar;", '_'}, {"commat;", '@'},
}

func unescapeEntity(dst []byte, text string, i int) ([]byte, int) {
	rest := text[i+1:]
	if strings.HasPrefix(rest, "#") {
		if r, n, ok := numericEntity(rest); ok {
			return utf8.AppendRune(dst, r), i + 1 + n
		}
		return append(dst, '&'), i + 1
	}
	for _, e := range entities {
		if hasFold(rest, 0, e.name) {
			return append(dst, e.char), i + 1 + len(e.name)
		}
	}
	return append(dst, '&'), i + 1
}

// numericEntity reads "#61;" or "#x3d;".
func numericEntity(rest string) (rune, int, bool) {
	i, base, digits := 1, rune(10), digit
	if len(rest) > 1 && rest[1]|0x20 == 'x' {
		i, base, digits = 2, 16, hexa
	}
	end := runMax(rest, i, 7, digits)
	if end == i || end >= len(rest) || rest[end] != ';' {
		return 0, 0, false
	}
	r := rune(0)
	for ; i < end; i++ {
		r = r*base + rune(nibble(rest[i]))
	}
	return r, end + 1, true
}

// hasHidden reports whether the text has characters that hiddenSize knows.
func hasHidden(text string) bool {
	for i := ascii(text, 0); i < len(text); i = ascii(text, i+1) {
		switch text[i] {
		case 0xC2, 0xCD, 0xD8, 0xE1, 0xE2, 0xEF: // their first bytes
			if hiddenSize(text, i) > 0 {
				return true
			}
		}
	}
	return false
}

// hiddenSize returns the size of an invisible character at text[i]: soft
// hyphen, zero-width and directional marks, joiners, variation selectors, byte
// order mark; else 0.
func hiddenSize(text string, i int) int {
	if text[i] < 0x80 {
		return 0
	}
	r, n := utf8.DecodeRuneInString(text[i:])
	switch {
	case r == 0xAD, r == 0x34F, r == 0x61C, r == 0x180E, r == 0xFEFF,
		r >= 0x200B && r <= 0x200F, r >= 0x202A && r <= 0x202E, r >= 0x2060 && r <= 0x206F, r >= 0xFE00 && r <= 0xFE0F:
		return n
	}
	return 0
}

// leastLine is the length of a line that was broken because it was full.
const leastLine = 60

// leastWrapped is how much of a token stands before a line end inside of it.
const leastWrapped = 12

// hasWrap reports whether the text has line ends that wrapSize knows.
func hasWrap(text string) bool {
	return hasWrapAt(text, '\n') || hasWrapAt(text, '\r')
}

func hasWrapAt(text string, mark byte) bool {
	for i := index(text, 0, mark); i < len(text); i = index(text, i+1, mark) {
		if wrapSize(text, i) > 0 {
			return true
		}
	}
	return false
}

// wrapSize returns the size of a line end with its indentation between bytes
// of a token, else 0.
func wrapSize(text string, i int) int {
	if text[i] != '\n' && text[i] != '\r' || i == 0 || text[i-1] == '\n' || text[i-1] == '=' {
		return 0
	}
	end := run(text, i, white)
	if end >= len(text) {
		return 0
	}
	if next := runMax(text, end, 4, opaque); next-end < 4 && next < len(text) && text[next] == ' ' {
		return 0 // a word of a sentence
	}
	if word := runMax(text, end, longestWord, letter); word < len(text) && text[word] == ' ' && knows(heads, text[end:word]) {
		return 0 // of a line that sets another variable
	}
	full := i >= leastLine && strings.IndexByte(text[i-leastLine:i], '\n') < 0
	if next := run(text, end, name); next < len(text) && is(text[end], letter) && (text[next] == ':' || text[next] == '=' && !full && !padded(text, next)) {
		return 0 // the next line is a pair
	}
	if full || i-back(text, i, leastWrapped, opaque) == leastWrapped && is(text[end], opaque) {
		return end - i
	}
	return 0
}

// padded reports whether text[i] is padding of base64 rather than what joins a
// name to a value.
func padded(text string, i int) bool {
	end := run(text, i, equals)
	return end-i <= 2 && (end == len(text) || is(text[end], white|quote|delimiter))
}

// decodeHex appends the bytes of a run of hexadecimal digits.
func decodeHex(dst []byte, text string) []byte {
	for i := 0; i+1 < len(text); i += 2 {
		dst = append(dst, nibble(text[i])<<4|nibble(text[i+1]))
	}
	return dst
}

// leastDump is the least number of elements of a byte dump.
const leastDump = 8

// byteDump returns the position of the first dump of a byte slice at or behind
// from, -1 when there is none.
func byteDump(text string, from int) int {
	bracket, brace := index(text, from, '['), index(text, from, '{')
	for {
		i := min(bracket, brace)
		switch {
		case i == len(text):
			return -1
		case dumpEnd(text, i) > i:
			return i
		case i == bracket:
			bracket = index(text, i+1, '[')
		default:
			brace = index(text, i+1, '{')
		}
	}
}

// dumpEnd returns the end of a dump like [101 121 74] or {0x65, 0x79} at
// text[at], or at.
func dumpEnd(text string, at int) int {
	if text[at] != '[' && text[at] != '{' || at+1 >= len(text) || !is(text[at+1], digit) {
		return at
	}
	i, elements := at+1, 0
	for i < len(text) {
		v, next := element(text, i)
		if next == i || !textByte(byte(v)) || v > 255 {
			break
		}
		elements++
		i = next
		for i < len(text) && (text[i] == ' ' || text[i] == ',' || text[i] == '+') {
			i++
		}
	}
	if elements < leastDump {
		return at
	}
	if i < len(text) && (text[i] == ']' || text[i] == '}') {
		i++
	}
	return i
}

// element reads a decimal or 0x number of a dump.
func element(text string, i int) (value, next int) {
	if hasFold(text, i, "0x") {
		end := runMax(text, i+2, 2, hexa)
		for k := i + 2; k < end; k++ {
			value = value<<4 | int(nibble(text[k]))
		}
		return value, end
	}
	end := runMax(text, i, 3, digit)
	for k := i; k < end; k++ {
		value = value*10 + int(text[k]-'0')
	}
	return value, end
}

func decodeDump(dst []byte, text string) []byte {
	for i := 1; i < len(text); {
		v, next := element(text, i)
		if next == i {
			break
		}
		dst = append(dst, byte(v))
		i = next
		for i < len(text) && (text[i] == ' ' || text[i] == ',' || text[i] == '+') {
			i++
		}
	}
	return dst
}
