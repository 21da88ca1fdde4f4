//go:build linux

package benchmarks_test

import (
	"context"
	"runtime"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/daxis-io/arco-audit/audit"
	"github.com/daxis-io/arco-audit/redact"
)

// onThread is the processor time of this thread.
func onThread() time.Duration {
	const rusageThread = 1 // RUSAGE_THREAD of getrusage(2)
	var u syscall.Rusage
	if err := syscall.Getrusage(rusageThread, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// fanOut opens a trail in memory with so many routes that take everything, and those that are given.
func fanOut(b *testing.B, routes int, more ...audit.Route) *audit.Trail {
	b.Helper()
	take := audit.SinkFunc(func(context.Context, []audit.Record) error { return nil })
	for i := range routes {
		more = append(more, audit.Route{Name: "r" + strconv.Itoa(i), Sink: take})
	}
	return openFor(b, more)
}

func openFor(b *testing.B, routes []audit.Route) *audit.Trail {
	b.Helper()
	trail, err := audit.Open(audit.Config{
		Service: "catalog", Environment: "test", Volatile: true, Keys: redact.EphemeralKeys(), Routes: routes,
		StartOffline: true,
	})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		_ = trail.Close(ctx) // what hangs stays
	})
	return trail
}

// BenchmarkRoutes is what Emit costs its caller, processor time of its thread, by how many routes the event goes to.
func BenchmarkRoutes(b *testing.B) {
	for _, routes := range []int{1, 8} {
		b.Run(strconv.Itoa(routes), func(b *testing.B) {
			runtime.LockOSThread()
			defer runtime.UnlockOSThread()
			trail := fanOut(b, routes)
			ctx := audit.WithRequest(context.Background(), audit.Request{Actor: audit.Anonymous(), Tenant: audit.NewTenant("acme")})
			event := audit.AuthAllow(audit.HTTPOperation("GET", "/v1/config"), audit.AuthMethodJWT)
			start, n := onThread(), 0
			for b.Loop() {
				if n++; n%1024 == 0 { // nobody may be skipped
					if err := trail.Flush(ctx); err != nil {
						b.Fatal(err)
					}
				}
				if _, err := trail.Emit(ctx, event); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(onThread()-start)/float64(n), "thread-ns/op")
		})
	}
}

// BenchmarkHungRoute is how long an event takes to a healthy route, with and without another route that hangs for ever:
// the rounds of both take turns, so that noise meets them alike.
func BenchmarkHungRoute(b *testing.B) {
	release := make(chan struct{})
	defer close(release)
	hang := audit.SinkFunc(func(context.Context, []audit.Record) error { <-release; return nil })
	alone, beside := newLine(b), newLine(b, audit.Route{Name: "hung", Sink: hang})
	for b.Loop() {
		alone.round(b)
		beside.round(b)
	}
	for _, p := range []float64{0.5, 0.99} {
		b.ReportMetric(beside.quantile(p)/alone.quantile(p), "p"+strconv.Itoa(int(100*p))+"-ratio")
	}
}

// BenchmarkDenyFlood is how long a critical event of one tenant takes with and without 50,000 denies a second of another
// in the same trail, in turns, and how many of these reach the sink.
func BenchmarkDenyFlood(b *testing.B) {
	var denies, folded atomic.Int64
	l := newLineTo(b, func(r audit.Record) {
		switch {
		case r.Action() == audit.ActionDeniesSuppressed:
			folded.Add(1)
		case r.Outcome() == audit.OutcomeDeny:
			denies.Add(1)
		}
	})
	calm, f, began := &line{trail: l.trail, ctx: l.ctx}, &flooding{}, time.Now()
	for b.Loop() {
		calm.rounds(b, 20000)
		var ended sync.WaitGroup
		stop := make(chan struct{})
		ended.Go(func() { f.run(b, l.trail, stop) })
		l.rounds(b, 20000)
		close(stop)
		ended.Wait()
	}
	for _, p := range []float64{0.5, 0.99} {
		b.ReportMetric(l.quantile(p)/calm.quantile(p), "p"+strconv.Itoa(int(100*p))+"-ratio")
	}
	if f.perSecond() < floodRate {
		b.Errorf("%.0f denies a second were offered", f.perSecond())
	}
	b.ReportMetric(f.perSecond(), "denies-offered/s")
	b.ReportMetric(float64(f.late.Microseconds())/1000, "late-ms")
	took := time.Since(began).Seconds() // the limit refills between the floods too
	if most := 1000 + 1000*took; float64(denies.Load()) > most {
		b.Errorf("%d denies in the sink, at most %.0f may be", denies.Load(), most)
	}
	b.ReportMetric(float64(denies.Load())/took, "denies-kept/s")
	b.ReportMetric(float64(folded.Load()), "summaries")
}

