package scan

import (
	"math/bits"
	"unsafe"
)

// Candidates are found by the first bytes of anchors. Anchors are dealt to
// buckets; for each position a table tells which buckets a byte leaves possible.
// A bit of a byte stands for a bucket, a group is eight buckets.
const (
	fingerprint = 5
	groupSize   = 8

	startGroups = 2 // anchors that count at the start of a word only
	nameGroups  = 1
	otherGroups = 2
	groups      = startGroups + nameGroups + otherGroups
)

// Runs that encode ASCII text begin with four sextets, or with two pairs of
// hexadecimal digits.
const (
	runLength   = 4
	inSextets   = 1 << 7
	inHexDigits = 1 << 6
)

// The classes of a byte, as far as sweeps need them of all bytes. Bytes outside
// of ASCII have none.
const (
	inWord = 1 << iota
	inEscape
	inName
	inJoint  // may follow a name whose value matters, also when it is escaped
	inSingle // is an anchor
)

// tables are what a block is classified with: the buckets by group and position,
// for bytes as fold6 has them, and by the low seven bits of a byte what runs can
// have at their first positions, and the classes.
type tables struct {
	buckets [groups][fingerprint][64]byte
	runs    [runLength][128]byte
	classes [128]byte
}

// fold6 has six bits of a byte: the case of letters does not count, nor does what
// tells control characters from digits and marks.
func fold6(c byte) byte { return c&0x1F | c>>1&0x20 }

// prefilter is built from the anchors. It begins at a line of the cache.
var prefilter = buildTables()

func buildTables() *tables {
	t := newTables()
	t.addRuns()
	for c := range t.classes {
		t.classes[c] = classes(byte(c))
	}
	var parts [3][]imprint
	known := make(map[set]charset)
	for i := range anchors {
		if a := &anchors[i]; a.alone() {
			t.classes[a.text[0]&0x7F] |= inSingle
		} else {
			parts[a.group()] = append(parts[a.group()], a.imprint(known).folded())
		}
	}
	for g, first := range [3]int{0, startGroups, startGroups + nameGroups} {
		size := [3]int{startGroups, nameGroups, otherGroups}[g] * groupSize
		for n, b := range deal(parts[g], size, fingerprint) {
			for k := range fingerprint {
				for c := range b.held[k].bytes {
					t.buckets[first+n/groupSize][k][fold6(c)] |= 1 << (n % groupSize)
				}
			}
		}
	}
	return t
}

// alone reports whether one byte of ASCII is all there is of the anchor.
func (a *anchor) alone() bool {
	return len(a.text) == 1 && a.follow(1) == 0 && a.text[0] < 0x80 && !is(a.text[0], alnum)
}

// folded adds the bytes that fold6 does not tell from those of the imprint: they
// are 32 apart, below and above 64.
func (p imprint) folded() imprint {
	for k := range p {
		for half := range p[k] {
			p[k][half] |= bits.RotateLeft64(p[k][half], 32)
		}
	}
	return p
}

func newTables() *tables {
	const line = 64
	room := make([]byte, unsafe.Sizeof(tables{})+line)
	at := -uintptr(unsafe.Pointer(&room[0])) % line
	return (*tables)(unsafe.Pointer(&room[at]))
}

func classes(c byte) (m byte) {
	if is(c, alnum) {
		m |= inWord
	}
	if c == '%' || c == '&' || c == '\\' || c == '|' {
		m |= inEscape | inJoint
	}
	if is(c, name) {
		m |= inName
	}
	if is(c, joint) {
		m |= inJoint
	}
	return m
}

// addRuns adds the beginnings of encoded runs.
func (t *tables) addRuns() {
	for c := range 128 {
		v := sextet[c]
		for k, holds := range [runLength]bool{runFirst[c]&asBase64 != 0, v&0x08 == 0, v&0x02 == 0, true} {
			if holds && v != noSextet {
				t.runs[k][c] |= inSextets
			}
		}
		hex := is(byte(c), hexa)
		high := runFirst[c]&asHex != 0 || c == '0'
		for k, holds := range [runLength]bool{high, hex, high, hex} {
			if holds {
				t.runs[k][c] |= inHexDigits
			}
		}
	}
}

// group returns 0 for anchors that count at the start of a word only, 1 for
// names, 2 for others.
func (a *anchor) group() int {
	switch {
	case a.byStart():
		return 0
	case a.on == onName:
		return 1
	}
	return 2
}

// byStart reports whether the anchor counts only where a word begins.
func (a *anchor) byStart() bool {
	c := a.text[0]
	if !is(c, alnum) {
		return false
	}
	if a.on == onRow {
		return shapes[a.arg].leadMost == 0
	}
	return a.on == onScheme || a.on == onJOSE || a.on == onCommand || a.on == onBeside || a.on == onHidden || a.on == onPosition || a.on == onMAC || a.on == onPrefixed || a.on == onRefused
}

