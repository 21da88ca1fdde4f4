package corpus_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/daxis-io/arco-audit/redact"
	"github.com/daxis-io/arco-audit/redact/internal/corpus"
)

func TestRecall(t *testing.T) {
	g := corpus.New(101)
	samples := g.Secrets(2)
	for _, form := range corpus.Forms {
		hit, all := 0, 0
		for _, s := range samples {
			text, ok := form.Apply(g, s)
			if !ok {
				continue
			}
			all++
			_, ok = redact.Scan(text)
			if ok {
				hit++
			}
			assert.True(t, ok || least[form.Name] > 0, "missed %s as %s: %.300q", s.Kind, form.Name, text)
		}
		if want, ok := least[form.Name]; ok {
			assert.GreaterOrEqual(t, 100*float64(hit)/float64(all), want, form.Name)
		}
	}
}

// least has the forms in which not every secret can be known, in percent: a kind
// whose tag stands at its end cannot be known without it, and a short first line
// cannot be told from a line of its own.
var least = map[string]float64{"cut-short": 91, "cut-ellipsis": 91, "wrapped": 99}

func TestNoFalsePositives(t *testing.T) {
	assert.GreaterOrEqual(t, len(corpus.Classes), 90)
	n, perClass, least := 0, 620, 100_000
	if testing.Short() {
		perClass, least = 20, 3000
	}
	for name, list := range corpus.New(102).Legit(perClass) {
		for _, v := range list {
			n++
			f, hit := redact.Scan(v)
			assert.False(t, hit, "%s: %q is not %v", name, v, f.Kind)
		}
	}
	assert.GreaterOrEqual(t, n, least)
	for _, v := range corpus.Curated {
		f, hit := redact.Scan(v)
		assert.False(t, hit, "%q is not %v", v, f.Kind)
	}
}

func TestCleanTextsDoNotAllocate(t *testing.T) {
	for name, list := range corpus.New(103).Legit(3) {
		for _, v := range list {
			assert.Zero(t, allocations(func() { redact.Scan(v); redact.Mask(v) }), "%s: %q", name, v)
		}
	}
}

// allocations returns how often f allocates. The race detector empties pools at random, so that the least of many
// runs counts with it.
func allocations(f func()) float64 {
	least := testing.AllocsPerRun(20, f)
	for n := 0; raceDetector && least > 0 && n < 50; n++ {
		least = min(least, testing.AllocsPerRun(1, f))
	}
	return least
}

func BenchmarkScanLegitimate(b *testing.B) {
	var values []string
	bytes := 0
	for _, list := range corpus.New(7).Legit(200) {
		for _, v := range list {
			values = append(values, v)
			bytes += len(v)
		}
	}
	b.SetBytes(int64(bytes / len(values)))
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		redact.Scan(values[i%len(values)])
	}
}

func BenchmarkScanHit(b *testing.B) {
	samples := corpus.New(8).Secrets(1)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		redact.Scan(samples[i%len(samples)].Text)
	}
}
