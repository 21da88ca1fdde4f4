package sequence_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/daxis-io/arco-audit/internal/sequence"
	"github.com/stretchr/testify/require"
)

func written(put func([]byte)) string {
	dst := []byte("<....................>")
	put(dst[1:])
	return string(dst)
}

func TestPut(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	numbers := []uint64{math.MaxUint64, 0}
	for n := uint64(1); n > 0 && n < math.MaxUint64/10; n *= 10 {
		numbers = append(numbers, n-1, n, n+1, 9*n)
	}
	for range 100_000 {
		numbers = append(numbers, r.Uint64()>>r.IntN(64))
	}
	var c sequence.Counter
	for _, n := range numbers {
		want := fmt.Sprintf("<%020d>", n)
		require.Equal(t, want, written(func(dst []byte) { sequence.Put(dst, n) }))
		require.Equal(t, want, written(func(dst []byte) { c.Put(dst, n) }), "a counter that is set anew")
	}
}

// TestCounter: what follows is right over every carry, also when a place is written again.
func TestCounter(t *testing.T) {
	for _, from := range []uint64{0, 99_999_000, 9_999_999_999_999_000, math.MaxUint64 - 3000} {
		c := sequence.Counter{}
		for n := from; n < from+2500; n++ {
			require.Equal(t, fmt.Sprintf("<%020d>", n), written(func(dst []byte) { c.Put(dst, n) }))
			if n%7 == 0 {
				require.Equal(t, fmt.Sprintf("<%020d>", n), written(func(dst []byte) { c.Put(dst, n) }))
			}
		}
	}
}

func TestPutNeedsRoom(t *testing.T) {
	require.Panics(t, func() { sequence.Put(make([]byte, sequence.Digits-1), 1) })
}

func BenchmarkCounter(b *testing.B) {
	var c sequence.Counter
	dst := make([]byte, 64<<10)
	for i := 0; b.Loop(); i++ {
		c.Put(dst[i*900%60000:], uint64(i))
	}
}

func BenchmarkPut(b *testing.B) {
	dst := make([]byte, 64<<10)
	for i := 0; b.Loop(); i++ {
		sequence.Put(dst[i*900%60000:], uint64(i))
	}
}