// imprint has, for each of the first bytes, what it can be where an anchor
// stands. The eighth bit does not count.
type imprint [fingerprint]charset

func (a *anchor) imprint(known map[set]charset) (p imprint) {
	for k := range p {
		follow := a.follow(k)
		switch {
		case k < len(a.text):
			p[k].add(a.text[k])
			if a.fold {
				p[k].add(a.text[k] | 0x20)
				p[k].add(a.text[k] &^ 0x20)
			}
		case follow != 0:
			p[k] = members(follow, known)
		default:
			p[k] = anything
		}
	}
	return p
}

// members returns the bytes of a set; known holds those that were asked for.
func members(of set, known map[set]charset) charset {
	m, ok := known[of]
	if !ok {
		for c := range 256 {
			if is(byte(c), of) {
				m.add(byte(c))
			}
		}
		known[of] = m
	}
	return m
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

// deal puts prints into so many buckets, each where it costs least by its first
// positions. In a second round each finds its place among all others.
func deal(prints []imprint, count, positions int) []bucket {
	prints = distinct(prints)
	buckets := make([]bucket, count)
	place := make([]int, len(prints))
	for round := range 2 {
		for i := range prints {
			p := &prints[i]
			if round > 0 {
				buckets[place[i]].remove(p)
			}
			place[i] = cheapest(buckets, p, positions)
			buckets[place[i]].add(p)
		}
	}
	return buckets
}

// distinct leaves out what came before.
func distinct(prints []imprint) (out []imprint) {
	places := make([]int, 2*len(prints)+1) // in out, from 1 on
	for _, p := range prints {
		h := uint64(0)
		for _, c := range p {
			h = (h^c[0]^c[1]*3)*golden ^ h>>29
		}
		at := h % uint64(len(places))
		for places[at] != 0 && out[places[at]-1] != p {
			at = (at + 1) % uint64(len(places))
		}
		if places[at] == 0 {
			out = append(out, p)
			places[at] = len(out)
		}
	}
	return out
}

// bucket is the prints that were dealt to it: for each position what they hold,
// how many of them hold a byte, and how common the bytes are.
type bucket struct {
	held   imprint
	times  [fingerprint][128]uint16
	weight [fingerprint]int
}

func (b *bucket) add(p *imprint) {
	for k := range p {
		for c := range p[k].bytes {
			if b.times[k][c]++; b.times[k][c] == 1 {
				b.held[k].add(c)
				b.weight[k] += int(frequency[c])
			}
		}
	}
}

func (b *bucket) remove(p *imprint) {
	for k := range p {
		for c := range p[k].bytes {
			if b.times[k][c]--; b.times[k][c] == 0 {
				b.held[k].drop(c)
				b.weight[k] -= int(frequency[c])
			}
		}
	}
}

// growth is how much more often the bucket holds with p.
func (b *bucket) growth(p *imprint, positions int) int {
	before, after := 1, 1
	for k := range positions {
		before *= b.weight[k]
		if p[k] == anything {
			after *= ofAnything
			continue
		}
		more := charset{p[k][0] &^ b.held[k][0], p[k][1] &^ b.held[k][1]}
		after *= b.weight[k] + more.weight()
	}
	return after - before
}

// cheapest returns the bucket that p makes the least more common.
func cheapest(buckets []bucket, p *imprint, positions int) (best int) {
	least := 0
	for n := range buckets {
		if grown := buckets[n].growth(p, positions); n == 0 || grown < least {
			best, least = n, grown
		}
	}
	return best
}

// charset is a set of the low seven bits of bytes.
type charset [2]uint64

// anything is the set of all bytes; ofAnything is its weight.
var (
	anything   = charset{1<<64 - 1, 1<<64 - 1}
	ofAnything = anything.weight()
)

func (s *charset) add(c byte) { s[c>>6&1] |= 1 << (c & 63) }

func (s *charset) drop(c byte) { s[c>>6&1] &^= 1 << (c & 63) }

// bytes yields the bytes of the set.
func (s *charset) bytes(yield func(byte) bool) {
	for w, left := range s {
		for ; left != 0; left &= left - 1 {
			if !yield(byte(w<<6 + bits.TrailingZeros64(left))) {
				return
			}
		}
	}
}

// weight is about how often a byte of the set stands in identifiers.
func (s *charset) weight() (n int) {
	for w, left := range s {
		for ; left != 0; left &= left - 1 {
			n += int(frequency[w<<6+bits.TrailingZeros64(left)])
		}
	}
	return n
}

// frequency is about how many of a thousand bytes of identifiers are this one.
var frequency = buildFrequency()

func buildFrequency() (t [128]byte) {
	for c := range t {
		t[c] = 1
	}
	for i, group := range [...]string{"eacstord", "-0123456789/inbflp", ":ugm. ykhvw_\"", "EAIT=jNCxMYDRzZOSBGFLPKWqVJXHUQ"} {
		for k := range len(group) {
			t[group[k]] = [...]byte{40, 22, 12, 5}[i]
		}
	}
	return t
}
