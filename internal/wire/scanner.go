package wire

import (
	"math/bits"
	"unicode/utf16"
	"unicode/utf8"
)

// maxDepth bounds the nesting of values that a reader does not know, maxDetailsDepth that of details.
const (
	maxDepth        = 32
	maxDetailsDepth = 4
)

// scanner reads JSON from a string, front to back. Strings come out as substrings where they hold no escape.
// With strict it takes canonical JSON only. Its methods return false once there is a fault.
type scanner struct {
	s      string
	at     int
	member Member // that is being read
	strict bool
	fault  *Fault
}

func (c *scanner) fail(problem string) bool { return c.failAt(c.at, problem) }

func (c *scanner) failAt(offset int, problem string) bool {
	if c.fault == nil {
		c.fault = &Fault{Member: c.member.String(), Offset: offset, Problem: problem}
	}
	return false
}

// peek returns the next byte that is not space, 0 at the end. Strictly there is no space.
func (c *scanner) peek() byte {
	for c.at < len(c.s) {
		b := c.s[c.at]
		if c.strict || b != ' ' && b != '\n' && b != '\t' && b != '\r' {
			return b
		}
		c.at++
	}
	return 0
}

// key goes to the next member of the object that is being read and returns its name. It returns false at
// the end of the object too; first says that "{" is still to come.
func (c *scanner) key(first bool) (string, bool) {
	b := c.peek()
	switch {
	case first && b != '{':
		return "", c.fail(notObject)
	case first:
		c.at++
		if c.peek() == '}' {
			c.at++
			if c.strict {
				c.failAt(c.at-2, isEmpty)
			}
			return "", false
		}
	case b == '}':
		c.at++
		return "", false
	case b != ',':
		return "", c.fail(c.broken())
	default:
		c.at++
	}
	if c.peek() != '"' {
		return "", c.fail(c.broken())
	}
	name, ok := c.text()
	if !ok {
		return "", false
	}
	if c.peek() != ':' {
		return "", c.fail(c.broken())
	}
	c.at++
	return name, true
}

// broken is the problem with a byte that no JSON has here: space is JSON, but not canonical.
func (c *scanner) broken() string {
	if c.strict && c.at < len(c.s) {
		switch c.s[c.at] {
		case ' ', '\n', '\t', '\r':
			return notCanonical
		}
	}
	return notJSON
}

// text reads a string.
func (c *scanner) text() (string, bool) {
	if c.peek() != '"' {
		return "", c.fail(c.notText())
	}
	s, start := c.s, c.at+1
	for i := start; i < len(s); {
		i = skipPlain(s, i)
		if i == len(s) {
			break
		}
		switch b := s[i]; {
		case b == '"':
			c.at = i + 1
			return s[start:i], true
		case b == '\\':
			return c.escaped(start, i)
		case b < utf8.RuneSelf:
			return "", c.failAt(i, notJSON)
		default:
			r, size := utf8.DecodeRuneInString(s[i:])
			if r == utf8.RuneError && size == 1 {
				return "", c.failAt(i, notUTF8)
			}
			i += size
		}
	}
	return "", c.failAt(len(s), notJSON)
}

// skipPlain returns the offset of the first byte from i on that does not stand for itself, or the length of
// s. Like allPlain it looks at eight bytes at a time; the lowest byte that it finds is one.
func skipPlain(s string, i int) int {
	const ones, highs = 0x0101010101010101, 0x8080808080808080
	for ; i+8 <= len(s); i += 8 {
		b := s[i : i+8]
		w := uint64(b[0]) | uint64(b[1])<<8 | uint64(b[2])<<16 | uint64(b[3])<<24 |
			uint64(b[4])<<32 | uint64(b[5])<<40 | uint64(b[6])<<48 | uint64(b[7])<<56
		quote, slash := w^(ones*'"'), w^(ones*'\\')
		if found := (w | (w - ones*0x20) | (quote - ones) | (slash - ones)) & highs; found != 0 {
			return i + bits.TrailingZeros64(found)/8
		}
	}
	for i < len(s) && plain[s[i]] {
		i++
	}
	return i
}

func (c *scanner) notText() string {
	if p := c.broken(); p == notCanonical || c.at >= len(c.s) {
		return p
	}
	return notText
}

// escaped reads the rest of the string that began at start and has its first escape at i.
func (c *scanner) escaped(start, i int) (string, bool) {
	buf := append(make([]byte, 0, i-start+64), c.s[start:i]...)
	for i < len(c.s) {
		b := c.s[i]
		switch {
		case b == '"':
			c.at = i + 1
			return string(buf), true
		case b == '\\':
			var size int
			if buf, size = c.escape(buf, i); size == 0 {
				return "", false
			}
			i += size
		case b < 0x20:
			return "", c.failAt(i, notJSON)
		case b < utf8.RuneSelf:
			buf = append(buf, b)
			i++
		default:
			r, size := utf8.DecodeRuneInString(c.s[i:])
			if r == utf8.RuneError && size == 1 {
				return "", c.failAt(i, notUTF8)
			}
			buf = append(buf, c.s[i:i+size]...)
			i += size
		}
	}
	return "", c.failAt(len(c.s), notJSON)
}

// escape appends the character that the escape at i stands for, and returns the escape's length, 0 when
// there is none. Half a surrogate pair becomes U+FFFD.
func (c *scanner) escape(buf []byte, i int) ([]byte, int) {
	if i+1 >= len(c.s) {
		c.failAt(len(c.s), notJSON)
		return buf, 0
	}
	const shorts = "\"\\/bfnrt"
	const values = "\"\\/\b\f\n\r\t"
	for j := range len(shorts) {
		if c.s[i+1] != shorts[j] {
			continue
		}
		if c.strict && shorts[j] == '/' {
			c.failAt(i, notCanonical)
			return buf, 0
		}
		return append(buf, values[j]), 2
	}
	r, ok := unicodeEscape(c.s, i)
	if !ok {
		c.failAt(i, notJSON)
		return buf, 0
	}
	if c.strict && !canonicalEscape(c.s[i:i+6], r) {
		c.failAt(i, notCanonical)
		return buf, 0
	}
	size := 6
	if utf16.IsSurrogate(r) {
		low, ok := unicodeEscape(c.s, i+6)
		if r = utf16.DecodeRune(r, low); ok && r != utf8.RuneError {
			size = 12
		} else {
			r = utf8.RuneError
		}
	}
	return utf8.AppendRune(buf, r), size
}

// unicodeEscape reads the \uXXXX at i.
func unicodeEscape(s string, i int) (rune, bool) {
	if i+6 > len(s) || s[i] != '\\' || s[i+1] != 'u' {
		return 0, false
	}
	var r rune
	for _, b := range []byte(s[i+2 : i+6]) {
		switch {
		case '0' <= b && b <= '9':
			r = r<<4 | rune(b-'0')
		case 'a' <= b|0x20 && b|0x20 <= 'f':
			r = r<<4 | rune(b|0x20-'a'+10)
		default:
			return 0, false
		}
	}
	return r, true
}

// canonicalEscape reports whether RFC 8785 writes r as escape.
func canonicalEscape(escape string, r rune) bool {
	if r >= 0x20 {
		return false
	}
	var b [6]byte
	return string(appendEscape(b[:0], byte(r))) == escape
}

// null reads "null" when it stands here.
func (c *scanner) null() bool {
	if c.peek() == 'n' && len(c.s)-c.at >= 4 && c.s[c.at:c.at+4] == "null" {
		c.at += 4
		return true
	}
	return false
}
