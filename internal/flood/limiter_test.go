package flood_test

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"runtime"
	"strconv"
	"strings"
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

// A flood cannot choose its exemplars by coming first.
func TestLimiterExemplarsAreDrawnFromAll(t *testing.T) {
	var g ledger
	l := newLimiter(&g)
	for i := range 10_000 {
		d := vendDeny("acme")
		d.Request = fmt.Sprint(i)
		_, _ = l.Admit(start, d)
	}
	require.NoError(t, l.Close())
	late := 0
	for _, e := range g.summaries[0].Exemplars {
		if n, err := strconv.Atoi(e.Request); err == nil && n >= 200 {
			late++
		}
	}
	assert.Positive(t, late, "8 of 9,900 are all among the first 100 once in 10^16 runs")
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

func TestLimiterKeepsTheFirstOfEachCombination(t *testing.T) {
	change := []struct {
		name   string
		change func(*flood.Deny)
		first  bool
	}{
		{"the same", func(*flood.Deny) {}, false},
		{"another address of the prefix", func(d *flood.Deny) { d.Origin = netip.MustParseAddr("192.0.2.200") }, false},
		{"mapped into IPv6", func(d *flood.Deny) { d.Origin = netip.MustParseAddr("::ffff:192.0.2.7") }, false},
		{"another request", func(d *flood.Deny) { d.Request = "req-2" }, false},
		{"another prefix", func(d *flood.Deny) { d.Origin = netip.MustParseAddr("198.51.100.7") }, true},
		{"an IPv6 prefix", func(d *flood.Deny) { d.Origin = netip.MustParseAddr("2001:db8::1") }, true},
		{"no origin", func(d *flood.Deny) { d.Origin = netip.Addr{} }, true},
		{"another resource", func(d *flood.Deny) { d.Resource = []byte("iceberg/table:sales.refunds") }, true},
		{"another reason", func(d *flood.Deny) { d.Reason = "provider_error" }, true},
		{"another action", func(d *flood.Deny) { d.Action = "URL_MINT_DENY" }, true},
	}
	for _, c := range change {
		t.Run(c.name, func(t *testing.T) {
			var g ledger
			l := newLimiter(&g)
			offer(t, l, 5000, start, 100*time.Millisecond, func(int) *flood.Deny { return vendDeny("acme") })
			now := start.Add(100 * time.Millisecond)
			offer(t, l, 50, now, 1, func(int) *flood.Deny { return vendDeny("acme") })
			d := vendDeny("acme")
			c.change(d)
			verdict, _ := l.Admit(now, d)
			assert.Equal(t, c.first, verdict == flood.Kept)
			verdict, _ = l.Admit(now, d)
			assert.Equal(t, flood.Folded, verdict, "the second is no first")
		})
	}
}

func TestLimiterFirstIsFirstAgainAfterAMinute(t *testing.T) {
	var g ledger
	l := flood.New(start, flood.Config{
		Tenant: flood.Limit{PerSecond: 0.001, Burst: 1}, Unauthenticated: flood.Limit{PerSecond: 1, Burst: 1},
		NewID: g.newID, Write: g.write,
	})
	verdicts := func(at time.Duration) flood.Verdict {
		v, _ := l.Admit(start.Add(at), vendDeny("acme"))
		return v
	}
	assert.Equal(t, flood.Kept, verdicts(0))
	assert.Equal(t, flood.Folded, verdicts(59*time.Second))
	assert.Equal(t, flood.Kept, verdicts(61*time.Second))
	assert.Equal(t, flood.Folded, verdicts(62*time.Second))
}

// Varying what makes a combination new buys no more than the documented bound.
func TestLimiterNewCombinationsAreLimited(t *testing.T) {
	const seconds = 60
	cases := []struct {
		name string
		vary func(d *flood.Deny, i int)
		most int
	}{
		{"resource from one origin", func(d *flood.Deny, i int) { d.Resource = fmt.Append(nil, "iceberg/table:t", i) }, 64 + 64},
		{"resource and origin", func(d *flood.Deny, i int) {
			d.Resource = fmt.Append(nil, "iceberg/table:t", i)
			d.Origin = netip.AddrFrom4([4]byte{byte(i >> 16), byte(i >> 8), byte(i), 1})
		}, 128 + 128},
		{"IPv6 origin", func(d *flood.Deny, i int) {
			d.Origin = netip.AddrFrom16([16]byte{0x20, 1, byte(i >> 24), byte(i >> 16), byte(i >> 8), byte(i)})
		}, 128 + 128},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			var g ledger
			l := newLimiter(&g)
			const offered = 300_000
			kept := offer(t, l, offered, start, seconds*time.Second, func(i int) *flood.Deny {
				d := vendDeny("acme")
				c.vary(d, i)
				return d
			})
			require.NoError(t, l.Close())
			assert.LessOrEqual(t, kept, 100+100*seconds+c.most)
			assert.Greater(t, kept, 100+100*(seconds-1)+c.most/2, "firsts are kept on top")
			assert.EqualValues(t, offered, uint64(kept)+g.total(t))
		})
	}
}

