package scan

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestTracesOf(t *testing.T) {
	r := rand.New(rand.NewPCG(27, 28))
	for range longOr(20000, 500) {
		text := randomText(r, r.IntN(300))
		EachKernel(func(kernel string) { require.Equal(t, readTraces(text), tracesOf(text), "%s %q", kernel, text) })
	}
	groups := map[traces]string{ofPercent: "%", ofMarkup: `\&`, ofLines: "\r\n", ofEquals: "=", ofPlus: "+", ofHex: "xX", ofDumps: "[{"}
	for c := range 256 {
		want := traces(0)
		for bit, of := range groups {
			want |= bit * traces(count(strings.IndexByte(of, byte(c)) >= 0))
		}
		if c == escape || c == 0 || c >= 0x80 {
			want = ofUnseen
		}
		for _, n := range []int{0, 1, 63, 64, 65, 200} {
			text := strings.Repeat("-", n) + string([]byte{byte(c)})
			EachKernel(func(kernel string) { assert.Equal(t, want, tracesOf(text), "%s %q", kernel, text) })
		}
	}
	assert.Zero(t, tracesOf(""))
}
