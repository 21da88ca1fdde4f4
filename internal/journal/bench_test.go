//go:build linux

package journal_test

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/daxis-io/arco-audit/internal/journal"
)

const recordSize = 512

// emit has n emitters append records one after the other, each waiting until its own is durable.
func emit(b *testing.B, n int, one func(payload []byte)) {
	b.Helper()
	each := b.N/n + 1
	latencies := make([]time.Duration, n*each)
	b.SetBytes(recordSize)
	b.ReportAllocs()
	b.ResetTimer()
	var emitters sync.WaitGroup
	for e := range n {
		emitters.Go(func() {
			payload := make([]byte, recordSize)
			for i := range each {
				start := time.Now()
				one(payload)
				latencies[e*each+i] = time.Since(start)
			}
		})
	}
	emitters.Wait()
	b.StopTimer()
	slices.Sort(latencies)
	b.ReportMetric(float64(n*each)/b.Elapsed().Seconds(), "records/s")
	b.ReportMetric(float64(latencies[len(latencies)/2].Nanoseconds())/1e3, "p50-µs")
	b.ReportMetric(float64(latencies[len(latencies)*99/100].Nanoseconds())/1e3, "p99-µs")
}

// BenchmarkAppendDurable measures the journal, without a route and with one that keeps up, beside the reference.
func BenchmarkAppendDurable(b *testing.B) {
	for _, emitters := range []int{1, 16, 256} {
		b.Run(fmt.Sprintf("reference/emitters=%d", emitters), func(b *testing.B) {
			r, err := newReference(filepath.Join(b.TempDir(), "log"), int64(b.N+emitters)*(recordSize+8)+1<<20)
			require.NoError(b, err)
			emit(b, emitters, r.append)
			require.NoError(b, r.close())
		})
		for _, routes := range []int{0, 1} {
			b.Run(fmt.Sprintf("journal/routes=%d/emitters=%d", routes, emitters), func(b *testing.B) {
				benchmarkJournal(b, emitters, routes)
			})
		}
	}
}

func benchmarkJournal(b *testing.B, emitters, routes int) {
	j, err := journal.Open(journal.Options{Dir: filepath.ToSlash(b.TempDir()), Trail: trailA})
	require.NoError(b, err)
	stop := func() {}
	if routes > 0 {
		stop = drain(b, j)
	}
	warm(b, j)
	emit(b, emitters, func(payload []byte) { durable(b, j, payload) })
	require.NoError(b, j.Close(context.Background()))
	stop()
}

// warm brings the journal to where it reuses full segments, which is where a service spends its life.
func warm(b *testing.B, j *journal.Journal) {
	b.Helper()
	payload := make([]byte, 32<<10)
	for range 6 * 64 << 20 / len(payload) {
		_, err := j.Append(context.Background(), journal.Entry{Payload: payload, Slot: 0})
		require.NoError(b, err)
	}
	require.NoError(b, j.Wait(context.Background(), j.Stats().Next-1))
}

func drain(b *testing.B, j *journal.Journal) (wait func()) {
	b.Helper()
	r, err := j.Route("sink", journal.StartOldest, true)
	require.NoError(b, err)
	var reader sync.WaitGroup
	reader.Go(func() {
		frames := make([]journal.Frame, 512)
		for {
			n, err := r.Next(context.Background(), frames, 1<<20)
			if err != nil {
				return
			}
			if err := r.Advance(frames[n-1].Sequence + 1); err != nil {
				return
			}
		}
	})
	return reader.Wait
}

// BenchmarkAgainstReference runs the reference and the journal in turn, so that both see the same disk and the same
// neighbours, and reports the median of the ratios of their throughputs. One iteration is one pair of runs.
func BenchmarkAgainstReference(b *testing.B) {
	for _, emitters := range []int{1, 16, 256} {
		b.Run(fmt.Sprintf("emitters=%d", emitters), func(b *testing.B) {
			records := map[int]int{1: 1500, 16: 20_000, 256: 150_000}[emitters]
			j, err := journal.Open(journal.Options{Dir: filepath.ToSlash(b.TempDir()), Trail: trailA})
			require.NoError(b, err)
			warm(b, j)
			var ratios, mine, theirs []float64
			for b.Loop() {
				r, err := newReference(filepath.Join(b.TempDir(), "log"), int64(records+emitters)*(recordSize+8)+1<<20)
				require.NoError(b, err)
				reference := rate(emitters, records, r.append)
				require.NoError(b, r.close())
				ours := rate(emitters, records, func(payload []byte) { durable(b, j, payload) })
				theirs, mine, ratios = append(theirs, reference), append(mine, ours), append(ratios, ours/reference)
			}
			require.NoError(b, j.Close(context.Background()))
			b.ReportMetric(median(ratios), "ratio")
			b.ReportMetric(median(mine), "journal/s")
			b.ReportMetric(median(theirs), "reference/s")
		})
	}
}

// rate returns the records per second that n emitters reach.
func rate(n, records int, one func(payload []byte)) float64 {
	start := time.Now()
	var emitters sync.WaitGroup
	for range n {
		emitters.Go(func() {
			payload := make([]byte, recordSize)
			for range records / n {
				one(payload)
			}
		})
	}
	emitters.Wait()
	return float64(records) / time.Since(start).Seconds()
}

func median(v []float64) float64 {
	v = slices.Sorted(slices.Values(v))
	return v[len(v)/2]
}

func durable(b *testing.B, j *journal.Journal, payload []byte) {
	_, err := j.AppendDurable(context.Background(), journal.Entry{Payload: payload, Slot: 100, Tenant: "tenant"})
	if err != nil {
		b.Error(err)
	}
}
