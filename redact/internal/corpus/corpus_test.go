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
			if _, ok := redact.Scan(text); ok {
				hit++
			} else {
				assert.NotEqual(t, "plain", form.Name, "missed %s", s.Kind)
			}
		}
		least := 99.5
		switch form.Name {
		case "cut-short":
			least = 90 // a kind whose tag stands at its end cannot be known without it
		case "wrapped":
			least = 98 // a short first line cannot be told from a line of its own
		}
		assert.GreaterOrEqual(t, 100*float64(hit)/float64(all), least, form.Name)
	}
}

func TestNoFalsePositives(t *testing.T) {
	assert.GreaterOrEqual(t, len(corpus.Classes), 90)
	n := 0
	for name, list := range corpus.New(102).Legit(620) {
		for _, v := range list {
			n++
			f, hit := redact.Scan(v)
			assert.False(t, hit, "%s: %q is not %v", name, v, f.Kind)
		}
	}
	assert.GreaterOrEqual(t, n, 100_000)
	for _, v := range corpus.Curated {
		f, hit := redact.Scan(v)
		assert.False(t, hit, "%q is not %v", v, f.Kind)
	}
}

func TestCleanTextsDoNotAllocate(t *testing.T) {
	for name, list := range corpus.New(103).Legit(3) {
		for _, v := range list {
			assert.Zero(t, testing.AllocsPerRun(20, func() { redact.Scan(v); redact.Mask(v) }), "%s: %q", name, v)
		}
	}
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
