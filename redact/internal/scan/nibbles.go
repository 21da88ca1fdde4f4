package scan

import "math/bits"

// nibbles are the tables of a block's classification. Each row is twice the
// same 16 bytes, for the two lanes of a register. The first rows tell for each
// of the four bytes of a fingerprint which of eight buckets of anchors a low
// and a high nibble leave possible; the next two do the same for the classes
// of bytes; then come the masks of the classes.
type nibbles [16][32]byte

const (
	fingerprint = 4
	classRow    = 8
	maskRow     = 10
	nibbleRow   = 14 // the mask of a nibble
	atRow       = 15 // the at sign

	lettersLow  = 0x01 // A-O, a-o
	lettersHigh = 0x02 // P-Z, p-z
	brackets    = 0x04 // [ {
	digits      = 0x10
	control     = 0x20 // line ends
	backslash   = 0x40 // and the vertical bar
	percentish  = 0x80 // % &
)

// classMasks are the bits of letters and digits, of escapes, and of bytes that
// are anchors by themselves.
var classMasks = [3]byte{
	lettersLow | lettersHigh | digits,
	backslash | percentish,
	control | backslash | percentish | brackets,
}

func (t *nibbles) set(row int, nibble, bits byte) {
	t[row][nibble] |= bits
	t[row][nibble+16] |= bits
}

// classes puts rectangles of nibbles into the class rows: a class is a union
// of such, one bit each.
func (t *nibbles) classes() {
	rect := func(bit byte, high, low string) {
		for i := range len(high) {
			t.set(classRow+1, nibble(high[i]), bit)
		}
		for i := range len(low) {
			t.set(classRow, nibble(low[i]), bit)
		}
	}
	rect(lettersLow, "46", "123456789abcdef")
	rect(lettersHigh, "57", "0123456789a")
	rect(brackets, "57", "b")
	rect(digits, "3", "0123456789")
	rect(control, "0", "ad")
	rect(backslash, "57", "c")
	rect(percentish, "2", "56")
	for i, m := range classMasks {
		t.fill(maskRow+i, m)
	}
	t.fill(nibbleRow, 0x0F)
	t.fill(atRow, '@')
}

func (t *nibbles) fill(row int, b byte) {
	for k := range t[row] {
		t[row][k] = b
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

func (b bucket) join(o bucket) bucket {
	for k := range b {
		b[k].low |= o[k].low
		b[k].high |= o[k].high
	}
	return b
}

// prefilter is built from the anchors that can stand in the middle of a word:
// each goes to the bucket where it costs least.
var prefilter = buildPrefilter()

func buildPrefilter() (t nibbles) {
	var buckets [8]bucket
	for i := range anchors {
		if anchors[i].byStart() {
			continue
		}
		one := anchors[i].bucket()
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
		for k := range b {
			for v := range 16 {
				if b[k].low>>v&1 != 0 {
					t.set(2*k, byte(v), 1<<n)
				}
				if b[k].high>>v&1 != 0 {
					t.set(2*k+1, byte(v), 1<<n)
				}
			}
		}
	}
	t.classes()
	return t
}

// byStart reports whether the anchor is found without a fingerprint: at the
// start of a word, or by a first byte that is an anchor by itself.
func (a *anchor) byStart() bool {
	c := a.text[0]
	switch {
	case c == '@' || c == '\\' || c == '|' || c == '%' || c == '&' || c == '\n' || c == '\r' || c == '[' || c == '{' || c >= 0x80:
		return true
	case a.on == onRow:
		s := &shapes[a.arg]
		return is(c, alnum) && s.leadMost == 0
	}
	return is(c, alnum) && (a.on == onScheme || a.on == onJOSE || a.on == onBeside || a.on == onHidden)
}

// bucket returns the anchor alone.
func (a *anchor) bucket() (b bucket) {
	add := func(k int, c byte) {
		b[k].low |= 1 << (c & 15)
		b[k].high |= 1 << (c >> 4)
	}
	for k := range b {
		follow := a.follow(k)
		switch {
		case k < len(a.text):
			add(k, a.text[k])
			if c := a.text[k]; a.fold && is(c, lower) {
				add(k, c&^0x20)
			}
		case follow != 0:
			for c := range 128 {
				if is(byte(c), follow) {
					add(k, byte(c))
				}
			}
		default:
			b[k].low, b[k].high = 0xFFFF, 0xFFFF
		}
	}
	return b
}

// follow returns what byte k, behind the anchor's text, can be; 0 is anything.
func (a *anchor) follow(k int) set {
	k -= len(a.text)
	if k < 0 {
		return 0
	}
	if a.on == onRow {
		return shapes[a.arg].following(k)
	}
	if k == 0 {
		return a.next
	}
	return 0
}
