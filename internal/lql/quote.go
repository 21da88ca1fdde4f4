package lql

import (
	"errors"
	"strconv"
	"strings"
	"unicode/utf8"
)

var (
	errOpen   = errors.New("a string that does not end: close the quotation marks")
	errEscape = errors.New("an escape that is none: write a backslash as two")
	errUTF8   = errors.New("escapes that are not UTF-8: write text")
)

// Quote returns text as a string of the language, which means exactly that text.
func Quote(text string) string { return `"` + Escape(text) + `"` }

// Escape returns text as it stands between the quotation marks of a string.
func Escape(text string) string {
	var b strings.Builder
	for _, r := range text {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r < ' ' || r == 0x7f:
			b.WriteString(`\x` + strconv.FormatUint(uint64(r)|0x100, 16)[1:])
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// unquote reads the string at the start of s and returns what it says and how long it is. Escapes are those of
// C; a backslash before any other character stands for both, as the patterns of the documentation show
// ([lql], Using regular expressions).
func unquote(s string) (string, int, error) {
	quote := s[0]
	var b strings.Builder
	for i := 1; i < len(s); {
		switch c := s[i]; {
		case c == quote:
			if !utf8.ValidString(b.String()) {
				return "", 0, errUTF8
			}
			return b.String(), i + 1, nil
		case c != '\\':
			b.WriteByte(c)
			i++
		default:
			n, err := escape(&b, s[i:])
			if err != nil {
				return "", 0, err
			}
			i += n
		}
	}
	return "", 0, errOpen
}

// simple are the escapes of one letter.
var simple = map[byte]byte{'a': '\a', 'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t', 'v': '\v', '\\': '\\', '"': '"', '\'': '\''}

// escape appends what the escape at the start of s means and returns its length.
func escape(b *strings.Builder, s string) (int, error) {
	if len(s) < 2 {
		return 0, errOpen
	}
	if c, known := simple[s[1]]; known {
		b.WriteByte(c)
		return 2, nil
	}
	var digits int
	base, first := 16, 2
	switch s[1] {
	case 'x':
		digits = 2
	case 'u':
		digits = 4
	case 'U':
		digits = 8
	case '0', '1', '2', '3':
		digits, base, first = 3, 8, 1
	default:
		b.WriteByte('\\')
		return 1, nil
	}
	if len(s) < first+digits {
		return 0, errEscape
	}
	n, err := strconv.ParseUint(s[first:first+digits], base, 32)
	if err != nil {
		return 0, errEscape
	}
	if digits >= 4 || s[1] == 'x' && n < utf8.RuneSelf {
		if n > utf8.MaxRune {
			return 0, errEscape
		}
		b.WriteRune(rune(n))
	} else {
		b.WriteByte(byte(n))
	}
	return first + digits, nil
}
