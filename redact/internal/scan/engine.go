package scan

import (
	"cmp"
	"encoding/binary"
	"slices"
)

// entry is an anchor in the form that the sweep compares: up to eight bytes at
// once. It is small, so that the table stays in the nearest cache.
type entry struct {
	bits   uint64
	fold   uint64 // bits that letters of both cases have
	follow set
	arg    int16
	order  uint16 // of the anchor among all
	need   need
	on     handler
	size   uint8 // bytes that are compared
	length uint8 // bytes of the anchor
	last   bool  // of its list
	span   uint8 // bytes of follow that stand behind the anchor
}

const (
	hashBits  = 14
	fourBits  = 12
	threeBits = 11
	listBits  = 13
)

// need says where an anchor counts.
type need uint16

const (
	needStart  need = 1 << (listBits + iota) // where a word begins
	needJoined                               // in a name that something joins to a value
	needNothing
)

// head says where in entries a list of anchors begins, 0 when there is none, and
// what they need.
type head uint16

func (h head) list() int { return int(h & (1<<listBits - 1)) }

// engine is the table of anchors, built once. fours has those of four bytes or
// more by a hash of the first four, threes those of three, or of two and a class,
// and single by the first byte those of fewer that have no class behind them.
// Letters count regardless of their case. It is looked up at random for each
// candidate, so that it is as small as the nearest cache asks for.
type engine struct {
	fours   [1 << fourBits]head
	threes  [1 << threeBits]head
	single  [256]head
	entries []entry
	sieve   sieve
}

var table = buildEngine()

func buildEngine() *engine {
	e := &engine{entries: make([]entry, 1, 2*len(anchors))}
	places := make([]place, 0, 2*len(anchors))
	for i := range anchors {
		places = e.places(places, i)
	}
	slices.SortFunc(places, func(a, b place) int { return cmp.Or(cmp.Compare(a.hash, b.hash), a.anchor-b.anchor) })
	places = slices.Compact(places)
	for len(places) > 0 {
		n := 1
		for n < len(places) && places[n].hash == places[0].hash {
			n++
		}
		*e.head(places[0].hash) = e.list(places[:n])
		places = places[n:]
	}
	for i := range anchors {
		e.sieve.add(&anchors[i])
	}
	return e
}

// place is a list that has an anchor: hashes of four bytes stand before those of
// three, and these before single bytes.
type place struct {
	hash   uint32
	anchor int
}

const (
	threesFrom = 1 << fourBits
	singleFrom = threesFrom + 1<<threeBits
)

func (e *engine) head(hash uint32) *head {
	switch {
	case hash < threesFrom:
		return &e.fours[hash]
	case hash < singleFrom:
		return &e.threes[hash-threesFrom]
	}
	return &e.single[hash-singleFrom]
}

// places appends the places of anchor i.
func (e *engine) places(to []place, i int) []place {
	a := &anchors[i]
	switch {
	case a.short():
		return append(to, place{singleFrom + uint32(a.text[0]), i})
	case len(a.text) > 3:
		return append(to, place{hashFour(uint32(load(a.text, 0))), i})
	}
	two := uint32(a.text[0]) | uint32(a.text[1])<<8
	for c := range uint32(256) {
		if folded := c | 0x20; c == folded && (a.third(byte(folded)) || a.third(byte(folded&^0x20))) {
			to = append(to, place{threesFrom + hashThree(two|c<<16), i})
		}
	}
	return to
}

// list appends a list in the order of the anchors and returns its head.
func (e *engine) list(of []place) head {
	h := head(len(e.entries))
	for _, p := range of {
		n := newEntry(&anchors[p.anchor])
		n.order = uint16(p.anchor)
		e.entries = append(e.entries, n)
		h |= head(n.need)
	}
	e.entries[len(e.entries)-1].last = true
	return h
}

// at returns the heads of the lists of anchors that can stand where a text goes
// on with v.
func (e *engine) at(v uint32) (single, four, three head) {
	return e.single[byte(v)], e.fours[hashFour(v)], e.threes[hashThree(v)]
}

// third reports whether c can be the third byte where the anchor stands.
func (a *anchor) third(c byte) bool {
	if len(a.text) > 2 {
		return c == a.text[2]
	}
	return is(c, a.follow(2))
}

