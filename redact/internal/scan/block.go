package scan

import (
	"math/bits"
	"unsafe"
)

const blockSize = 64

// block is what a sweep has to look at in 64 bytes of text, one bit for each
// byte. The classification of a block reads what it left of the block before.
type block struct {
	anchors uint64 // an anchor may begin here
	runs    uint64 // so a run that encodes ASCII text
	starts  uint64 // a word begins here
	joined  uint64 // a byte of a name that something joins to a value
	names   uint64 // a byte of a name
	escapes uint64 // a byte that escapes begin with
	words   uint64 // a letter or a digit
}

// kernel says with what blocks are classified. Those in Go and by VBMI give the
// same, that by AVX2 candidates that are more than theirs.
type kernel uint8

const (
	inGo kernel = iota
	byAVX2
	byVBMI
)

// classify classifies the block of text at from.
func (b *block) classify(text string, from int) { b.classifyBy(best, text, from) }

func (b *block) classifyBy(k kernel, text string, from int) {
	if k == byVBMI {
		blockVBMI(unsafe.StringData(text[from:]), len(text)-from, prefilter, b)
		return
	}
	var m masks
	rest := text[from:]
	if k == byAVX2 {
		m.readVectors(rest)
	} else {
		m.read(rest, twin)
	}
	b.combine(&m, following(rest))
}

// has returns what the byte at bit i of the block has of what anchors need.
func (b *block) has(i int) need {
	return need(b.starts>>(i&63)&1)*needStart | need(b.joined>>(i&63)&1)*needJoined | needNothing
}

// following has all bits when text goes on behind the block.
func following(text string) uint64 {
	if len(text) > blockSize {
		return 1<<64 - 1
	}
	return 0
}

// combine makes the block of its masks; more is following.
func (b *block) combine(m *masks, more uint64) {
	inside := m.words<<1 | b.words>>63
	escaped := m.escapes<<2 | m.escapes<<3 | m.escapes<<6 | b.escapes>>62 | b.escapes>>61 | b.escapes>>58
	b.starts = m.words &^ (inside &^ escaped)
	b.joined = m.joined(more)
	b.anchors = m.start&b.starts | m.name&b.joined | m.other
	b.runs = m.runs(more) & b.starts
	b.words, b.escapes, b.names = m.words, m.escapes, m.names
}

// masks are the candidates and the classes of a block.
type masks struct {
	// start, name and other are where anchors may begin: those that count at
	// the start of a word, names, and others. sextets and digits are where
	// four bytes of an encoded run stand.
	start, name, other, sextets, digits uint64
	words, escapes, names, joints       uint64
}

// readVectors sets the masks for the beginning of text with vectors of 32 bytes.
func (m *masks) readVectors(text string) {
	const half = blockSize / 2
	n := len(text)
	if n >= blockSize+narrowPositions-1 {
		readAVX2(unsafe.StringData(text), narrowed(), m, 2)
		return
	}
	var buf [blockSize + half]byte // zeros behind the text
	copy(buf[:], text)
	readAVX2(&buf[0], narrowed(), m, 1+count(n > half))
	if n < blockSize {
		m.keep(1<<n - 1)
	}
}

// keep leaves the candidates of bytes that are there.
func (m *masks) keep(valid uint64) {
	m.start &= valid
	m.name &= valid
	m.other &= valid
	m.sextets &= valid
	m.digits &= valid
}

// read sets the masks for the beginning of text by the tables of w.
func (m *masks) read(text string, w *wholeTables) {
	n := min(len(text), blockSize)
	for i := range n {
		buckets, runs := ^uint64(0), byte(inSextets|inHexDigits)
		for k := range fingerprint {
			c := byte(0)
			if i+k < len(text) {
				c = text[i+k]
			}
			if buckets &= w.buckets[k][c&0x7F]; k < runLength {
				runs &= w.runs[k][c&0x7F]
			}
			if buckets == 0 && runs == 0 {
				break
			}
		}
		class := uint64(w.classes[text[i]])
		m.start |= bit(buckets&w.start) << i
		m.name |= bit(buckets&w.name) << i
		m.other |= bit(buckets&w.other|class&inSingle) << i
		m.sextets |= uint64(runs) / inSextets << i
		m.digits |= uint64(runs) / inHexDigits & 1 << i
		m.words |= class & inWord << i
		m.escapes |= class & inEscape / inEscape << i
		m.names |= class & inName / inName << i
		m.joints |= class & inJoint / inJoint << i
	}
}

// bit is 1 when v is not 0.
func bit(v uint64) uint64 { return (v | -v) >> 63 }

// runs returns where leastBase64 sextets or leastHex digits that can stand for
// ASCII text begin. What does not fit into the block counts as such.
func (m *masks) runs(more uint64) uint64 {
	two := m.sextets & (m.sextets>>4 | more<<60)
	four := two & (two>>8 | more<<56)
	eight := m.digits & (m.digits>>4 | more<<60)
	sixteen := eight & (eight>>8 | more<<56)
	return four | sixteen&(eight>>16|more<<48)
}

// joined returns the bytes of names that a byte follows which can join them to
// a value. A name at the end of the block counts as such when more follows.
func (m *masks) joined(more uint64) uint64 {
	last := m.names &^ (m.names >> 1)
	joined := last & (m.joints>>1 | more<<63)
	all := uint64(0)
	for ; joined != 0; joined &= joined - 1 {
		at := bits.TrailingZeros64(joined)
		first := bits.Len64(^m.names & (1<<at - 1))
		all |= 2<<at - 1<<first
	}
	return all
}

// wholeTables are tables with all groups of a byte side by side, and the buckets
// by what their anchors need.
type wholeTables struct {
	buckets            [fingerprint][128]uint64
	start, name, other uint64
	runs               [runLength][128]byte
	classes            [256]byte
}

var twin = prefilter.whole()

func (t *tables) whole() *wholeTables {
	const names, others = startGroups * groupSize, (startGroups + nameGroups) * groupSize
	w := &wholeTables{runs: t.runs, start: 1<<names - 1, name: 1<<others - 1<<names, other: 1<<64 - 1<<others}
	for c := range byte(128) {
		for k := range fingerprint {
			for g := range groups {
				w.buckets[k][c] |= uint64(t.buckets[g][k][fold6(c)]) << (g * groupSize)
			}
		}
		w.classes[c] = t.classes[c]
	}
	return w
}
