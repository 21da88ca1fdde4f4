package scan

import "math/bits"

// letters has a bit for each of up to 64 bytes of a text that is a letter of either
// case or a digit, the first byte lowest.
type letters struct{ upper, lower, digit uint64 }

// lettersOf classifies the first 64 bytes of v, eight at once.
func lettersOf(v string) (m letters) {
	const (
		step   = 8
		high   = 0x8080808080808080
		ones   = 0x0101010101010101
		gather = 0x0102040810204080 // brings the first bits of eight bytes to the last byte
	)
	for i := 0; i < len(v) && i < blockSize; i += step {
		b := load(v, i)
		low := b &^ high
		fold := low | foldMask
		letter := (fold + (0x80-'a')*ones) &^ (fold + (0x7F-'z')*ones) &^ b & high
		digit := (low + (0x80-'0')*ones) &^ (low + (0x7F-'9')*ones) &^ b & high
		lower := letter & (b << 2)
		m.lower |= lower >> 7 * gather >> 56 << i
		m.upper |= (letter ^ lower) >> 7 * gather >> 56 << i
		m.digit |= digit >> 7 * gather >> 56 << i
	}
	return m
}

// readable bounds what words a name can have, however they are spelled.
type readable struct{ letters, inWords, digits int }

// mayRead reports whether enough letters of v can stand in words for a name that is
// spelled, and whether few enough digits can be among them.
func mayRead(v string) bool {
	const inWords, digits = 6, 3 // that are not seen between two blocks
	var r readable
	for ; len(v) > blockSize; v = v[blockSize:] {
		r.add(lettersOf(v))
		r.inWords += inWords
		r.digits -= digits
	}
	r.add(lettersOf(v))
	return r.inWords*5 >= r.letters*3 && r.digits*4 <= r.letters
}

// add adds what a block has. Words are runs of small letters, perhaps behind a
// capital; three capitals and more may be an abbreviation; three digits and more may
// be a size, which counts as one digit and adds the short word before it.
func (r *readable) add(m letters) {
	const word, short = 3, 2
	capital := m.upper << 1
	first := m.lower &^ (m.lower << 1)
	long := triples(m.lower)
	two := first & (m.lower >> 1) &^ long
	size := triples(m.digit)
	sizes := bits.OnesCount64(size &^ (m.digit << 1))
	r.letters += bits.OnesCount64(m.lower | m.upper)
	r.inWords += covered(long) + bits.OnesCount64(first&long&capital) + word*bits.OnesCount64(two&capital) + covered(triples(m.upper)) + short*sizes
	r.digits += bits.OnesCount64(m.digit) - covered(size) + sizes
}

// triples returns where three bits and more begin.
func triples(m uint64) uint64 { return m & (m >> 1) & (m >> 2) }

// covered counts the bits of the triples that begin at those of m.
func covered(m uint64) int { return bits.OnesCount64(m | m<<1 | m<<2) }
