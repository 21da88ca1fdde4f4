package scan

import (
	"math/rand/v2"
	"testing"
)

func TestBlockTwinsAgree(t *testing.T) {
	if !hasAVX2 {
		return
	}
	r := rand.New(rand.NewPCG(1, 2))
	for range 200000 {
		b := make([]byte, 1+r.IntN(80))
		for i := range b {
			b[i] = byte(r.IntN(256))
			if r.IntN(4) > 0 {
				b[i] = byte(32 + r.IntN(95))
			}
		}
		padded := string(append(b, make([]byte, blockRead)...))
		var x, y masks
		halves := 1 + r.IntN(2)
		blockAVX2(&[]byte(padded)[0], &prefilter, &x, halves)
		blockGo(padded, &y)
		if halves == 1 {
			y.anchor, y.alnum, y.escape = y.anchor<<32>>32, y.alnum<<32>>32, y.escape<<32>>32
		}
		if x != y {
			t.Fatalf("%q\n%x\n%x", b, x, y)
		}
	}
}
