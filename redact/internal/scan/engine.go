package scan

import (
	"encoding/binary"
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
	headBits = 12
)

// engine is the table of anchors, built once.
type engine struct {
	// filter3 and filter4 have a bit for the hash of the first three or four
	// bytes of the anchors that have no more, or at least so many.
	filter3 [1 << hashBits / 64]uint64
	filter4 [1 << hashBits / 64]uint64
	// heads has where in entries the list of the anchors begins whose first
	// three bytes hash alike, 0 where there is none. single has the same, by
	// the first byte, for anchors of fewer bytes that have no class behind them.
	heads   [1 << headBits]uint16
	single  [256]uint16
	entries []entry
}

var table = buildEngine()

func buildEngine() *engine {
	e := &engine{entries: make([]entry, 1)}
	var lists [1 << headBits][]entry
	var single [256][]entry
	for i := range anchors {
		if a := &anchors[i]; a.short() {
			single[a.text[0]] = append(single[a.text[0]], newEntry(a))
		} else {
			e.add(a, &lists)
		}
	}
	for h, list := range lists {
		e.heads[h] = e.place(list)
	}
	for c, list := range single {
		e.single[c] = e.place(list)
	}
	return e
}

// short reports whether the anchor is too short to be found by three bytes.
func (a *anchor) short() bool {
	return len(a.text) < 2 || len(a.text) == 2 && a.follow(2) == 0
}

// place appends a list and returns where it begins.
func (e *engine) place(list []entry) uint16 {
	if len(list) == 0 {
		return 0
	}
	list[len(list)-1].last = true
	e.entries = append(e.entries, list...)
	return uint16(len(e.entries) - len(list))
}

func (e *engine) add(a *anchor, lists *[1 << headBits][]entry) {
	n := newEntry(a)
	seen := make(map[uint32]bool)
	for _, c := range a.bytesAt(2) {
		v := uint32(n.bits&0xFFFF) | uint32(c)<<16
		if h := hash3(v) >> (hashBits - headBits); !seen[h] {
			seen[h] = true
			lists[h] = append(lists[h], n)
		}
		if len(a.text) >= 4 {
			f := hash4(uint32(n.bits))
			e.filter4[f>>6] |= 1 << (f & 63)
		} else {
			f := hash3(v)
			e.filter3[f>>6] |= 1 << (f & 63)
		}
	}
}

// bytesAt lists what byte k of a text can be where the anchor stands.
func (a *anchor) bytesAt(k int) []byte {
	if k < len(a.text) {
		return []byte{a.text[k]}
	}
	var out []byte
	for c := range 256 {
		if follow := a.follow(k); follow == 0 || is(byte(c), follow) {
			out = append(out, byte(c))
		}
	}
	return out
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
func hash3(v uint32) uint32 {
	return (v | foldMask&0xFFFFFF) & 0xFFFFFF * 0x9E3779B1 >> (32 - hashBits)
}

// hash4 hashes four bytes like hash3.
func hash4(v uint32) uint32 {
	return (v | foldMask&0xFFFFFFFF) * 0x9E3779B1 >> (32 - hashBits)
}

// possible reports whether a list of anchors has to be looked at for a text
// that goes on with the four bytes of v.
func (e *engine) possible(v uint32) bool {
	h4, h3 := hash4(v), hash3(v)
	return (e.filter4[h4>>6]>>(h4&63)|e.filter3[h3>>6]>>(h3&63))&1 != 0 || e.single[byte(v)] != 0
}

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
