package scan

import (
	"math/bits"
	"strings"
)

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
	var m masks
	for base := i; base < len(w.text); base += blockStep {
		classify(w.text, base, &m)
		w.encodedRuns(base, &m)
		todo := m.anchor
		last := len(w.text)-base <= blockSize
		if !last {
			todo &= 1<<blockStep - 1
		}
		for ; todo != 0; todo &= todo - 1 {
			at := base + bits.TrailingZeros64(todo)
			if f, ok := w.at(at); ok {
				return f, max(f.End, at+1), true
			}
		}
		if last {
			break
		}
	}
	return Finding{}, len(w.text), false
}

// encodedRuns notes where the first runs of encoded text begin.
func (w *sweep) encodedRuns(base int, m *masks) {
	if w.base64At < 0 {
		for runs := m.base64Runs(); runs != 0; runs &= runs - 1 {
			if at := base + bits.TrailingZeros64(runs); base64Text(w.text, at) {
				w.base64At = at
				break
			}
		}
	}
	if w.hexAt < 0 {
		for runs := m.hexRuns(); runs != 0; runs &= runs - 1 {
			if at := base + bits.TrailingZeros64(runs); hexText(w.text, at) {
				w.hexAt = at
				break
			}
		}
	}
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

// encoded reports whether the text may hold more than what stands in it.
func (w *sweep) encoded() bool {
	return w.hidden || w.base64At >= 0 || w.hexAt >= 0 || w.anchored && hasEscapes(w.text) || byteDump(w.text, 0) >= 0
}

func hasEscapes(text string) bool {
	return strings.IndexByte(text, '%') >= 0 || strings.IndexByte(text, '\\') >= 0 || strings.IndexByte(text, '&') >= 0 || strings.IndexByte(text, '+') >= 0
}

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
