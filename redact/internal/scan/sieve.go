package scan

import "math/bits"

const (
	sieveBits = 15
	sieveSize = 1 << sieveBits / 64
)

// sieve has a bit for each hash of the first bytes of an anchor. It leaves few
// candidates that are none, without a branch for each.
type sieve struct {
	four, three [sieveSize]uint64
	single      [256]byte
}

func (s *sieve) add(a *anchor) {
	v := uint32(load(a.text, 0))
	switch {
	case a.short():
		s.single[a.text[0]] = 1
	case len(a.text) > 3:
		h := sieveFour(v)
		s.four[h>>6] |= 1 << (h & 63)
	default:
		for c := range uint32(256) {
			if a.third(byte(c|0x20)) || a.third(byte(c&^0x20)) {
				h := sieveThree(v&0xFFFF | c<<16)
				s.three[h>>6] |= 1 << (h & 63)
			}
		}
	}
}

func sieveFour(v uint32) uint32  { return fold4(v) * golden >> (32 - sieveBits) }
func sieveThree(v uint32) uint32 { return fold3(v) * golden >> (32 - sieveBits) }

// passes is 1 when an anchor may begin with v.
func (s *sieve) passes(v uint32) uint64 {
	four, three := sieveFour(v), sieveThree(v)
	return (s.four[four>>6%sieveSize]>>(four&63) | s.three[three>>6%sieveSize]>>(three&63) | uint64(s.single[byte(v)])) & 1
}

// sift leaves the anchors of the block of text at base that pass the sieve.
func (b *block) sift(text string, base int) {
	left := uint64(0)
	for todo := b.anchors; todo != 0; todo &= todo - 1 {
		at := bits.TrailingZeros64(todo)
		left |= table.sieve.passes(uint32(load(text, base+at))) << (at & 63)
	}
	b.anchors = left
}
