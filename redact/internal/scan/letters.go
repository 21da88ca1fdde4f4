package scan

import (
	"encoding/binary"
	"math/bits"
	"unsafe"
)

// letters has a bit for each of up to 64 bytes of a text that is a letter of either
// case or a digit, the first byte lowest.
type letters struct{ upper, lower, digit uint64 }

// lettersOf classifies the first 64 bytes of v.
func lettersOf(v string) (m letters) {
	if best == byVBMI && len(v) >= leastVector {
		lettersVBMI(unsafe.StringData(v), len(v), &m)
		return m
	}
	m.read(v)
	return m
}

// read classifies eight bytes at once.
func (m *letters) read(v string) {
	const (
		step   = 8
		high   = 0x8080808080808080
		ones   = 0x0101010101010101
		gather = 0x0102040810204080 // brings the first bits of eight bytes to the last byte
	)
	for i := 0; i < len(v) && i < blockSize; i += step {
		b := uint64(0)
		if len(v) < step {
			b = loadShort(bytesOf(v))
		} else {
			b = load(v, i)
		}
		low := b &^ high
		fold := low | foldMask
		letter := (fold + (0x80-'a')*ones) &^ (fold + (0x7F-'z')*ones) &^ b & high
		digit := (low + (0x80-'0')*ones) &^ (low + (0x7F-'9')*ones) &^ b & high
		lower := letter & (b << 2)
		m.lower |= lower >> 7 * gather >> 56 << i
		m.upper |= (letter ^ lower) >> 7 * gather >> 56 << i
		m.digit |= digit >> 7 * gather >> 56 << i
	}
}

// loadShort returns the up to seven bytes of b, first byte lowest.
func loadShort(b []byte) uint64 {
	const half = 4
	n := len(b)
	switch {
	case n >= half:
		return uint64(binary.LittleEndian.Uint32(b)) | uint64(binary.LittleEndian.Uint32(b[n-half:]))<<(8*(n-half)&63)
	case n == 0:
		return 0
	}
	return uint64(b[0]) | uint64(b[n/2])<<(8*(n/2)&63) | uint64(b[n-1])<<(8*(n-1)&63)
}

func (m letters) all() uint64 { return m.upper | m.lower | m.digit }

// switches counts where digits and letters or cases follow each other as they
// seldom do in words; before is the block before it.
func (m letters) switches(before letters) int {
	behind := func(x, y uint64) uint64 { return x<<1 | y>>(blockSize-1) }
	capital := behind(m.upper, before.upper)
	capitals := capital & (m.upper<<2 | before.upper>>(blockSize-2))
	number, small := behind(m.digit, before.digit), behind(m.lower, before.lower)
	return bits.OnesCount64(m.digit&(capital|small) | m.lower&(number|capitals) | m.upper&(number|small))
}

// mostChanges bounds how often lower case, upper case, digits and marks change in n
// bytes: marks beside each other may be the same.
func (m letters) mostChanges(n int) int {
	marks := ^m.all()
	turns := func(of uint64) uint64 { return of ^ of<<1 }
	changes := turns(m.upper) | turns(m.lower) | turns(m.digit) | marks&(marks<<1)
	return bits.OnesCount64(changes << (blockSize - n) & ^(1 << (blockSize - n)))
}

// piece is a run of letters and digits of a block, with a bit for each of its bytes.
type piece struct {
	letters
	at, end int
}

// piece returns the one with the first bit of todo.
func (m letters) piece(todo uint64) piece {
	at := bits.TrailingZeros64(todo)
	size := bits.TrailingZeros64(^(m.all() >> at))
	inside := uint64(1)<<size - 1
	return piece{letters{m.upper >> at & inside, m.lower >> at & inside, m.digit >> at & inside}, at, at + size}
}

// word reports whether the piece of text is a word, a number, or a word with a number
// at an end ("v2", "q3", "2024q1", "orders2").
func (p piece) word(text string) bool {
	const longest, longestNumber, longestEnd = 24, 14, 8
	size := p.end - p.at
	first := bits.TrailingZeros64(^p.digit)
	if size > longest || first == size {
		return size <= longestNumber
	}
	letter := p.upper | p.lower
	n := bits.TrailingZeros64(^(letter >> first))
	last := size - first - n
	if first > longestEnd || last > longestEnd || first > 0 && last > 0 || letter>>(first+n) != 0 {
		return false
	}
	word := text[p.at+first : p.at+first+n]
	humps := bits.OnesCount64(p.upper & (p.lower << 1))
	falls := bits.OnesCount64(p.lower & (p.upper << 1) & (p.upper << 2))
	if turns := humps + falls; turns >= 2 && turns*8 >= n {
		return false
	}
	return humps <= 1+n/4 && pronounceable(word)
}

// readable bounds what words a name can have, however they are spelled.
type readable struct{ letters, inWords, digits int }

// mayRead reports whether enough letters of v can stand in words for a name that is
// spelled, and whether few enough digits can be among them.
func mayRead(v string) bool {
	const inWords, digits = 6, 3 // that are not seen between two blocks
	var r readable
	for ; len(v) > blockSize; v = v[blockSize:] {
		r.add(v)
		r.inWords += inWords
		r.digits -= digits
	}
	r.add(v)
	return r.inWords*5 >= r.letters*3 && r.digits*4 <= r.letters
}

// add adds what the first block of v has. Words are runs of small letters, perhaps
// behind a capital, and abbreviations in capitals; three digits and more may be a
// size, which counts as one digit and adds the short word or the capitals before it.
func (r *readable) add(v string) {
	const word, short = 3, 2
	m := lettersOf(v)
	capital := m.upper << 1
	first := m.lower &^ (m.lower << 1)
	long := triples(m.lower)
	two := first & (m.lower >> 1) &^ long
	size := triples(m.digit)
	sizes := bits.OnesCount64(size &^ (m.digit << 1))
	r.letters += bits.OnesCount64(m.lower | m.upper)
	r.inWords += covered(long) + bits.OnesCount64(first&long&capital) + word*bits.OnesCount64(two&capital)
	r.digits += bits.OnesCount64(m.digit) - covered(size) + sizes
	if sizes > 0 {
		r.inWords += covered(triples(m.upper)) + short*sizes
	} else {
		r.inWords += m.abbreviated(v)
	}
}

// abbreviated counts the letters of v that stand in abbreviations in capitals, or in
// the capitals at the end of the block, which may go on. The last capital before a
// small letter begins the next word.
func (m letters) abbreviated(v string) (n int) {
	for todo := triples(m.upper); todo != 0; {
		at := bits.TrailingZeros64(todo)
		end := at + bits.TrailingZeros64(^(m.upper >> at))
		last := end - int(m.lower>>end&1)
		if end == blockSize || knows(abbreviations, v[at:last]) {
			n += last - at
		}
		todo = todo >> end << end
	}
	return n
}

// triples returns where three bits and more begin.
func triples(m uint64) uint64 { return m & (m >> 1) & (m >> 2) }

// covered counts the bits of the triples that begin at those of m.
func covered(m uint64) int { return bits.OnesCount64(m | m<<1 | m<<2) }
