package audit

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/daxis-io/arco-audit/redact"
)

// text is what a caller handed in, made safe once: secrets masked, controls made visible, capped. Only
// an e-mail address is still in it, between two mailMark bytes, because its pseudonym needs the trail's
// keys; Emit replaces it.
type text struct {
	s string
	m marks
}

// marks say what was withheld or changed in a text, as distinct kinds: the first four, and KindEmail in any
// case, because an e-mail address is still to be replaced.
type marks [4]redact.Kind

const (
	mailMark      = "\x00"
	encodedAt     = "%40"
	mailCost      = len("[EMAIL:0123456789abcdef0123456789abcdef]")
	rejected      = "[REJECTED:grammar]"
	scanLookahead = 4 << 10 // how far past its cap a text is read, so that a secret across the cap is seen
)

func (m *marks) add(kind redact.Kind) {
	for i, k := range m {
		if k == kind {
			return
		}
		if k == 0 {
			m[i] = kind
			return
		}
	}
	if kind == redact.KindEmail {
		m[len(m)-1] = kind
	}
}

func (m *marks) has(kind redact.Kind) bool {
	for _, k := range m {
		if k == kind {
			return true
		}
	}
	return false
}

func (m *marks) merge(other marks) {
	if other[0] == 0 {
		return
	}
	for _, k := range other {
		if k != 0 {
			m.add(k)
		}
	}
}

// any reports whether anything was withheld or changed.
func (m *marks) any() bool { return m[0] != 0 }

// mail reports whether an e-mail address is still in the text.
func (m *marks) mail() bool { return m.any() && m.has(redact.KindEmail) }

// secret returns the first kind that is a secret, or 0.
func (m *marks) secret() redact.Kind {
	for _, k := range m {
		switch k {
		case redact.KindControl, redact.KindTruncated, redact.KindGrammar, redact.KindEmail, 0:
		default:
			return k
		}
	}
	return 0
}

// escaping says how a text treats bytes that are not plain.
type escaping bool

const (
	asText escaping = false // keep "%", ".", ":"; controls are percent-encoded
	asPart escaping = true  // a part of a resource: "%", ".", ":" are percent-encoded too
)

// clean makes s safe to store. limit is the most bytes of the result, markers not counted. It is total,
// and takes bounded time and memory on any input.
func clean(s string, limit int, as escaping) text {
	quick := &plainText
	if as == asPart {
		quick = &plainPart
	}
	if len(s) <= limit && (within(s, quick) || undisturbed(s, as)) {
		if _, hit := redact.Scan(s); !hit {
			return text{s: s}
		}
	}
	return cleanSlow(s, limit, as)
}

