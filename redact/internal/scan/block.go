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
	if text = text[from:]; k == byAVX2 {
		m.readVectors(text)
	} else {
		m.read(text, twin)
	}
	b.combine(&m, following(text))
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
	b.anchors = m.start&b.starts | m.name&m.joined(more) | m.other
	b.runs = m.runs(more) & b.starts
	b.words, b.escapes = m.words, m.escapes
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
	if n >= blockSize+fingerprint-1 {
		readAVX2(unsafe.StringData(text), narrowed, m, 2)
		return
	}
	var buf [blockSize + half]byte // zeros behind the text
	copy(buf[:], text)
	readAVX2(&buf[0], narrowed, m, 1+count(n > half))
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
		a := w.buckets[0][text[i]&0x7F]
		class := uint64(w.classes[text[i]])
		m.words |= class & inWord << i
		m.escapes |= class & inEscape / inEscape << i
		m.names |= class & inName / inName << i
		m.joints |= class & inJoint / inJoint << i
		for k := 1; a != 0 && k < fingerprint; k++ {
			c := byte(0)
			if i+k < len(text) {
				c = text[i+k]
			}
			a &= w.buckets[k][c&0x7F]
		}
		if a != 0 {
			m.candidate(a, i)
		}
	}
}

// candidate sets the bit of a byte for the buckets that are left.
func (m *masks) candidate(buckets uint32, i int) {
	const (
		start = 1<<(startGroups*groupSize) - 1
		name  = 0xFF << (nameGroup * groupSize)
		other = (1<<sextetBucket - 1) << (otherGroup * groupSize)
	)
	bit := uint64(1) << i
	if buckets&start != 0 {
		m.start |= bit
	}
	if buckets&name != 0 {
		m.name |= bit
	}
	if buckets&other != 0 {
		m.other |= bit
	}
	if buckets>>(otherGroup*groupSize+sextetBucket)&1 != 0 {
		m.sextets |= bit
	}
	if buckets>>(otherGroup*groupSize+hexBucket)&1 != 0 {
		m.digits |= bit
	}
}

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

// wholeTables are the tables with all groups of a byte side by side.
type wholeTables struct {
	buckets [fingerprint][128]uint32
	classes [256]byte
}

var twin = prefilter.whole()

func (t *tables) whole() *wholeTables {
	w := new(wholeTables)
	for c := range 128 {
		for k := range fingerprint {
			for g := range groups {
				w.buckets[k][c] |= uint32(t.buckets[g][k][c]) << (g * groupSize)
			}
		}
		w.classes[c] = t.classes[c]
	}
	return w
}
