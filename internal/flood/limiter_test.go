package flood_test

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/daxis-io/arco-audit/internal/flood"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var start = time.Date(2026, 2, 28, 12, 0, 0, 0, time.UTC)

// ledger takes the summaries of a limiter.
type ledger struct {
	mu        sync.Mutex
	summaries []flood.Summary
	fail      error
	failed    int
	passing   int // summaries that are taken before fail counts
	ids       uint64
}

func (g *ledger) write(s flood.Summary) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.fail != nil && len(g.summaries) >= g.passing {
		g.failed++
		return g.fail
	}
	g.summaries = append(g.summaries, s)
	return nil
}

func (g *ledger) setFail(err error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.fail = err
}

func (g *ledger) newID(time.Time) (id flood.ID) {
	g.ids++ // the limiter's lock is held
	binary.BigEndian.PutUint64(id[:], g.ids)
	return id
}

type countKey struct{ tenant, action, reason string }

// counts adds up the lines, and checks that they agree with the totals.
func (g *ledger) counts(t *testing.T) map[countKey]uint64 {
	t.Helper()
	g.mu.Lock()
	defer g.mu.Unlock()
	counts := map[countKey]uint64{}
	for _, s := range g.summaries {
		sum := uint64(0)
		for _, line := range s.Lines {
			counts[countKey{line.Tenant, line.Action, line.Reason}] += line.Count
			sum += line.Count
		}
		assert.Equal(t, s.Total, sum)
		assert.LessOrEqual(t, len(s.Lines), 128)
		assert.LessOrEqual(t, len(s.Exemplars), 8)
		assert.NotEmpty(t, s.Exemplars)
	}
	return counts
}

func (g *ledger) total(t *testing.T) (n uint64) {
	t.Helper()
	for _, c := range g.counts(t) {
		n += c
	}
	return n
}

func newLimiter(g *ledger) *flood.Limiter {
	return flood.New(start, flood.Config{
		Tenant: flood.Limit{PerSecond: 100, Burst: 100}, Unauthenticated: flood.Limit{PerSecond: 1000, Burst: 1000},
		NewID: g.newID, Write: g.write,
	})
}

func vendDeny(tenant string) *flood.Deny {
	return &flood.Deny{
		Tenant: tenant, Action: "CRED_VEND_DENY", Reason: "access_denied",
		Resource: []byte("iceberg/table:sales.orders"), Origin: netip.MustParseAddr("192.0.2.7"),
		Request: "req-1", Shown: []byte("192.0.2.0/24"),
	}
}

// offer offers n denies evenly over d and returns how many were kept.
func offer(t *testing.T, l *flood.Limiter, n int, from time.Time, d time.Duration, deny func(i int) *flood.Deny) (kept int) {
	t.Helper()
	for i := range n {
		verdict, id := l.Admit(from.Add(d*time.Duration(i)/time.Duration(n)), deny(i))
		switch verdict {
		case flood.Kept:
			kept++
			require.Zero(t, id)
		case flood.Folded:
			require.NotZero(t, id)
		default:
			require.Fail(t, "neither kept nor folded")
		}
	}
	return kept
}

func TestLimiterKeepsTheRateAndCountsTheRest(t *testing.T) {
	cases := []struct {
		name   string
		tenant flood.Limit
		over   time.Duration
		most   int
	}{
		{"default, 10 s", flood.Limit{PerSecond: 100, Burst: 100}, 10 * time.Second, 100 + 1000},
		{"one a second after a burst", flood.Limit{PerSecond: 1, Burst: 500}, 10 * time.Second, 500 + 10},
		{"a rate that does not divide a second", flood.Limit{PerSecond: 3, Burst: 1}, 10 * time.Second, 1 + 30},
		{"less than one a minute", flood.Limit{PerSecond: 0.01, Burst: 1}, 100 * time.Second, 1 + 1},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			var g ledger
			l := flood.New(start, flood.Config{
				Tenant: c.tenant, Unauthenticated: flood.Limit{PerSecond: 1, Burst: 1}, NewID: g.newID, Write: g.write,
			})
			const offered = 100_000
			kept := offer(t, l, offered, start, c.over, func(int) *flood.Deny { return vendDeny("acme") })
			assert.LessOrEqual(t, kept, c.most)
			assert.GreaterOrEqual(t, kept, c.most-1, "the limit is used")
			require.NoError(t, l.Close())
			assert.EqualValues(t, offered, uint64(kept)+g.total(t))
		})
	}
}

