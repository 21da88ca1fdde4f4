package audithttp

import (
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// origin is the client's address behind proxies that append to X-Forwarded-For: the proxies-th entry from the
// right, or the peer. The zero Addr is none, as for a Unix socket. Only what is to the right of the answer is
// read, so that a long header that the client sent costs nothing.
func origin(r *http.Request, proxies int) netip.Addr {
	peer, known := address(r.RemoteAddr)
	if !known {
		peer = netip.Addr{}
	}
	if proxies == 0 {
		return peer
	}
	for _, line := range slices.Backward(r.Header["X-Forwarded-For"]) {
		for rest, more := line, true; more; {
			var entry string
			rest, entry, more = cutLast(rest)
			hop, ok := address(strings.Trim(entry, " \t"))
			if !ok {
				return peer
			}
			if proxies--; proxies == 0 {
				return hop
			}
		}
	}
	return peer
}

// cutLast splits a list at its last comma; more is false when there was none.
func cutLast(list string) (rest, last string, more bool) {
	if i := strings.LastIndexByte(list, ','); i >= 0 {
		return list[:i], list[i+1:], true
	}
	return "", list, false
}

// address reads "192.0.2.1", "192.0.2.1:80", "2001:db8::1", "[2001:db8::1]" and "[2001:db8::1]:80", with or
// without a zone.
func address(s string) (netip.Addr, bool) {
	const most = 128 // longer than any address with a zone and a port
	if len(s) > most {
		return netip.Addr{}, false
	}
	if ap, err := netip.ParseAddrPort(s); err == nil {
		return ap.Addr(), true
	}
	if inner, ok := strings.CutPrefix(s, "["); ok {
		if inner, ok = strings.CutSuffix(inner, "]"); !ok {
			return netip.Addr{}, false
		}
		a, err := netip.ParseAddr(inner)
		return a, err == nil && a.Is6()
	}
	a, err := netip.ParseAddr(s)
	return a, err == nil
}
