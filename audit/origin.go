package audit

import (
	"net/netip"

	"github.com/daxis-io/arco-audit/internal/wire"
)

// origin fills where the request came from, as Config.OriginMode says.
func (x *encoder) origin(env *wire.Envelope, t *Trail, s *scope) {
	env.OriginAgent = x.text(t, "origin.agent", &s.Agent.t, s.Tenant.t.s)
	addr := s.Origin
	if !addr.IsValid() {
		return
	}
	addr = addr.Unmap().WithZone("")
	dst := x.addr[:0]
	switch t.originMode {
	case OriginPrefix:
		dst = appendPrefix(dst, addr)
	case OriginFull:
		dst = addr.AppendTo(dst)
	case OriginKeyed:
		dst = append(dst, keyedAddr(t, s.Tenant, addr)...)
	}
	env.OriginAddr = dst
}

// appendPrefix appends the network of an address, a /24 or a /48.
func appendPrefix(dst []byte, addr netip.Addr) []byte {
	if addr.Is4() {
		b := addr.As4()
		for _, n := range b[:3] {
			dst = appendOctet(dst, n)
			dst = append(dst, '.')
		}
		return append(dst, "0/24"...)
	}
	prefix, _ := addr.Prefix(48)
	return prefix.AppendTo(dst)
}

// appendOctet appends the decimal digits of n.
func appendOctet(dst []byte, n byte) []byte {
	if n >= 100 {
		dst = append(dst, '0'+n/100, '0'+n/10%10)
	} else if n >= 10 {
		dst = append(dst, '0'+n/10)
	}
	return append(dst, '0'+n%10)
}

func keyedAddr(t *Trail, tenant Tenant, addr netip.Addr) string {
	return "keyed:" + t.keys.Pseudonym(tenant.t.s, addr.String())
}
