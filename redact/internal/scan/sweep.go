package scan

import "strings"

// least is the length of the shortest text that can hold a secret.
const least = 6

// sweep walks the anchors of one text.
type sweep struct {
	text string
	skip int // anchors before it lie in a finding
	// anchored: an anchor stood in the text; hidden: an encoding that hides
	// anchors did.
	anchored, hidden bool
	// first base64 or hexadecimal run that holds text, -1 when none.
	base64At, hexAt int
}

func newSweep(text string) sweep {
	return sweep{text: text, base64At: -1, hexAt: -1}
}

// next returns the first finding at or behind position i, and the position to
// go on from.
func (w *sweep) next(i int) (Finding, int, bool) {
	text := w.text
	for ; i < len(text); i++ {
		if i > 0 && !is(text[i-1], alnum) {
			w.runAt(i)
		} else if i == 0 {
			w.runAt(0)
		}
		if table.single[text[i]] == 0 {
			if i+3 > len(text) {
				continue
			}
			if table.chain[hash3(uint32(text[i])|uint32(text[i+1])<<8|uint32(text[i+2])<<16)] == 0 {
				continue
			}
		}
		if f, ok := w.at(i); ok {
			return f, max(f.End, i+1), true
		}
	}
	return Finding{}, i, false
}

// at tries the anchors at position i.
func (w *sweep) at(i int) (Finding, bool) {
	v := load(w.text, i)
	for n := table.single[w.text[i]]; n != 0; n = table.entries[n].next {
		if f, ok := w.try(&table.entries[n], i, v); ok {
			return f, true
		}
	}
	for n := table.chain[hash3(uint32(v))]; n != 0; n = table.entries[n].next {
		if f, ok := w.try(&table.entries[n], i, v); ok {
			return f, true
		}
	}
	return Finding{}, false
}

func (w *sweep) try(n *entry, i int, v uint64) (Finding, bool) {
	if !n.matches(w.text, i, v) {
		return Finding{}, false
	}
	if n.on == onHidden {
		w.hidden = true
		return Finding{}, false
	}
	w.anchored = true
	if i < w.skip {
		return Finding{}, false
	}
	f, ok := n.decide(w.text, i)
	if ok {
		w.skip = f.End
	}
	return f, ok
}

// runAt looks for encoded text in a run that begins at position i.
func (w *sweep) runAt(i int) {
	if w.base64At < 0 && base64Text(w.text, i) {
		w.base64At = i
	}
	if w.hexAt < 0 && hexText(w.text, i) {
		w.hexAt = i
	}
}

// encoded reports whether the text may hold more than what stands in it.
func (w *sweep) encoded() bool {
	return w.hidden || w.base64At >= 0 || w.hexAt >= 0 || w.anchored && hasEscapes(w.text) || byteDump(w.text, 0) >= 0
}

func hasEscapes(text string) bool {
	return strings.IndexByte(text, '%') >= 0 || strings.IndexByte(text, '\\') >= 0 || strings.IndexByte(text, '&') >= 0
}

const (
	leastBase64 = 20 // 15 bytes of text
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
