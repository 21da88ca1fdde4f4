package scan

import "math/bits"

// least is the length of the shortest text that can hold a secret.
const least = 6

// sweep walks the anchors of one text.
type sweep struct {
	text string
	skip int // anchors before it lie in a finding
	// named is the end of the last name that was judged: a name can hold
	// several anchors.
	named int
	// anchored: an anchor stood in the text; hidden: an encoding that hides
	// anchors did.
	anchored, hidden bool
	escapes          uint64 // not 0 when there is a byte that escapes begin with
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
	var b block
	if i > 0 && is(text[i-1], alnum) {
		b.words = 1 << 63
	}
	for base := i; base < len(text); base += blockSize {
		b.classify(text, base)
		w.escapes |= b.escapes
		if b.runs|b.anchors == 0 {
			continue
		}
		if f, at, ok := w.block(base, &b); ok {
			return f, max(f.End, at+1), true
		}
	}
	return Finding{}, len(text), false
}

// block looks at the runs and anchors of a block of text up to the first finding,
// which comes with the position that led to it.
func (w *sweep) block(base int, b *block) (f Finding, at int, ok bool) {
	text := w.text
	for todo := b.runs | b.anchors; todo != 0; todo &= todo - 1 {
		bit := todo & -todo
		at = base + bits.TrailingZeros64(todo)
		if b.runs&bit != 0 {
			if f, ok = w.encodedRun(at); ok {
				return f, at, true
			}
		}
		if f, ok = w.at(at, load(text, at), b.starts&bit != 0); ok {
			return f, at, true
		}
	}
	return Finding{}, at, false
}

// encodedRun notes where the first runs of encoded text begin, and judges
// those that can be the header of a token. Base64 of text has hardly any marks,
// so that its first bytes are letters and digits.
func (w *sweep) encodedRun(at int) (Finding, bool) {
	if is(w.text[at], digit) {
		if w.hexAt < 0 && hexText(w.text, at) {
			w.hexAt = at
		}
		return Finding{}, false
	}
	if !base64Text(w.text, at) {
		return Finding{}, false
	}
	if w.base64At < 0 {
		w.base64At = at
	}
	if at < w.skip {
		return Finding{}, false
	}
	f, ok := matchJOSE(w.text, at)
	if !ok {
		f, ok = matchDiscord(w.text, at)
	}
	if ok {
		w.skip = f.End
	}
	return f, ok
}

// at tries the anchors at position i, where the text goes on with v.
func (w *sweep) at(i int, v uint64, starts bool) (Finding, bool) {
	if list := table.single[byte(v)]; list != 0 {
		if f, ok := w.try(list, i, v, starts); ok {
			return f, true
		}
	}
	if list := table.find(uint32(v)); list != 0 {
		return w.try(list, i, v, starts)
	}
	return Finding{}, false
}

// try tries a list of anchors at position i, where the text goes on with v.
func (w *sweep) try(list uint16, i int, v uint64, starts bool) (Finding, bool) {
	for {
		n := &table.entries[list]
		if n.matches(w.text, i, v) && (starts || !n.starts) {
			if f, ok := w.judge(n, i); ok {
				return f, true
			}
		}
		if n.last {
			return Finding{}, false
		}
		list++
	}
}

// judge runs the handler of an anchor that stands at position i.
func (w *sweep) judge(n *entry, i int) (Finding, bool) {
	switch {
	case n.on == onHidden:
		w.hidden = w.hidden || n.span == 0 || n.size > 1 || dumpEnd(w.text, i) > i
		return Finding{}, false
	case n.on == onName:
		if i < w.named {
			return Finding{}, false
		}
		w.named = runMax(w.text, i, maxName, name)
		if !mayJoin(w.text, w.named) {
			return Finding{}, false
		}
		if w.anchored = true; i < w.skip || !joins(w.text, w.named) {
			return Finding{}, false
		}
	case i < w.skip:
		w.anchored = true
		return Finding{}, false
	}
	w.anchored = true
	f, ok := n.decide(w.text, i)
	switch {
	case ok:
		w.skip = f.End
	case n.on == onPEM:
		w.skip = publicEnd(w.text, i)
	}
	return f, ok
}

// joins reports whether what stands at text[i] can join a name to a value.
func joins(text string, i int) bool {
	return i < len(text) && is(text[i], joint)
}

// mayJoin reports whether what stands at text[i] can join a name to a value,
// also when it is escaped. Names that fill the window have no end.
func mayJoin(text string, i int) bool {
	return i < len(text) && twin.classes[text[i]]&inJoint != 0
}

// encoded reports whether the text may hold more than what stands in it.
func (w *sweep) encoded() bool {
	return w.hidden || w.base64At >= 0 || w.hexAt >= 0 || w.anchored && w.escapes != 0
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

// runFirst has a bit for the bytes that base64 of text can begin with, and one
// for hexadecimal digits of text.
var runFirst = buildRuns()

const (
	asBase64 = 1 << iota
	asHex
)

func buildRuns() (first [256]byte) {
	for c := range 256 {
		v := sextet[c]
		if v < 32 && (v >= 8 || v == 2 || v == 3) {
			first[c] = asBase64
		}
	}
	for c := '2'; c <= '7'; c++ {
		first[c] |= asHex
	}
	return first
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