func TestLimiterIdleTimeBuysNoMoreThanABurst(t *testing.T) {
	var g ledger
	l := newLimiter(&g)
	for _, at := range []time.Duration{0, time.Hour, 48 * time.Hour} {
		kept := offer(t, l, 1000, start.Add(at), time.Millisecond, func(int) *flood.Deny { return vendDeny("acme") })
		assert.Equal(t, 100, kept)
	}
}

func TestLimiterRateIsRoundedDown(t *testing.T) {
	var g ledger
	l := flood.New(start, flood.Config{
		Tenant: flood.Limit{PerSecond: 7e8, Burst: 1}, Unauthenticated: flood.Limit{PerSecond: 1, Burst: 1},
		NewID: g.newID, Write: g.write,
	})
	kept := offer(t, l, 10_000, start, 10_000*time.Nanosecond, func(int) *flood.Deny { return vendDeny("acme") })
	assert.LessOrEqual(t, kept, 7001)
}

func TestLimiterClockThatGoesBackBuysNothing(t *testing.T) {
	var g ledger
	l := newLimiter(&g)
	offer(t, l, 1000, start, time.Millisecond, func(int) *flood.Deny { return vendDeny("acme") })
	for i := range 100 {
		verdict, _ := l.Admit(start.Add(-time.Duration(i)*time.Minute), vendDeny("acme"))
		assert.Equal(t, flood.Folded, verdict)
	}
}

func TestLimiterFloodOfOneTenantLeavesOthersUntouched(t *testing.T) {
	var g ledger
	l := newLimiter(&g)
	kept := 0
	for tick := range 5000 { // 5 s of 50,000/s
		now := start.Add(time.Duration(tick) * time.Millisecond)
		kept += offer(t, l, 50, now, time.Millisecond, func(int) *flood.Deny { return vendDeny("hostile") })
		if tick%20 == 0 { // 50/s each
			for other := range 20 {
				verdict, _ := l.Admit(now, vendDeny(fmt.Sprint("tenant-", other)))
				require.Equal(t, flood.Kept, verdict)
			}
			d := vendDeny("")
			d.Unauthenticated = true
			verdict, _ := l.Admit(now, d)
			require.Equal(t, flood.Kept, verdict)
		}
	}
	require.NoError(t, l.Close())
	assert.LessOrEqual(t, kept, 100+500)
	assert.Equal(t, map[countKey]uint64{{"hostile", "CRED_VEND_DENY", "access_denied"}: uint64(250_000 - kept)}, g.counts(t))
}

func TestLimiterBeforeAuthenticationIsOneLimitWhateverTheTenant(t *testing.T) {
	var g ledger
	l := newLimiter(&g)
	kept := offer(t, l, 100_000, start, time.Second, func(i int) *flood.Deny {
		d := vendDeny(fmt.Sprint("claimed-", i))
		d.Unauthenticated = true
		return d
	})
	require.NoError(t, l.Close())
	assert.LessOrEqual(t, kept, 1000+1000)
	counts := g.counts(t)
	assert.Len(t, counts, 100_000-kept, "every tenant is counted on its own")
	for key, n := range counts {
		require.EqualValues(t, 1, n, key)
	}
}

func TestLimiterCloseEndsAdmission(t *testing.T) {
	var g ledger
	l := newLimiter(&g)
	offer(t, l, 150, start, time.Millisecond, func(int) *flood.Deny { return vendDeny("acme") })
	g.setFail(errors.New("down"))
	require.Error(t, l.Close())
	verdict, _ := l.Admit(start, vendDeny("acme"))
	assert.Equal(t, flood.Closed, verdict)
	assert.EqualValues(t, 50, l.Folded())
	g.setFail(nil)
	require.NoError(t, l.Close())
	assert.EqualValues(t, 50, g.total(t))
}

