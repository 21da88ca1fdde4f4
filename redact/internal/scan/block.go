package scan

import (
	"math/bits"
	"unsafe"
)

const (
	blockSize = 64
	// blockRead is how many bytes the classification of a block reads.
	blockRead = blockSize + 3
	// blockStep is how far apart blocks of a long text are: a run of encoded
	// text needs leastHex bytes behind its start.
	blockStep = blockSize - leastHex
)

// masks has one bit for each byte of a block.
type masks struct {
	anchor uint64 // the fingerprint of an anchor may begin here
	// the first, second and third byte of a base64 group that decodes to ASCII
	first, second, third uint64
	// a hexadecimal digit that can be the high one of an ASCII byte, and any
	high, digit uint64
}

// base64Runs returns where leastBase64 bytes of base64 that decode to ASCII may
// begin.
func (m *masks) base64Runs() uint64 {
	group := m.first & (m.second >> 1) & (m.third >> 2)
	two := group & (group >> 4)
	return two & (two >> 8)
}

// hexRuns returns where leastHex hexadecimal digits that decode to ASCII may
// begin.
func (m *masks) hexRuns() uint64 {
	pair := m.high & (m.digit >> 1)
	two := pair & (pair >> 2)
	four := two & (two >> 4)
	return four & (four >> 8) & (four >> 16)
}

// keep clears the bits of bytes behind the first n.
func (m *masks) keep(n int) {
	if n >= blockSize {
		return
	}
	valid := uint64(1)<<n - 1
	m.anchor &= valid
	m.first &= valid
	m.second &= valid
	m.third &= valid
	m.high &= valid
	m.digit &= valid
}

// classify computes the masks of the block of text at from.
func classify(text string, from int, m *masks) {
	n := len(text) - from
	if !hasAVX2 {
		blockGo(text[from:min(len(text), from+blockRead)], m)
		m.keep(n)
		return
	}
	p := unsafe.StringData(text[from:])
	// Reading behind the text is harmless inside of its memory page.
	if n >= blockRead || uintptr(unsafe.Pointer(p))&(pageSize-1) <= pageSize-blockRead {
		blockAVX2(p, &prefilter, m)
	} else {
		var buf [blockRead]byte
		copy(buf[:], text[from:])
		blockAVX2(&buf[0], &prefilter, m)
	}
	m.keep(n)
}

const pageSize = 4096

// blockGo is blockAVX2 in Go. Bytes behind the text count as zero.
func blockGo(text string, m *masks) {
	*m = masks{}
	t := &prefilter
	for i := range min(len(text), blockSize) {
		bit := uint64(1) << i
		c := text[i]
		lo, hi := c&0x0F, c>>4
		if t[posRow(0, 0)][lo]&t[posRow(0, 1)][hi]|t[posRow(0, 2)][lo]&t[posRow(0, 3)][hi] != 0 && t.candidate(text, i) {
			m.anchor |= bit
		}
		one, two := t[classRow][lo]&t[classRow+1][hi], t[classRow+2][lo]&t[classRow+3][hi]
		if one&classFirst != 0 {
			m.first |= bit
		}
		if one&classSecond != 0 {
			m.second |= bit
		}
		if two&classThird != 0 {
			m.third |= bit
		}
		if two&classHigh != 0 {
			m.high |= bit
		}
		if two&classDigit != 0 {
			m.digit |= bit
		}
	}
}

// candidate reports whether a bucket holds for all four bytes at text[i].
func (t *nibbles) candidate(text string, i int) bool {
	a, b := byte(0xFF), byte(0xFF)
	for k := range fingerprint {
		c := byte(0)
		if i+k < len(text) {
			c = text[i+k]
		}
		a &= t[posRow(k, 0)][c&0x0F] & t[posRow(k, 1)][c>>4]
		b &= t[posRow(k, 2)][c&0x0F] & t[posRow(k, 3)][c>>4]
	}
	return a|b != 0
}

// nibbles are the tables of a block's classification: for each of the four
// bytes of a fingerprint and for two sets of eight buckets, which buckets a low
// and a high nibble leave possible; then the same for the classes of bytes; then
// the masks of the classes. Each row is twice the same 16 bytes, for the two
// lanes of a register.
type nibbles [26][32]byte

const (
	fingerprint = 4
	classRow    = 16
	maskRow     = 20

	classFirst  = 0x07 // in the first pair of class rows
	classSecond = 0x78
	classThird  = 0x07 // in the second pair
	classHigh   = 0x08
	classDigit  = 0x30
)

func posRow(k, n int) int { return 4*k + n }

func (t *nibbles) set(row int, nibble, bits byte) {
	t[row][nibble] |= bits
	t[row][nibble+16] |= bits
}

