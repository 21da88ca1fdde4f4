package audit_test

import (
	"bytes"
	"context"
	"math/rand/v2"
	"net/netip"
	"runtime"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/daxis-io/arco-audit/audit"
	"github.com/daxis-io/arco-audit/internal/journal/vfs"
	"github.com/daxis-io/arco-audit/redact"
	"github.com/google/uuid"
)

// discard is a sink that takes everything.
var discard = audit.SinkFunc(func(context.Context, []audit.Record) error { return nil })

func openDiscard(tb testing.TB, routes int) *audit.Trail {
	tb.Helper()
	c := audit.Config{Service: "catalog", Environment: "test", Instance: "i-1", Volatile: true, Keys: redact.EphemeralKeys()}
	for i := range routes {
		c.Routes = append(c.Routes, audit.Route{Name: "route-" + strconv.Itoa(i), Sink: discard})
	}
	trail, err := audit.Open(c)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = trail.Close(context.Background()) })
	return trail
}

// BenchmarkEmit is one whole event: fresh identifiers made, scanned, encoded, handed to a route that
// discards it.
func BenchmarkEmit(b *testing.B) {
	for _, routes := range []int{1, 8} {
		b.Run(strconv.Itoa(routes)+"routes", func(b *testing.B) {
			trail := openDiscard(b, routes)
			tenant := audit.NewTenant("acme")
			ctx := audit.WithRequest(context.Background(), audit.Request{
				ID: audit.NewRequestID("req-7f3a9b2c"), Actor: trail.User(tenant, "subject"), Tenant: tenant,
				Workspace: audit.NewWorkspace("main"), Origin: netip.MustParseAddr("203.0.113.7"),
				Agent: audit.NewAgent("PyIceberg/0.9.1"),
			})
			id := uuid.New()
			namespaces := [][]string{{"sales", "europe"}, {"finance", "reports"}}
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				table := audit.NewTable(namespaces[i&1], "orders_daily_2024", id)
				grant := audit.NewGrant(audit.DelegationVended, audit.AccessRead, audit.ProviderGCS, time.Hour)
				if _, err := trail.Emit(ctx, audit.CredVendAllow(table, grant)); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkEnqueue is what Emit of an event that is not critical costs above encoding it, to a route that discards it,
// in memory and with a journal on a real disk; once more where sixteen tenants take turns, so that no two events in a row
// are of one. Encoding is all that Emit does before it hands the event on: looking at it, scanning, the clock, the id, and
// the bytes, in memory that stays theirs. What routes and the committer do on other processors is not in it; to wake them
// is. Rounds take turns, in any order, so that noise and what the one before left in the caches meet them alike, and
// nobody is behind when a round begins; the figures are first
// deciles of rounds, in nanoseconds an event, since the slower rounds measure the neighbours. A live heap of 64 MiB, as a
// service has, keeps the collector's cycles from being what is measured. Where the linker puts functions is worth 20 ns
// either way: compare averages over -ldflags=-randlayout=1, 2 and so on.
func BenchmarkEnqueue(b *testing.B) { enqueue(b, perEvent) }

// BenchmarkEnqueueParallel is BenchmarkEnqueue with an emitter on every processor, and so beside encoding on every
// processor: what routes and the committer do meanwhile is in it, and waiting for each other. The figures are nanoseconds
// of a processor.
func BenchmarkEnqueueParallel(b *testing.B) {
	enqueue(b, func(one func(n int)) float64 {
		var emitters sync.WaitGroup
		start := time.Now()
		for range runtime.GOMAXPROCS(0) {
			emitters.Go(func() { perEvent(one) })
		}
		emitters.Wait()
		return float64(time.Since(start).Nanoseconds()) / roundEvents
	})
}

// enqueue reports what the parts cost an event as measure has it, which runs a round of one.
func enqueue(b *testing.B, measure func(one func(n int)) float64) {
	trails := memoryAndDisk(b)
	live := bytes.Repeat([]byte{1}, 64<<20)
	defer runtime.KeepAlive(live)
	tenants := inTurn(trails[0], 16)
	encode := func(tenants []context.Context) func(int) {
		return func(n int) { trails[0].EncodeAlone(tenants[n%len(tenants)], login()) }
	}
	emit := func(trail *audit.Trail, tenants []context.Context) func(int) {
		return func(n int) {
			if _, err := trail.Emit(tenants[n%len(tenants)], login()); err != nil {
				b.Error(err)
			}
		}
	}
	parts := []struct {
		metric string
		above  int // the part that is taken off; itself for none
		one    func(n int)
		took   []float64
	}{
		{metric: "encode-ns", above: 0, one: encode(tenants[:1])},
		{metric: "tenants-encode-ns", above: 1, one: encode(tenants)},
		{metric: "memory-above-ns", above: 0, one: emit(trails[0], tenants[:1])},
		{metric: "journal-above-ns", above: 0, one: emit(trails[1], tenants[:1])},
		{metric: "tenants-memory-above-ns", above: 1, one: emit(trails[0], tenants)},
		{metric: "tenants-journal-above-ns", above: 1, one: emit(trails[1], tenants)},
	}
	for b.Loop() {
		for _, i := range rand.Perm(len(parts)) {
			parts[i].took = append(parts[i].took, measure(parts[i].one))
			for _, trail := range trails {
				if err := trail.Flush(tenants[0]); err != nil {
					b.Fatal(err)
				}
			}
		}
	}
	for i, p := range parts {
		took := decile(p.took)
		if p.above != i {
			took -= decile(parts[p.above].took)
		}
		b.ReportMetric(took, p.metric)
	}
	b.ReportMetric(0, "ns/op") // of all rounds, which says nothing
}

// inTurn returns the requests of n tenants.
func inTurn(trail *audit.Trail, n int) (tenants []context.Context) {
	for i := range n {
		tenant := audit.NewTenant("acme-" + strconv.Itoa(i))
		tenants = append(tenants, audit.WithRequest(context.Background(), audit.Request{
			ID: audit.NewRequestID("req-7f3a9b2c"), Actor: trail.User(tenant, "subject"), Tenant: tenant,
			Workspace: audit.NewWorkspace("main"), Origin: netip.MustParseAddr("203.0.113.7"),
		}))
	}
	return tenants
}

// memoryAndDisk opens a trail without a journal and one with it, each with a route that discards everything.
func memoryAndDisk(b *testing.B) (trails []*audit.Trail) {
	memory, disk := config(audit.Route{Name: "a", Sink: discard}), config(audit.Route{Name: "a", Sink: discard})
	memory.Keep.Bytes, disk.Keep.Bytes = 1<<30, 1<<30
	disk.Dir, disk.Volatile = b.TempDir(), false
	for _, c := range []audit.Config{memory, disk} {
		trail, err := audit.OpenOn(c, vfs.OS{}, vfs.Medium{Name: "ext4"})
		if err != nil {
			b.Fatal(err)
		}
		b.Cleanup(func() { _ = trail.Close(context.Background()) })
		trails = append(trails, trail)
	}
	return trails
}

// roundEvents is how many events a round has.
const roundEvents = 1000

// perEvent runs a round and returns nanoseconds each.
func perEvent(one func(n int)) float64 {
	start := time.Now()
	for n := range roundEvents {
		one(n)
	}
	return float64(time.Since(start).Nanoseconds()) / roundEvents
}

func decile(list []float64) float64 {
	slices.Sort(list)
	return list[len(list)/10]
}
