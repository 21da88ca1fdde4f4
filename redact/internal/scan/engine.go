package scan

import (
	"cmp"
	"encoding/binary"
	"slices"
	"unsafe"
)

// entry is an anchor in the form that the sweep compares: up to eight bytes at
// once. It is small, so that the table stays in the nearest cache.
type entry struct {
	bits   uint64
	follow set
	arg    int16
	on     handler
	size   uint8 // bytes that are compared
	length uint8 // bytes of the anchor
	fold   bool
	last   bool  // of its list
	starts bool  // counts at the start of a word only
	span   uint8 // bytes of follow that stand behind the anchor
}

const (
	hashBits = 14
	slotBits = 12
)

// slot says where in entries the list of the anchors begins whose first bytes
// are tag, regardless of the case of letters; a list of 0 is a free slot.
type slot struct {
	tag  uint32
	list uint16
}

// slots is a table with open addressing, at most half full.
type slots [1 << slotBits]slot

// engine is the table of anchors, built once. Where anchors of four bytes or
// more begin alike, the list in fours has those of three bytes too that they
// begin with, so that one list has all there is to try. single has, by the first
// byte, anchors of fewer bytes that have no class behind them.
type engine struct {
	fours, threes slots
	single        [256]uint16
	entries       []entry
}

var table = buildEngine()

func buildEngine() *engine {
	e := &engine{entries: make([]entry, 1, 2*len(anchors))}
	var single [256][]int
	var places []place
	for i := range anchors {
		if a := &anchors[i]; a.short() {
			single[a.text[0]] = append(single[a.text[0]], i)
		} else {
			places = a.places(places, i)
		}
	}
	for c, list := range single {
		e.single[c] = e.list(list)
	}
	slices.SortFunc(places, func(a, b place) int { return cmp.Or(cmp.Compare(a.three, b.three), a.anchor-b.anchor) })
	for len(places) > 0 {
		n := 1
		for n < len(places) && places[n].three == places[0].three {
			n++
		}
		e.add(places[:n])
		places = places[n:]
	}
	return e
}

// place is an anchor by its first bytes in lower case; four is 0 when it has no
// more than three.
type place struct {
	three, four uint32
	anchor      int
}

// places appends the places of anchor i.
func (a *anchor) places(to []place, i int) []place {
	if len(a.text) > 3 {
		four := fold4(uint32(load(a.text, 0)))
		return append(to, place{fold3(four), four, i})
	}
	for c := range 256 {
		if folded := byte(c) | 0x20; byte(c) == folded && (a.third(folded) || a.third(folded&^0x20)) {
			to = append(to, place{three: fold3(uint32(a.text[0]) | uint32(a.text[1])<<8 | uint32(folded)<<16), anchor: i})
		}
	}
	return to
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

// add adds anchors that begin with the same three bytes.
func (e *engine) add(same []place) {
	var list []int
	for i := range same {
		four := same[i].four
		if four == 0 {
			list = append(list, same[i].anchor)
			continue
		}
		if e.fours.find(four) != 0 {
			continue
		}
		var own []int
		for _, p := range same {
			if p.four == 0 || p.four == four {
				own = append(own, p.anchor)
			}
		}
		e.fours.set(four, e.list(own))
	}
	if len(list) > 0 {
		e.threes.set(same[0].three, e.list(list))
	}
}

// list appends a list and returns where it begins.
func (e *engine) list(of []int) uint16 {
	if len(of) == 0 {
		return 0
	}
	at := len(e.entries)
	for _, i := range of {
		e.entries = append(e.entries, newEntry(&anchors[i]))
	}
	e.entries[len(e.entries)-1].last = true
	return uint16(at)
}

// fold3 and fold4 are the low bytes of v in lower case.
func fold3(v uint32) uint32 { return (v | foldMask&0xFFFFFF) & 0xFFFFFF }
func fold4(v uint32) uint32 { return v | foldMask&0xFFFFFFFF }

const golden = 0x9E3779B1

// find returns the list of a tag, 0 when there is none.
func (s *slots) find(tag uint32) uint16 {
	for h := tag * golden >> (32 - slotBits); ; h++ {
		if at := &s[h&(1<<slotBits-1)]; at.tag == tag || at.list == 0 {
			return at.list
		}
	}
}

func (s *slots) set(tag uint32, list uint16) {
	h := tag * golden >> (32 - slotBits)
	for s[h&(1<<slotBits-1)].list != 0 {
		h++
	}
	s[h&(1<<slotBits-1)] = slot{tag, list}
}

// find returns the list of the anchors of three bytes or more that can stand
// where a text goes on with the four bytes of v, 0 when there is none.
func (e *engine) find(v uint32) uint16 {
	if list := e.fours.find(fold4(v)); list != 0 {
		return list
	}
	return e.threes.find(fold3(v))
}

func newEntry(a *anchor) entry {
	text := a.text[:min(len(a.text), 8)]
	n := entry{on: a.on, arg: int16(a.arg), fold: a.fold, starts: a.byStart(), size: uint8(len(text)), length: uint8(len(a.text))}
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
		n.bits |= foldMask & sizeMask[n.size]
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
	b := unsafe.Slice(unsafe.StringData(text), len(text))
	if len(b)-i >= 8 {
		return binary.LittleEndian.Uint64(b[i:])
	}
	v := uint64(0)
	for k := len(b) - 1; k >= i; k-- {
		v = v<<8 | uint64(b[k])
	}
	return v
}

// matches reports whether the entry's anchor stands at text[i], where v is
// what load gives.
func (n *entry) matches(text string, i int, v uint64) bool {
	if n.fold {
		v |= foldMask
	}
	if v&sizeMask[n.size] != n.bits {
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

// decide runs the entry's handler.
func (n *entry) decide(text string, i int) (Finding, bool) {
	switch n.on {
	case onRow:
		return matchRow(text, i, int(n.arg))
	case onName:
		return matchName(text, i)
	case onScheme:
		return matchScheme(text, i)
	case onJOSE:
		return matchJOSE(text, i)
	case onJWK:
		return matchJWK(text, i)
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
	}
	return Finding{}, false
}
