package scan

// entry is an anchor in the form that the sweep compares: up to eight bytes at
// once, in a chain of all entries whose first bytes hash alike.
type entry struct {
	bits, mask uint64
	next       uint16 // index of the next entry of the chain, 0 at its end
	follow     set
	fold       bool
	on         handler
	size       uint8
	arg        int32
}

const hashBits = 12

// engine is the table of anchors, built once.
type engine struct {
	entries []entry
	chain   [1 << hashBits]uint16 // by the hash of three folded bytes
	single  [256]uint16           // by the first byte, for anchors of one or two bytes
}

var table = buildEngine()

func buildEngine() *engine {
	e := &engine{entries: make([]entry, 1, len(anchors)+1)}
	for _, a := range anchors {
		e.add(a)
	}
	return e
}

func (e *engine) add(a anchor) {
	text := a.text[:min(len(a.text), 8)]
	n := entry{on: a.on, arg: int32(a.arg), follow: a.next, fold: a.fold, size: uint8(len(text))}
	for i := range len(text) {
		n.bits |= uint64(text[i]) << (8 * i)
		n.mask |= 0xFF << (8 * i)
	}
	if a.fold {
		n.bits |= foldMask & n.mask
	}
	head := &e.single[text[0]]
	if len(text) >= 3 {
		head = &e.chain[hash3(uint32(n.bits))]
	}
	n.next = *head
	*head = uint16(len(e.entries))
	e.entries = append(e.entries, n)
	if a.fold && len(text) < 3 {
		e.single[text[0]&^0x20] = *head
	}
}

const foldMask = 0x2020202020202020

// hash3 hashes the low three bytes of v regardless of the case of letters.
func hash3(v uint32) uint32 {
	return (v | foldMask&0xFFFFFF) & 0xFFFFFF * 0x9E3779B1 >> (32 - hashBits)
}

// load returns up to eight bytes of text at i, zero-filled, first byte lowest.
func load(text string, i int) uint64 {
	if len(text)-i >= 8 {
		t := text[i : i+8]
		return uint64(t[0]) | uint64(t[1])<<8 | uint64(t[2])<<16 | uint64(t[3])<<24 |
			uint64(t[4])<<32 | uint64(t[5])<<40 | uint64(t[6])<<48 | uint64(t[7])<<56
	}
	v := uint64(0)
	for k := len(text) - 1; k >= i; k-- {
		v = v<<8 | uint64(text[k])
	}
	return v
}

// matches reports whether the entry's anchor stands at text[i], where v is
// what load gives.
func (n *entry) matches(text string, i int, v uint64) bool {
	if n.fold {
		if (v|foldMask)&n.mask != n.bits {
			return false
		}
	} else if v&n.mask != n.bits {
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
