package scan

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestBlockTwinsAgree(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range longOr(200000, 2000) {
		text := randomText(r, 1+r.IntN(140))
		x := block{escapes: r.Uint64() & r.Uint64() & r.Uint64(), words: r.Uint64()}
		require.True(t, twinsAgree(t, x, text))
	}
}

// twinsAgree checks the kernels of this processor against Go, for a block
// behind before.
func twinsAgree(t *testing.T, before block, text string) bool {
	t.Helper()
	for k := byAVX2; k <= best; k++ {
		got, want := before, before
		got.classifyBy(k, text, 0)
		var m masks
		m.read(text, map[kernel]*wholeTables{byAVX2: narrowTwin, byVBMI: twin}[k])
		want.combine(&m, following(text))
		if !assert.Equal(t, want, got, "kernel %d: %q", k, text) {
			return false
		}
		want = before
		want.classifyBy(inGo, text, 0)
		if want.runs&^got.runs != 0 || want.joined != got.joined || want.starts != got.starts {
			return assert.Fail(t, "candidates are missing", "kernel %d: %q", k, text)
		}
	}
	return true
}

// EachKernel runs f once with each kernel of this processor.
func EachKernel(f func(name string)) {
	all := best
	defer func() { best = all }()
	for best = inGo; best <= all; best++ {
		f([...]string{"Go", "AVX2", "VBMI"}[best])
	}
}

var narrowTwin = widen(narrowed())

// widen has for whole bytes what the tables of n give.
func widen(n *narrow) *wholeTables {
	const names, others = narrowStarts * groupSize, (narrowStarts + narrowNames) * groupSize
	w := &wholeTables{start: 1<<names - 1, name: 1<<others - 1<<names, other: (1<<sextetBucket - 1) << others}
	for c := range 128 {
		for k := range fingerprint {
			for g := range narrowGroups {
				held := byte(0xFF)
				switch {
				case k < exact:
					held = n.rows[k][max(c>>4-1, 0)][g][c&15]
				case k < narrowPositions:
					held = n.halves[k-exact][g][0][c&15] & n.halves[k-exact][g][1][c>>4]
				}
				w.buckets[k][c] |= uint64(held) << (g * groupSize)
			}
			if k < runLength {
				runs := w.buckets[k][c] >> others
				w.runs[k][c] = byte(runs>>sextetBucket&1*inSextets | runs>>hexBucket&1*inHexDigits)
			}
		}
		w.classes[c] = prefilter.classes[c] &^ inSingle
	}
	return w
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

func BenchmarkClassify(b *testing.B) {
	text := "arn:aws:s3:::lake-prod/warehouse/sales/orders/part-00017"
	EachKernel(func(name string) {
		b.Run(name, func(b *testing.B) {
			var x block
			for b.Loop() {
				x.classify(text, 0)
			}
		})
	})
}