// One origin cannot use up what is set aside for the firsts of others.
func TestLimiterFirstsOfOneOriginAreItsOwn(t *testing.T) {
	var g ledger
	l := newLimiter(&g)
	offer(t, l, 50_000, start, time.Second, func(i int) *flood.Deny {
		d := vendDeny("")
		d.Unauthenticated, d.Resource = true, fmt.Append(nil, "GET /v1/", i)
		return d
	})
	for i := range 100 {
		d := vendDeny("")
		d.Unauthenticated, d.Origin = true, netip.AddrFrom4([4]byte{203, 0, byte(i), 9})
		for range 20 { // the flood goes on
			f := vendDeny("")
			f.Unauthenticated = true
			_, _ = l.Admit(start.Add(time.Second), f)
		}
		verdict, _ := l.Admit(start.Add(time.Second), d)
		assert.Equal(t, flood.Kept, verdict)
	}
}

func TestLimiterFoldedNamesTheSummaryThatCountsIt(t *testing.T) {
	var g ledger
	l := newLimiter(&g)
	named := map[flood.ID]uint64{}
	for i := range 60_000 {
		now := start.Add(time.Duration(i) * 100 * time.Microsecond)
		d := vendDeny(fmt.Sprint("tenant-", i%3))
		d.Reason = fmt.Sprint("reason_", rand.IntN(300))
		d.Unauthenticated = i%2 == 0
		if verdict, id := l.Admit(now, d); verdict == flood.Folded {
			named[id]++
		}
		if i%10_000 == 0 {
			require.NoError(t, l.Flush(now))
		}
	}
	require.NoError(t, l.Close())
	g.counts(t)
	written := map[flood.ID]uint64{}
	for _, s := range g.summaries {
		assert.NotContains(t, written, s.ID)
		written[s.ID] = s.Total
		assert.False(t, s.To.Before(s.From))
		for _, line := range s.Lines {
			if s.Scope == flood.ScopeTenant {
				assert.Equal(t, s.Tenant, line.Tenant)
			} else {
				assert.Empty(t, s.Tenant)
			}
		}
	}
	assert.Equal(t, named, written)
}

func TestLimiterFlushWritesWhatIsOldEnough(t *testing.T) {
	var g ledger
	l := newLimiter(&g)
	offer(t, l, 200, start, time.Millisecond, func(int) *flood.Deny { return vendDeny("acme") })
	require.NoError(t, l.Flush(start.Add(1900*time.Millisecond)))
	assert.Empty(t, g.summaries)
	require.NoError(t, l.Flush(start.Add(2100*time.Millisecond)))
	require.Len(t, g.summaries, 1)
	s := g.summaries[0]
	assert.Equal(t, "acme", s.Tenant)
	assert.EqualValues(t, 100, s.Total)
	e := s.Exemplars[0]
	assert.Equal(t, flood.Exemplar{
		Time: e.Time, Tenant: "acme", Action: "CRED_VEND_DENY", Reason: "access_denied", Request: "req-1",
		Origin: "192.0.2.0/24", Resource: "iceberg/table:sales.orders",
	}, e)
	assert.False(t, e.Time.Before(s.From) || e.Time.After(s.To))
}

