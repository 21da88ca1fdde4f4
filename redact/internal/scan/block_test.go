package scan

import (
	"math/rand/v2"
	"testing"
)

func TestBlockTwinsAgree(t *testing.T) {
	if !hasVBMI {
		return
	}
	r := rand.New(rand.NewPCG(1, 2))
	for range 200000 {
		text := randomText(r, 1+r.IntN(140))
		x := block{escapes: r.Uint64() & r.Uint64() & r.Uint64(), words: r.Uint64()}
		y := x
		blockVBMI(&[]byte(text)[0], len(text), prefilter, &x)
		y.classifyGo(text)
		if x != y {
			t.Fatalf("%q\n%x\n%x", text, x, y)
		}
	}
}

// randomText mixes anchors, runs of encoded text and any bytes.
func randomText(r *rand.Rand, n int) string {
	var b []byte
	for len(b) < n {
		switch r.IntN(6) {
		case 0:
			b = append(b, anchors[r.IntN(len(anchors))].text...)
		case 1:
			b = append(b, byte(r.IntN(256)))
		case 2:
			b = append(b, "=: &%\\\"\n-_."[r.IntN(11)])
		case 3:
			const run = "eyJhbGciOiJub25lIn0aGVsbG8gd29ybGQ="
			b = append(b, run[:r.IntN(len(run))]...)
		case 4:
			const run = "68656c6c6f20776f726c6448656c6c6f20"
			b = append(b, run[:r.IntN(len(run))]...)
		case 5:
			b = append(b, byte(32+r.IntN(95)))
		}
	}
	return string(b[:n])
}
