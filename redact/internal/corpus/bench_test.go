package corpus_test

import (
	"testing"

	"github.com/daxis-io/arco-audit/redact"
	"github.com/daxis-io/arco-audit/redact/internal/corpus"
)

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
