//go:build linux

package durable

import (
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// BenchmarkAppend measures every store with 1, 16 and 256 emitters, each of which waits until its own record is durable.
func BenchmarkAppend(b *testing.B) {
	for _, emitters := range []int{1, 16, 256} {
		for _, k := range Kinds() {
			b.Run(fmt.Sprintf("emitters=%d/%s", emitters, k.Name), func(b *testing.B) {
				s := open(b, k)
				b.SetBytes(recordSize)
				b.ReportAllocs()
				b.ResetTimer()
				latencies := emit(b, s, emitters, b.N)
				b.StopTimer()
				require.NoError(b, s.Close())
				b.ReportMetric(float64(len(latencies))/b.Elapsed().Seconds(), "records/s")
				b.ReportMetric(float64(latencies[len(latencies)/2].Nanoseconds())/1e3, "p50-µs")
				b.ReportMetric(float64(latencies[len(latencies)*99/100].Nanoseconds())/1e3, "p99-µs")
			})
		}
	}
}

// BenchmarkBesideReference runs every store and the reference in turn, so that both see the same disk and the same
// neighbours, and reports the median of the ratios of their throughputs. One iteration is one pair of runs.
func BenchmarkBesideReference(b *testing.B) {
	for _, emitters := range []int{1, 16, 256} {
		records := map[int]int{1: 500, 16: 8_000, 256: 60_000}[emitters]
		for _, k := range Kinds() {
			if k.Name == "reference" || k.Name == "control" {
				continue
			}
			b.Run(fmt.Sprintf("emitters=%d/%s", emitters, k.Name), func(b *testing.B) {
				ours, reference := open(b, k), open(b, Kinds()[1])
				var ratios []float64
				for b.Loop() {
					theirs := rate(b, reference, emitters, records)
					ratios = append(ratios, rate(b, ours, emitters, records)/theirs)
				}
				require.NoError(b, ours.Close())
				require.NoError(b, reference.Close())
				slices.Sort(ratios)
				b.ReportMetric(ratios[len(ratios)/2], "ratio")
			})
		}
	}
}

func open(b *testing.B, k Kind) Store {
	b.Helper()
	s, err := k.Open(b.TempDir())
	require.NoError(b, err)
	if j, ok := s.(journalStore); ok {
		require.NoError(b, j.warm())
	}
	return s
}

func rate(b *testing.B, s Store, emitters, records int) float64 {
	start := time.Now()
	emit(b, s, emitters, records)
	return float64(records) / time.Since(start).Seconds()
}

// emit has n emitters append records one after the other and returns how long each took, sorted.
func emit(b *testing.B, s Store, n, records int) []time.Duration {
	each := records/n + 1
	latencies := make([]time.Duration, n*each)
	var emitters sync.WaitGroup
	for e := range n {
		emitters.Go(func() {
			payload := make([]byte, recordSize)
			payload[0] = 1
			for i := range each {
				start := time.Now()
				if err := s.Append(payload); err != nil {
					b.Error(err)
					return
				}
				latencies[e*each+i] = time.Since(start)
			}
		})
	}
	emitters.Wait()
	slices.Sort(latencies)
	return latencies
}
