package flood

import (
	"hash/maphash"
	"math/bits"
	"net/netip"
)

// Deny is one deny. Admit only reads it and keeps copies.
type Deny struct {
	// Unauthenticated callers share one limit, whatever Tenant says.
	Unauthenticated bool
	// Tenant, Action and Reason are what folded denies are counted by.
	Tenant, Action, Reason string
	// Resource and Origin tell a new combination from one that was seen; of Origin only the prefix counts.
	Resource []byte
	Origin   netip.Addr
	// Request and Shown, the origin as it may be written, appear in exemplars.
	Request string
	Shown   []byte
}

// marks are the fingerprints of a deny. The seed is secret, so nobody can aim at a slot.
type marks struct {
	owner       uint64 // who has the limit
	origin      uint64 // the origin prefix within the owner
	combination uint64 // origin prefix, action, resource and reason within the owner
}

func (d *Deny) marks(seed maphash.Seed) marks {
	var m marks
	if !d.Unauthenticated {
		m.owner = maphash.String(seed, d.Tenant)
	}
	prefix := originPrefix(d.Origin)
	m.origin = mix(m.owner, maphash.Bytes(seed, prefix[:]))
	what := mix(maphash.String(seed, d.Action), maphash.String(seed, d.Reason))
	m.combination = mix(m.origin, mix(what, maphash.Bytes(seed, d.Resource)))
	m.owner |= 1 // 0 is an empty slot
	m.origin |= 1
	m.combination |= 1
	return m
}

// mix joins two fingerprints; the order counts.
func mix(a, b uint64) uint64 {
	hi, lo := bits.Mul64(a^0x9e3779b97f4a7c15, bits.RotateLeft64(b, 23)^0xd1b54a32d192ed03)
	return hi ^ lo
}

// originPrefix returns the first 24 bits of an IPv4 address and the first 48 of an IPv6 address, told apart by
// the last byte.
func originPrefix(addr netip.Addr) (p [7]byte) {
	addr = addr.Unmap()
	switch {
	case addr.Is4():
		a := addr.As4()
		copy(p[:3], a[:])
		p[6] = 4
	case addr.Is6():
		a := addr.As16()
		copy(p[:6], a[:])
		p[6] = 6
	}
	return p
}