// undisturbed reports whether s stays byte for byte if it holds no secret.
func undisturbed(s string, as escaping) bool {
	table := &plainText
	if as == asPart {
		table = &plainPart
	}
	for i := 0; i < len(s); i++ {
		if table[s[i]]&belongs != 0 || s[i] == '%' && as == asText && !strings.HasPrefix(s[i:], encodedAt) {
			continue
		}
		if s[i] < utf8.RuneSelf {
			return false
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && size == 1 || control(r) {
			return false
		}
		i += size - 1
	}
	return true
}

// cleanSlow does what clean says for a text that needs it. Masking comes first, on more than the cap, then
// the cut, then one more scan, because a cut can make a new shape.
func cleanSlow(s string, limit int, as escaping) text {
	total := len(s)
	if total > limit+scanLookahead {
		s = s[:limit+scanLookahead]
	}
	c := cleaner{as: as, limit: limit}
	_, found := redact.Mask(s)
	at := 0
	for _, f := range found {
		c.plain(s[at:f.Start])
		c.marker("[REDACTED:"+f.Kind.String()+"]", f.Kind)
		at = f.End
	}
	c.plain(s[at:])
	if total > len(s) {
		c.cut = true
	}
	if c.cut {
		c.buf.WriteString("[TRUNCATED:" + strconv.Itoa(total) + "]")
		c.m.add(redact.KindTruncated)
	}
	out := c.buf.String()
	if f, hit := redact.Scan(out); hit {
		return withheld(f.Kind)
	}
	return text{s: out, m: c.m}
}

// cleaner collects the cleaned form of one text.
type cleaner struct {
	buf   strings.Builder
	m     marks
	as    escaping
	limit int
	used  int // bytes that the text will have when it is written
	cut   bool
}

// marker writes one of our own markers, which no caller can write: in a part their colon would be escaped.
func (c *cleaner) marker(s string, kind redact.Kind) {
	c.m.add(kind)
	if c.used > c.limit {
		c.cut = true
	}
	if !c.cut {
		c.used += len(s)
		c.buf.WriteString(s)
	}
}

// plain writes text that holds no secret.
func (c *cleaner) plain(s string) {
	for s != "" {
		start, end, ok := redact.FindEmail(s)
		if !ok {
			c.escape(s)
			return
		}
		c.escape(s[:start])
		if c.fits(max(end-start, mailCost)) {
			c.buf.WriteString(mailMark + strings.ToValidUTF8(s[start:end], "\ufffd") + mailMark)
			c.m.add(redact.KindEmail)
		}
		s = s[end:]
	}
}

// escape writes s, percent-encoding what must not stand as it is, one rune at a time: a cut never splits
// a rune or an escape.
func (c *cleaner) escape(s string) {
	for i := 0; i < len(s) && !c.cut; {
		r, size := utf8.DecodeRuneInString(s[i:])
		piece := s[i : i+size]
		i += size
		switch {
		case r == utf8.RuneError && size == 1, control(r):
			c.m.add(redact.KindControl)
			c.percent(piece)
		case c.as == asPart && (r == '%' || r == '.' || r == ':'):
			c.percent(piece)
		case c.fits(size):
			c.buf.WriteString(piece)
		}
	}
}

func (c *cleaner) percent(piece string) {
	const digits = "0123456789ABCDEF"
	if !c.fits(3 * len(piece)) {
		return
	}
	for i := range len(piece) {
		c.buf.Write([]byte{'%', digits[piece[i]>>4], digits[piece[i]&0xf]})
	}
}

// fits reports whether n more bytes may be written, and ends the text when not.
func (c *cleaner) fits(n int) bool {
	if c.cut || c.used+n > c.limit {
		c.cut = true
		return false
	}
	c.used += n
	return true
}

// control reports runes that could break or fake a line of output: C0, C1, format characters (bidi
// overrides, zero width), line and paragraph separators.
func control(r rune) bool {
	if r < 0x7f {
		return r < 0x20
	}
	return r < 0xa0 || unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp)
}

// word is a text of a closed grammar: at most limit bytes of set. What is not becomes a marker. With
// cutLong, a text that is only too long keeps its first limit bytes.
func word(s string, limit int, set *alphabet, cutLong bool) text {
	if len(s) <= limit {
		c := set.class(s)
		if c&quiet != 0 || c&belongs != 0 && strings.IndexByte(s, '@') < 0 && !strings.Contains(s, encodedAt) {
			if _, hit := redact.Scan(s); !hit {
				return text{s: s}
			}
		}
	}
	t := cleanSlow(s, limit, asText)
	if at := strings.LastIndex(t.s, "[TRUNCATED:"); at >= 0 && cutLong && t.m.has(redact.KindTruncated) {
		t.s = t.s[:at]
	}
	if within(strings.ReplaceAll(t.s, mailMark, ""), set) && !t.m.has(redact.KindControl) {
		return t
	}
	if k := t.m.secret(); k != 0 {
		return withheld(k)
	}
	return grammar()
}

// grammar is what stands for a text that does not fit its grammar.
func grammar() text {
	t := text{s: rejected}
	t.m.add(redact.KindGrammar)
	return t
}

// withheld is the text of which nothing may be kept.
func withheld(kind redact.Kind) text {
	t := text{s: "[REDACTED:" + kind.String() + "]"}
	t.m.add(kind)
	return t
}

// written is an upper bound of the text's length when it is written.
func (t *text) written() int {
	if !t.m.mail() {
		return len(t.s)
	}
	return len(t.s) + strings.Count(t.s, mailMark)/2*mailCost
}

// withoutMail is the text with e-mail addresses withheld, for uses that have no keys.
func withoutMail(t text) string {
	if !t.m.mail() {
		return t.s
	}
	return replaceMail(t.s, func(string) string { return "" })
}

// replaceMail replaces every marked e-mail address by "[EMAIL:name(address)]", or "[EMAIL]" without a name.
func replaceMail(s string, name func(string) string) string {
	pieces := strings.Split(s, mailMark)
	for i := 1; i < len(pieces); i += 2 {
		n := name(strings.ToLower(strings.Replace(pieces[i], encodedAt, "@", 1)))
		if n != "" {
			n = ":" + n
		}
		pieces[i] = "[EMAIL" + n + "]"
	}
	return strings.Join(pieces, "")
}
