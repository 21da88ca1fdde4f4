package flood_test

import (
	"fmt"
	"net/netip"
	"testing"
	"time"

	"github.com/daxis-io/arco-audit/internal/flood"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

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