func TestLimiterCountersAreWrittenWhenTheyAreUsedUp(t *testing.T) {
	var g ledger
	l := newLimiter(&g)
	fill := func(n int, tag string) {
		for i := range n {
			d := vendDeny(fmt.Sprint(tag, i))
			d.Unauthenticated = true
			for verdict := flood.Kept; verdict == flood.Kept; {
				verdict, _ = l.Admit(start, d)
				require.NotEqual(t, flood.Refused, verdict)
			}
		}
	}
	fill(4096, "a-")
	assert.Empty(t, g.summaries, "4,096 counters live")
	fill(1, "b-")
	assert.EqualValues(t, 4096, g.total(t))
	require.NoError(t, l.Close())
	assert.EqualValues(t, 4097, g.total(t))
}

func TestLimiterFailedWritesLoseNoCount(t *testing.T) {
	var g ledger
	l := newLimiter(&g)
	g.setFail(errors.New("full"))
	counts := map[flood.Verdict]uint64{}
	for i := range 20_000 {
		now := start.Add(time.Duration(i) * 100 * time.Microsecond)
		d := vendDeny(fmt.Sprint("tenant-", i))
		d.Unauthenticated = true
		verdict, _ := l.Admit(now, d)
		counts[verdict]++
		if i%5000 == 0 {
			_ = l.Flush(now)
		}
	}
	assert.Empty(t, g.summaries)
	assert.LessOrEqual(t, g.failed, 10, "not tried again for every deny")
	assert.EqualValues(t, 4096, counts[flood.Folded])
	assert.Positive(t, counts[flood.Refused])
	assert.EqualValues(t, 4096, l.Folded())
	g.setFail(nil)
	require.NoError(t, l.Flush(start.Add(time.Minute)))
	assert.EqualValues(t, 4096, g.total(t), "once each")
	assert.Zero(t, l.Folded())
	verdict, _ := l.Admit(start.Add(2*time.Second), &flood.Deny{Unauthenticated: true, Tenant: "late"})
	assert.NotEqual(t, flood.Refused, verdict, "there is room again")
	for i := range 10_000 {
		verdict, _ := l.Admit(start.Add(2*time.Second), &flood.Deny{Unauthenticated: true, Tenant: fmt.Sprint("later-", i)})
		require.NotEqual(t, flood.Refused, verdict, "Admit writes by itself again")
	}
}

// What a flush wrote before it failed is not written again.
func TestLimiterFlushThatFailsHalfwayCountsOnce(t *testing.T) {
	g := ledger{fail: errors.New("full"), passing: 3}
	l := newLimiter(&g)
	for i := range 10 * 150 {
		_, _ = l.Admit(start, vendDeny(fmt.Sprint("tenant-", i%10)))
	}
	for passing := 3; passing < 10; passing += 2 {
		g.passing = passing
		require.Error(t, l.Flush(start.Add(time.Minute)))
		assert.EqualValues(t, passing*50, g.total(t))
		assert.EqualValues(t, 500-passing*50, l.Folded())
	}
	g.setFail(nil)
	require.NoError(t, l.Close())
	assert.EqualValues(t, 500, g.total(t))
	assert.Len(t, g.summaries, 10)
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

func TestLimiterLongTextsAreCutAtARune(t *testing.T) {
	var g ledger
	l := newLimiter(&g)
	d := vendDeny("acme")
	d.Resource = []byte("x" + strings.Repeat("é", 4000))
	for range 102 {
		_, _ = l.Admit(start, d)
	}
	require.NoError(t, l.Close())
	got := g.summaries[0].Exemplars[0].Resource
	assert.Equal(t, "x"+strings.Repeat("é", 511), got)
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
