package scan

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestLettersOf(t *testing.T) {
	r := rand.New(rand.NewPCG(21, 22))
	for range longOr(20000, 500) {
		text := randomText(r, r.IntN(100))
		var want letters
		for i := range min(len(text), blockSize) {
			want.upper |= uint64(count(is(text[i], upper))) << i
			want.lower |= uint64(count(is(text[i], lower))) << i
			want.digit |= uint64(count(is(text[i], digit))) << i
		}
		EachKernel(func(kernel string) { require.Equal(t, want, lettersOf(text), "%s %q", kernel, text) })
	}
	for c := range 256 {
		m := lettersOf("-" + string([]byte{byte(c)}))
		assert.Equal(t, m, lettersOf("-"+string([]byte{byte(c)})+strings.Repeat("-", leastVector)), "%d", c)
		assert.Equal(t, letters{uint64(count(is(byte(c), upper))) << 1, uint64(count(is(byte(c), lower))) << 1, uint64(count(is(byte(c), digit))) << 1}, m, "%d", c)
	}
}

// What reads is never ruled out beforehand.
func TestMayRead(t *testing.T) {
	r := rand.New(rand.NewPCG(23, 24))
	pieces := []string{"Abi", "Slice", "to", "of", "X", "ID", "AES", "sha", "256", "25519", "4096", "HTTPS", "key", "Require", "zq", "-", "_", ".", "7", "12", "md", "RSAPSS", "Al"}
	for range longOr(200000, 2000) {
		var b strings.Builder
		for size := r.IntN(96); b.Len() < size; {
			if r.IntN(4) == 0 {
				b.WriteByte("abcxyzABCXYZ0123456789-_."[r.IntN(25)])
			} else {
				b.WriteString(pieces[r.IntN(len(pieces))])
			}
		}
		v := b.String()
		var w wording
		for at := 0; at < len(v); {
			at = w.next(v, at)
		}
		require.True(t, !w.spelled() || mayRead(v), "%q", v)
	}
	assert.False(t, mayRead("q7Zt3Xw9aB1cD2eF3gH4"))
	assert.False(t, mayRead("0f1e2d3c4b5a69788796a5b4c3d2e1f0"))
}

// What changes as often as passwords do is never ruled out beforehand.
func TestMostChanges(t *testing.T) {
	r := rand.New(rand.NewPCG(25, 26))
	for range longOr(50000, 1000) {
		b := make([]byte, 1+r.IntN(blockSize))
		for i := range b {
			b[i] = "abAB12-!"[r.IntN(8)]
		}
		v := string(b)
		same := 0
		for i := 1; i < len(v); i++ {
			same += count(v[i] == v[i-1] && !is(v[i], alnum))
		}
		require.Equal(t, mix(v).changes, lettersOf(v).mostChanges(len(v))-same, v)
	}
}
