package scan

import (
	"encoding/binary"
	"unsafe"
)

// entry is an anchor in the form that the sweep compares: up to eight bytes at
// once.
type entry struct {
	bits, mask uint64
	follow     set
	fold       bool
	on         handler
	size       uint8
	arg        int32
}

const (
	hashBits   = 12
	filterBits = 14
)

// engine is the table of anchors, built once. Entries are in lists by the hash
// of their first three bytes; those of fewer bytes, which have no class behind
// them, by their first.
type engine struct {
	filter [1 << filterBits / 64]uint64
	lists  [1 << hashBits][]entry
	single [256][]entry
}

var table = buildEngine()

func buildEngine() *engine {
	e := new(engine)
	for i := range anchors {
		e.add(&anchors[i])
	}
	return e
}

func (e *engine) add(a *anchor) {
	n := newEntry(a)
	switch {
	case len(a.text) >= 3:
		e.list(uint32(n.bits), n)
	case len(a.text) == 2 && a.follow(2) != 0:
		seen := make(map[uint32]bool)
		for c := range 128 {
			v := uint32(n.bits&0xFFFF) | uint32(c)<<16
			if is(byte(c), a.follow(2)) && !seen[hash3(v, 32)] {
				seen[hash3(v, 32)] = true
				e.list(v, n)
			}
		}
	default:
		e.single[a.text[0]] = append(e.single[a.text[0]], n)
	}
}

func newEntry(a *anchor) entry {
	text := a.text[:min(len(a.text), 8)]
	n := entry{on: a.on, arg: int32(a.arg), follow: a.next, fold: a.fold, size: uint8(len(text))}
	for i := range len(text) {
		n.bits |= uint64(text[i]) << (8 * i)
		n.mask |= 0xFF << (8 * i)
	}
	if a.fold {
		n.bits |= foldMask & n.mask
	}
	return n
}

// list puts an entry into the list of the bytes that v begins with.
func (e *engine) list(v uint32, n entry) {
	h := hash3(v, hashBits)
	e.lists[h] = append(e.lists[h], n)
	f := hash3(v, filterBits)
	e.filter[f>>6] |= 1 << (f & 63)
}

const foldMask = 0x2020202020202020

// hash3 hashes the low three bytes of v to n bits regardless of the case of
// letters.
func hash3(v uint32, n int) uint32 {
	return (v | foldMask&0xFFFFFF) & 0xFFFFFF * 0x9E3779B1 >> (32 - n)
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
	if v&n.mask != n.bits {
		return false
	}
	end := i + int(n.size)
	if end > len(text) {
		return false
	}
	return n.follow == 0 || end < len(text) && is(text[end], n.follow)
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
	}
	return Finding{}, false
}