// short reports whether the anchor is too short to be found by three bytes.
func (a *anchor) short() bool {
	return len(a.text) < 2 || len(a.text) == 2 && a.follow(2) == 0
}

// need says where the anchor counts.
func (a *anchor) need() need {
	return [...]need{needStart, needJoined, needNothing}[a.group()]
}

// hashFour and hashThree hash the low bytes of v regardless of the case of letters.
func hashFour(v uint32) uint32  { return fold4(v) * golden >> (32 - fourBits) }
func hashThree(v uint32) uint32 { return fold3(v) * golden >> (32 - threeBits) }

// fold3 and fold4 are the low bytes of v in lower case.
func fold3(v uint32) uint32 { return (v | foldMask&0xFFFFFF) & 0xFFFFFF }
func fold4(v uint32) uint32 { return v | foldMask&0xFFFFFFFF }

const golden = 0x9E3779B1

func newEntry(a *anchor) entry {
	text := a.text[:min(len(a.text), 8)]
	n := entry{on: a.on, arg: int16(a.arg), need: a.need(), size: uint8(len(text)), length: uint8(len(a.text))}
	for k := len(a.text); k < max(fingerprint, len(a.text)+1); k++ {
		if follow := a.follow(k); follow != 0 {
			n.follow = follow
			n.span++
		}
	}
	for i := range len(text) {
		n.bits |= uint64(text[i]) << (8 * i)
	}
	if a.fold {
		n.fold = foldMask & sizeMask[n.size]
		n.bits |= n.fold
	}
	return n
}

// sizeMask has the masks of so many low bytes.
var sizeMask = [9]uint64{0, 1<<8 - 1, 1<<16 - 1, 1<<24 - 1, 1<<32 - 1, 1<<40 - 1, 1<<48 - 1, 1<<56 - 1, 1<<64 - 1}

const foldMask = 0x2020202020202020

// hash3 hashes the low three bytes of v regardless of the case of letters.
func hash3(v uint32) uint32 { return fold3(v) * golden >> (32 - hashBits) }

// load3 returns the three bytes of text at i, first byte lowest.
func load3(text string, i int) uint32 {
	_ = text[i+2]
	return uint32(text[i]) | uint32(text[i+1])<<8 | uint32(text[i+2])<<16
}

// load returns up to eight bytes of text at i, zero-filled, first byte lowest.
func load(text string, i int) uint64 {
	const size = 8
	b := bytesOf(text)
	if len(b) < size {
		v := uint64(0)
		for k := len(b) - 1; k >= i; k-- {
			v = v<<8 | uint64(b[k])
		}
		return v
	}
	at := min(i, len(b)-size)
	return binary.LittleEndian.Uint64(b[at:]) >> (8 * uint(i-at) & 63)
}

// matches reports whether the entry's anchor stands at text[i], where v is
// what load gives.
func (n *entry) matches(text string, i int, v uint64) bool {
	if (v|n.fold)&sizeMask[n.size] != n.bits {
		return false
	}
	end := i + int(n.length)
	if end+int(n.span) > len(text) {
		return false
	}
	for k := range int(n.span) {
		if !is(text[end+k], n.follow) {
			return false
		}
	}
	return true
}

// decide runs the handler of an entry that is neither a name nor an encoding.
func (n *entry) decide(text string, i int) (Finding, bool) {
	switch n.on {
	case onRow:
		return matchRow(text, i, int(n.arg))
	case onScheme:
		return matchScheme(text, i)
	case onJOSE:
		return matchJOSE(text, i)
	case onPEM:
		return matchPEM(text, i)
	case onUserinfo:
		return matchUserinfo(text, i)
	case onBeside:
		return matchBeside(text, i)
	case onBlob:
		return matchBlob(text, i)
	case onCommand:
		return matchCommand(text, i)
	case onLogin:
		return matchLogin(text, i)
	case onForeign:
		return matchForeign(text, i)
	case onPosition:
		return matchPosition(text, i)
	case onPiped:
		return matchPiped(text, i)
	case onACL:
		return matchACL(text, i)
	case onMAC:
		return matchMAC(text, i)
	case onRefused:
		return matchRefused(text, i)
	case onPrefixed:
		return matchPrefixed(text, i)
	case onPayload:
		return matchPayload(text, i)
	case onSecureString:
		return matchSecureString(text, i)
	}
	return Finding{}, false
}
