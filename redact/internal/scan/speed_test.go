package scan_test

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/daxis-io/arco-audit/redact/internal/corpus"
	"github.com/daxis-io/arco-audit/redact/internal/scan"
)

// found keeps the compiler from dropping calls.
var found int

// classes are legitimate values, one of each class in turn.
func classes(perClass int) (values []string) {
	lists := corpus.New(1).Legit(perClass)
	names := slices.Sorted(maps.Keys(lists))
	for i := range perClass {
		for _, n := range names {
			values = append(values, strings.Clone(lists[n][i]))
		}
	}
	return values
}

func identifiers(n int) (values []string) {
	for _, v := range classes(n) {
		if len(v) <= 32 && !strings.ContainsAny(v, "=: \n%\\") {
			values = append(values, v)
		}
	}
	return values
}

func secrets(perKind int) (values []string) {
	g := corpus.New(1)
	for _, s := range g.Secrets(perKind) {
		if text, ok := corpus.Forms[0].Apply(g, s); ok {
			values = append(values, text)
		}
	}
	return values
}

// BenchmarkFirst puts First with each kernel beside a search for one byte.
// Each value of a list is scanned once before any is scanned again. The list is
// larger than the nearest caches and the memory of the branch predictor.
func BenchmarkFirst(b *testing.B) {
	for _, bb := range []struct {
		name   string
		values []string
	}{
		{"classes", classes(200)},
		{"identifiers", identifiers(200)},
	} {
		b.Run(bb.name, func(b *testing.B) {
			scan.EachKernel(func(name string) {
				b.Run(name, func(b *testing.B) {
					perValue(b, bb.values, func(v string) bool { _, ok := scan.First(v); return ok })
				})
			})
			b.Run("IndexByte", func(b *testing.B) {
				perValue(b, bb.values, func(v string) bool { return strings.IndexByte(v, 0) >= 0 })
			})
		})
	}
}

func perValue(b *testing.B, values []string, hit func(string) bool) {
	bytes := 0
	for _, v := range values {
		bytes += len(v)
	}
	b.ReportAllocs()
	b.SetBytes(int64(bytes))
	for b.Loop() {
		for _, v := range values {
			if hit(v) {
				found++
			}
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(len(values)), "ns/value")
	b.ReportMetric(float64(bytes)/float64(len(values)), "B/value")
}

// BenchmarkFirstHit times hits one by one, the clock included, so that the slow
// ones show.
func BenchmarkFirstHit(b *testing.B) {
	values := secrets(4)
	var times []time.Duration
	for b.Loop() {
		for _, v := range values {
			start := time.Now()
			if _, ok := scan.First(v); ok {
				times = append(times, time.Since(start))
			}
		}
	}
	slices.Sort(times)
	b.ReportMetric(float64(times[len(times)/2].Nanoseconds()), "p50-ns")
	b.ReportMetric(float64(times[len(times)*99/100].Nanoseconds()), "p99-ns")
}
