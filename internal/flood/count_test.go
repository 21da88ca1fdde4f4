package flood_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/daxis-io/arco-audit/internal/flood"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

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