// Offered = kept + folded + refused, and folded = counted, whatever runs beside what.
func TestLimiterCountsExactlyUnderConcurrency(t *testing.T) {
	for seed := range uint64(6) {
		var g ledger
		l := newLimiter(&g)
		var clock atomic.Int64
		var offered, kept, folded, refused atomic.Uint64
		want := make([]map[countKey]uint64, 8)
		var emitters, flusher sync.WaitGroup
		stop := make(chan struct{})
		flusher.Go(func() {
			r := rand.New(rand.NewPCG(seed, 99))
			for {
				select {
				case <-stop:
					return
				default:
				}
				g.setFail(nil)
				if r.IntN(3) == 0 {
					g.setFail(errors.New("full"))
				}
				_ = l.Flush(start.Add(time.Duration(clock.Load())))
				runtime.Gosched()
			}
		})
		for worker := range want {
			want[worker] = map[countKey]uint64{}
			emitters.Go(func() {
				r := rand.New(rand.NewPCG(seed, uint64(worker)))
				for range 3000 {
					d := vendDeny(fmt.Sprint("tenant-", r.IntN(1+r.IntN(3000))))
					d.Unauthenticated = r.IntN(2) == 0
					d.Reason = fmt.Sprint("reason_", r.IntN(4))
					d.Resource = fmt.Append(nil, "r", r.IntN(50))
					offered.Add(1)
					switch v, _ := l.Admit(start.Add(time.Duration(clock.Add(int64(r.IntN(200_000))))), d); v {
					case flood.Kept:
						kept.Add(1)
					case flood.Folded:
						folded.Add(1)
						want[worker][countKey{d.Tenant, d.Action, d.Reason}]++
					case flood.Refused:
						refused.Add(1)
					case flood.Closed:
						t.Error("closed too early")
					}
				}
			})
		}
		emitters.Wait()
		close(stop)
		flusher.Wait()
		g.setFail(nil)
		require.NoError(t, l.Close())
		assert.Equal(t, offered.Load(), kept.Load()+folded.Load()+refused.Load())
		all := map[countKey]uint64{}
		for _, m := range want {
			for k, n := range m {
				all[k] += n
			}
		}
		require.Equal(t, all, g.counts(t), "seed %d", seed)
	}
}

// A tenant that finds no slot among hostile ones is limited with the others that find none, and counted by name.
func TestLimiterTenantsWithoutASlotShareALimit(t *testing.T) {
	var g ledger
	l := flood.New(start, flood.Config{
		Tenant: flood.Limit{PerSecond: 0.001, Burst: 1}, Unauthenticated: flood.Limit{PerSecond: 10, Burst: 10},
		NewID: g.newID, Write: g.write,
	})
	const tenants = 200_000
	kept := 0
	for i := range tenants {
		if v, _ := l.Admit(start, vendDeny(fmt.Sprint("t", i))); v == flood.Kept {
			kept++
		}
	}
	require.NoError(t, l.Close())
	assert.LessOrEqual(t, kept, 65536+10+1024)
	assert.Greater(t, kept, 60_000)
	assert.EqualValues(t, tenants, uint64(kept)+g.total(t))
	for _, s := range g.summaries {
		assert.Equal(t, flood.ScopeShared, s.Scope)
	}
}

func TestLimiterFoldingAllocatesNothing(t *testing.T) {
	var g ledger
	l := newLimiter(&g)
	d := vendDeny("acme")
	for range 1000 {
		_, _ = l.Admit(start, d)
	}
	assert.Zero(t, testing.AllocsPerRun(1000, func() { _, _ = l.Admit(start, d) }))
	now := start
	assert.Zero(t, testing.AllocsPerRun(1000, func() {
		now = now.Add(time.Second)
		_, _ = l.Admit(now, d)
	}), "kept")
}

// Memory is bounded however many tenants, origins and resources there are.
func TestLimiterMemoryIsBounded(t *testing.T) {
	const tenants = 1_000_000
	g := ledger{}
	l := flood.New(start, flood.Config{
		Tenant: flood.Limit{PerSecond: 100, Burst: 1}, Unauthenticated: flood.Limit{PerSecond: 1000, Burst: 1000},
		NewID: g.newID, Write: func(flood.Summary) error { return nil },
	})
	before := heap()
	d := vendDeny("")
	for i := range tenants {
		d.Tenant = fmt.Sprintf("%064d", i)
		d.Unauthenticated = i%2 == 0
		d.Resource = fmt.Appendf(d.Resource[:0], "iceberg/table:%d", i)
		d.Origin = netip.AddrFrom4([4]byte{byte(i >> 16), byte(i >> 8), byte(i), 1})
		_, _ = l.Admit(start.Add(time.Duration(i)*time.Microsecond), d)
	}
	held := int64(heap()) - int64(before)
	assert.Less(t, held, int64(9<<20))
	t.Logf("%d tenants: %d KiB", tenants, held>>10)
	runtime.KeepAlive(l)
}

func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
