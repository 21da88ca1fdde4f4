package audit

import (
	"math/rand/v2"
	"net/netip"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestAppendPrefix(t *testing.T) {
	var some [16]byte
	for n := range 256 {
		b := byte(n)
		for i := range some {
			some[i] = byte(rand.Uint32())
		}
		some[0] = 0x20
		for _, addr := range []netip.Addr{
			netip.AddrFrom4([4]byte{b, 9, 1, b}), netip.AddrFrom4([4]byte{10, b, 99, 2}), netip.AddrFrom4([4]byte{100, 255, b, 0}),
			netip.AddrFrom16(some),
		} {
			bits := 24
			if addr.Is6() {
				bits = 48
			}
			want, err := addr.Prefix(bits)
			require.NoError(t, err)
			assert.Equal(t, "@"+want.String(), string(appendPrefix([]byte("@"), addr)))
		}
	}
}
