package redact

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// lookahead is how far past its cap NewText looks, so that a secret that
// straddles the cap is seen whole or long enough to be known.
const lookahead = 4096

// Text is free text that was made safe once, at the door: secrets are masked,
// control and invisible characters are written out, the length is capped, the
// bytes are valid UTF-8. The zero Text is empty.
type Text struct {
	s       string
	kinds   []Kind
	altered bool
}

// NewText makes s safe. The result has at most limit bytes and ends on a UTF-8
// boundary. Time and memory are bounded by limit, not by len(s).
func NewText(s string, limit int) Text {
	if limit <= 0 || s == "" {
		return Text{altered: s != ""}
	}
	var t Text
	window := s
	if len(window)-lookahead > limit {
		window = cutUTF8(s, limit+lookahead)
		t.altered = true
	}
	t.s = t.mask(window)
	if visible := makeVisible(t.s); visible != t.s {
		t.s = t.mask(visible)
		t.altered = true
	}
	t.cut(limit)
	return t
}

// String returns the safe text.
func (t Text) String() string { return t.s }

// Kinds returns the kinds of the secrets that were withheld, in order of first
// appearance, without repetition.
func (t Text) Kinds() []Kind { return slices.Clone(t.kinds) }

// Altered reports whether the text was cut or cleaned; masking alone does not
// count, Kinds tells it.
func (t Text) Altered() bool { return t.altered }

func (t *Text) mask(s string) string {
	masked, found := Mask(s)
	for _, f := range found {
		if !slices.Contains(t.kinds, f.Kind) {
			t.kinds = append(t.kinds, f.Kind)
		}
	}
	return masked
}

// cut brings the text under limit. Cutting can make a new secret of a harmless
// text, and masking can make it longer again; a text that does not settle is
// withheld.
func (t *Text) cut(limit int) {
	for range 3 {
		if len(t.s) > limit {
			t.s = dropCutMark(cutUTF8(t.s, limit))
			t.altered = true
		}
		t.s = t.mask(t.s)
		if len(t.s) <= limit {
			return
		}
	}
	t.s = ""
	t.altered = true
}

// cutUTF8 returns at most n bytes of s and does not split a sequence.
func cutUTF8(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}

// dropCutMark removes a mark that lost its end.
func dropCutMark(s string) string {
	i := strings.LastIndexByte(s, '[')
	if i < 0 || strings.IndexByte(s[i:], ']') >= 0 {
		return s
	}
	head := "[REDACTED:"
	if tail := s[i:]; strings.HasPrefix(tail, head) || strings.HasPrefix(head, tail) {
		return s[:i]
	}
	return s
}

// makeVisible writes control, format and private characters as Go escapes and
// replaces invalid UTF-8 by U+FFFD. It returns s itself when there are none.
func makeVisible(s string) string {
	i := 0
	for i < len(s) && s[i] >= 0x20 && s[i] < 0x7F {
		i++
	}
	if i == len(s) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s) + 16)
	b.WriteString(s[:i])
	for _, r := range s[i:] {
		if unicode.IsPrint(r) {
			b.WriteRune(r)
		} else {
			writeEscape(&b, r)
		}
	}
	return b.String()
}

func writeEscape(b *strings.Builder, r rune) {
	const digits = "0123456789abcdef"
	width := 4
	switch {
	case r == '\n':
		b.WriteString(`\n`)
		return
	case r == '\t':
		b.WriteString(`\t`)
		return
	case r == '\r':
		b.WriteString(`\r`)
		return
	case r > 0xFFFF:
		b.WriteString(`\U`)
		width = 8
	default:
		b.WriteString(`\u`)
	}
	for shift := (width - 1) * 4; shift >= 0; shift -= 4 {
		b.WriteByte(digits[r>>shift&0xF])
	}
}