const (
	// floodRate is how many denies a second a flood has, at least.
	floodRate = 50_000
	floodTick = time.Millisecond
)

// flooding is what a flood was.
type flooding struct {
	denies int
	took   time.Duration
	late   time.Duration // by which a deny came after it was due, at most
}

// perSecond returns how many denies a second were offered.
func (f *flooding) perSecond() float64 { return float64(f.denies) / f.took.Seconds() }

// run emits denies of one tenant until stop is closed: at each tick, or when it is its turn on a machine that is busy, those
// that are due before the next. Those that are late are made up for, to the end, so that no moment of it has seen less than
// floodRate.
func (f *flooding) run(b *testing.B, trail *audit.Trail, stop <-chan struct{}) {
	ctx := audit.WithRequest(context.Background(), audit.Request{Actor: audit.Anonymous(), Tenant: audit.NewTenant("loud")})
	event := audit.AuthDeny(audit.HTTPOperation("GET", "/v1/config"), audit.AuthReasonExpired)
	tick := time.NewTicker(floodTick)
	defer tick.Stop()
	start, n, took := time.Now(), 0, time.Duration(0)
	for stopped := false; !stopped; {
		select {
		case <-stop:
			stopped = true // with what is due until now
		case <-tick.C:
		}
		for took = time.Since(start); n <= int((took+floodTick).Seconds()*floodRate); took = time.Since(start) {
			f.late = max(f.late, took-time.Duration(n)*time.Second/floodRate)
			if _, err := trail.Emit(ctx, event); err != nil {
				b.Error(err)
				return
			}
			n++
		}
	}
	f.denies += n
	f.took += took
}

// line measures one trail.
type line struct {
	trail *audit.Trail
	ctx   context.Context
	took  []float64
}

func newLine(b *testing.B, more ...audit.Route) *line {
	return newLineTo(b, func(audit.Record) {}, more...)
}

func newLineTo(b *testing.B, look func(audit.Record), more ...audit.Route) *line {
	l := &line{ctx: audit.WithRequest(context.Background(), audit.Request{Actor: audit.Anonymous(), Tenant: audit.NewTenant("acme")})}
	healthy := audit.Route{Name: "healthy", Required: true, Sink: audit.SinkFunc(func(_ context.Context, batch []audit.Record) error {
		for _, r := range batch {
			look(r)
		}
		return nil
	})}
	l.trail = openFor(b, append(more, healthy))
	return l
}

// round emits one critical event, which waits until the healthy route has it.
func (l *line) round(b *testing.B) {
	event := audit.IcebergCommit(audit.NewTable([]string{"sales"}, "orders", [16]byte{1}), audit.Snapshot{})
	start := time.Now().UnixNano()
	if _, err := l.trail.Emit(l.ctx, event); err != nil {
		b.Fatal(err)
	}
	l.took = append(l.took, float64(time.Now().UnixNano()-start))
}

func (l *line) rounds(b *testing.B, n int) {
	for range n {
		l.round(b)
	}
}

func (l *line) quantile(p float64) float64 {
	slices.Sort(l.took)
	return l.took[int(p*float64(len(l.took)-1))]
}
