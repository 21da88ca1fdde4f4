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

// triggers are the bytes with which what a step undoes may begin.
var triggers = [...]set{stepEscapes: percent | markup, stepMarkup: markup, stepForm: percent | markup | plus, stepHidden: unseen, stepWraps: breaks, stepQuoted: equals}

// decodeFrom is decodeText from position i on. What stands before it still tells
// whether a line end is one inside of a token.
func decodeFrom(dst []byte, text string, i int, by step, limit int) ([]byte, int) {
	from, trigger := len(dst), triggers[by]
	for i < len(text) && len(dst)-from < limit {
		next, most := i, min(len(text), i+limit-(len(dst)-from))
		for next < most && !is(text[next], trigger) {
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
	case stepEscapes, stepMarkup:
		return unescape(dst, text, i)
	case stepForm:
		if text[i] == '+' {
			return append(dst, ' '), i + 1
		}
		return unescape(dst, text, i)
	case stepHidden:
		if n = spaceSize(text, i); n > 0 {
			return append(dst, ' '), i + n
		}
		n = hiddenSize(text, i)
	case stepWraps:
		if n = wrapSize(text, i); n == 0 {
			n = continued(text, i)
		}
	case stepQuoted:
		if text[i] == '=' && isQuoted(text, i) {
			return append(dst, nibble(text[i+1])<<4|nibble(text[i+2])), i + 3
		}
		n = softBreak(text, i)
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
		return strings.HasPrefix(text[i:], octalEscape) || i+1 < len(text) && strings.IndexByte("uUxnrt\"'/\\`", text[i+1]) >= 0
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

// octalEscape begins a sequence for the terminal, as shells write it.
const octalEscape = `\033[`

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
	case '0':
		if strings.HasPrefix(text[i:], octalEscape) {
			return append(dst, escape, '['), i + len(octalEscape)
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

// decodeHex appends the bytes of a run of hexadecimal digits.
func decodeHex(dst []byte, text string) []byte {
	for i := 0; i+1 < len(text); i += 2 {
		dst = append(dst, nibble(text[i])<<4|nibble(text[i+1]))
	}
	return dst
}

// leastDump is the least number of elements of a byte dump.
const leastDump = 8

// byteDump returns the position of the first dump of a byte slice in the text, -1
// when there is none.
func (w *sweep) byteDump() int {
	if !w.traces.has(ofDumps) {
		return -1
	}
	text := w.text
	bracket, brace := index(text, 0, '['), index(text, 0, '{')
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