// classes puts rectangles of nibbles into the class rows: a class is a union
// of such, one bit each.
func (t *nibbles) classes() {
	rect := func(pair int, bit byte, high, low string) {
		for i := range len(high) {
			t.set(classRow+2*pair+1, nibble(high[i]), bit)
		}
		for i := range len(low) {
			t.set(classRow+2*pair, nibble(low[i]), bit)
		}
	}
	// First byte of a group: A-Z, a-f.
	rect(0, 0x01, "4", "123456789abcdef")
	rect(0, 0x02, "5", "0123456789a")
	rect(0, 0x04, "6", "123456")
	// Second: values without the bit 8.
	rect(0, 0x08, "45", "12345678")
	rect(0, 0x10, "6", "789abcde")
	rect(0, 0x20, "7", "789a")
	rect(0, 0x40, "3", "0123")
	// Third: values without the bit 2.
	rect(1, 0x01, "45", "12569ade")
	rect(1, 0x02, "67", "034789bcf8")
	rect(1, 0x04, "3", "014589")
	// High hexadecimal digit of printable ASCII, any hexadecimal digit.
	rect(1, 0x08, "3", "234567")
	rect(1, 0x10, "3", "0123456789")
	rect(1, 0x20, "46", "123456")
	for i, m := range []byte{classFirst, classSecond, classThird, classHigh, classDigit, 0x0F} {
		for k := range t[maskRow+i] {
			t[maskRow+i][k] = m
		}
	}
}

// bucket is a group of anchors that share tables.
type bucket [fingerprint]struct{ low, high uint16 }

// cost estimates how often the bucket holds for bytes that are no anchor.
func (b *bucket) cost() int {
	product := 1
	for k := range b {
		product *= bits.OnesCount16(b[k].low) * weight(b[k].high)
	}
	return product
}

// weight counts the high nibbles by how common their bytes are in identifiers.
func weight(high uint16) int {
	n := bits.OnesCount16(high)
	n += 3 * bits.OnesCount16(high&0x00C0) // lower-case letters
	n += 2 * bits.OnesCount16(high&0x0008) // digits
	return n + bits.OnesCount16(high&0x0004)
}

func (b bucket) with(f [fingerprint]set256) bucket {
	for k := range f {
		for c := range 256 {
			if f[k].has(byte(c)) {
				b[k].low |= 1 << (c & 15)
				b[k].high |= 1 << (c >> 4)
			}
		}
	}
	return b
}

type set256 [4]uint64

func (s *set256) add(c byte)      { s[c>>6] |= 1 << (c & 63) }
func (s *set256) has(c byte) bool { return s[c>>6]>>(c&63)&1 != 0 }

// prefilter is built from the anchors: each goes to the bucket where it costs
// least.
var prefilter = buildPrefilter()

func buildPrefilter() (t nibbles) {
	var buckets [16]bucket
	for i := range anchors {
		f := anchors[i].fingerprint()
		one := bucket{}.with(f)
		best, least := 0, 0
		for n := range buckets {
			joined := buckets[n].join(one)
			if grown := joined.cost() - buckets[n].cost(); n == 0 || grown < least {
				best, least = n, grown
			}
		}
		buckets[best] = buckets[best].join(one)
	}
	for n, b := range buckets {
		bit := byte(1) << (n & 7)
		for k := range b {
			for v := range 16 {
				if b[k].low>>v&1 != 0 {
					t.set(posRow(k, n>>3*2), byte(v), bit)
				}
				if b[k].high>>v&1 != 0 {
					t.set(posRow(k, n>>3*2+1), byte(v), bit)
				}
			}
		}
	}
	t.classes()
	return t
}

func (b bucket) join(o bucket) bucket {
	for k := range b {
		b[k].low |= o[k].low
		b[k].high |= o[k].high
	}
	return b
}

// fingerprint returns what the first bytes of the anchor can be.
func (a *anchor) fingerprint() (f [fingerprint]set256) {
	for k := range f {
		switch {
		case k < len(a.text):
			f[k].add(a.text[k])
			if c := a.text[k]; a.fold && is(c, lower) {
				f[k].add(c &^ 0x20)
			}
		case a.on == onRow && shapes[a.arg].following(k-len(a.text)) != 0:
			f[k].addSet(shapes[a.arg].following(k - len(a.text)))
		case k == len(a.text) && a.next != 0:
			f[k].addSet(a.next)
		default:
			f[k] = set256{^uint64(0), ^uint64(0), ^uint64(0), ^uint64(0)}
		}
	}
	return f
}

func (s *set256) addSet(of set) {
	for c := range 256 {
		if is(byte(c), of) {
			s.add(byte(c))
		}
	}
}
