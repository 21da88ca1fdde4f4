package auditgrpc

import (
	"context"
	"net/netip"
	"slices"
	"strings"

	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/peer"
)

// origin is the client's address behind proxies that append to x-forwarded-for: the proxies-th entry from the
// right, or the peer. The zero Addr is none, as for a Unix socket. Only what is to the right of the answer is
// read, so that a long list that the client sent costs nothing.
func origin(ctx context.Context, md metadata.MD, proxies int) netip.Addr {
	var from netip.Addr
	if p, ok := peer.FromContext(ctx); ok && p.Addr != nil {
		from, _ = address(p.Addr.String())
	}
	if proxies == 0 {
		return from
	}
	values := md.Get("x-forwarded-for")
	for _, value := range slices.Backward(values) {
		for rest, more := value, true; more; {
			entry := rest
			if at := strings.LastIndexByte(rest, ','); at >= 0 {
				rest, entry = rest[:at], rest[at+1:]
			} else {
				more = false
			}
			hop, ok := address(strings.Trim(entry, " \t"))
			if !ok {
				return from
			}
			if proxies--; proxies == 0 {
				return hop
			}
		}
	}
	return from
}

// address reads an IP address, in brackets or not, with or without a port or a zone.
func address(s string) (netip.Addr, bool) {
	const most = 128 // longer than any address with a zone and a port
	if len(s) > most {
		return netip.Addr{}, false
	}
	if ap, err := netip.ParseAddrPort(s); err == nil {
		return ap.Addr(), true
	}
	bare := s
	if strings.HasPrefix(s, "[") && strings.HasSuffix(s, "]") {
		bare = s[1 : len(s)-1]
	}
	a, err := netip.ParseAddr(bare)
	if err != nil || bare != s && !a.Is6() {
		return netip.Addr{}, false
	}
	return a, true
}
