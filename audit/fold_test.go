package audit_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/daxis-io/arco-audit/audit"
	"github.com/daxis-io/arco-audit/internal/wire"
	"github.com/daxis-io/arco-audit/redact"
	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func floodTrail(t *testing.T, sink audit.Sink, change func(*audit.Config)) *audit.Trail {
	t.Helper()
	c := audit.Config{
		Service: "catalog", Environment: "test", Volatile: true, Keys: redact.EphemeralKeys(),
		Routes: []audit.Route{{Name: "main", Sink: sink, Required: true}},
	}
	if change != nil {
		change(&c)
	}
	trail, err := audit.Open(c)
	require.NoError(t, err)
	return trail
}

func tenantContext(trail *audit.Trail, name string) context.Context {
	tenant := audit.NewTenant(name)
	return audit.WithRequest(context.Background(), audit.Request{
		ID: audit.NewRequestID("req-1"), Actor: trail.User(tenant, "subject"), Tenant: tenant, Origin: netip.MustParseAddr("192.0.2.7"),
	})
}

var ordersDeny = audit.CredVendDeny(audit.NewTable([]string{"sales"}, "orders", uuid.Nil), audit.VendReasonAccessDenied, audit.VendRequest{})

// folded is what a sink got of denies.
type folded struct {
	kept     map[string]int // by tenant
	counted  map[string]int // by tenant/action/reason
	bySum    map[string]int // by id of the summary
	scopes   map[string]bool
	elements int
}

// summaryDetails are the details of a DENIES_SUPPRESSED event.
type summaryDetails struct {
	Count, Counts, Scope, From, To string
	Exemplar1                      map[string]string
}

// denies reads what a sink got.
func denies(t *testing.T, c *capture) folded {
	t.Helper()
	f := folded{map[string]int{}, map[string]int{}, map[string]int{}, map[string]bool{}, 0}
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, r := range c.records {
		switch {
		case r.Outcome() == audit.OutcomeDeny:
			f.kept[r.Tenant()]++
		case r.Action() == audit.ActionDeniesSuppressed:
			assert.LessOrEqual(t, len(r.JSON()), 64<<10)
			p, err := wire.Decode(r.JSON())
			require.NoError(t, err)
			var d summaryDetails
			require.NoError(t, json.Unmarshal(p.Details, &d))
			sum := 0
			for item := range strings.SplitSeq(d.Counts, ",") {
				name, n, _ := strings.Cut(item, "=")
				f.counted[name] += number(t, n)
				sum += number(t, n)
			}
			f.bySum[r.ID().String()] = number(t, d.Count)
			f.scopes[d.Scope] = true
			for _, name := range []string{"action", "origin", "reason", "requestId", "resource", "time"} {
				assert.NotEmpty(t, d.Exemplar1[name], name)
			}
			assert.Equal(t, f.bySum[r.ID().String()], sum)
			f.elements++
		}
	}
	return f
}

func number(t *testing.T, digits string) int {
	t.Helper()
	n, err := strconv.Atoi(digits)
	require.NoError(t, err)
	return n
}

func TestDenyFloodIsFoldedAndCounted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var sink capture
		var emitted, folded atomic.Uint64
		trail := floodTrail(t, &sink, func(c *audit.Config) {
			c.Hooks = &audit.Hooks{Emitted: func(_ string, o audit.Outcome) {
				if o == audit.OutcomeDeny {
					emitted.Add(1)
				}
			}, Folded: func(action string) {
				assert.Equal(t, "CRED_VEND_DENY", action)
				folded.Add(1)
			}}
		})
		hostile, other := tenantContext(trail, "hostile"), tenantContext(trail, "other")
		named := map[string]int{}
		const ticks = 500
		for tick := range ticks { // 5 s of 5,000/s
			for range 50 {
				id, err := trail.Emit(hostile, ordersDeny)
				require.NoError(t, err)
				named[id.String()]++
			}
			if tick%10 == 0 {
				_, err := trail.Emit(other, ordersDeny)
				require.NoError(t, err)
			}
			<-time.After(10 * time.Millisecond) // of the bubble's clock
		}
		require.NoError(t, trail.Close(t.Context()))
		f := denies(t, &sink)
		assert.Equal(t, ticks/10, f.kept["other"])
		assert.LessOrEqual(t, f.kept["hostile"], 100+5*100+1)
		assert.Equal(t, map[string]int{"hostile/CRED_VEND_DENY/access_denied": 50*ticks - f.kept["hostile"]}, f.counted)
		assert.EqualValues(t, f.counted["hostile/CRED_VEND_DENY/access_denied"], folded.Load())
		assert.GreaterOrEqual(t, f.elements, 2, "every few seconds, and at Close")
		assert.LessOrEqual(t, f.elements, 4)
		for id, n := range f.bySum {
			assert.Equal(t, n, named[id], "each folded deny names the summary that counts it")
		}
		assert.EqualValues(t, 50*ticks+ticks/10, emitted.Load())
		last := sink.records[len(sink.records)-1]
		assert.Equal(t, audit.ActionTrailClosed, last.Action(), "nothing after the trail's end")
	})
}

func TestDenyFloodBeforeAuthentication(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var sink capture
		trail := floodTrail(t, &sink, nil)
		deny := audit.AuthDeny(audit.HTTPOperation("GET", "/v1/config"), audit.AuthReasonMissing)
		const offered = 20_000
		for i := range offered {
			r := audit.Request{Actor: audit.Anonymous(), Origin: netip.AddrFrom4([4]byte{10, byte(i >> 8), byte(i), 1})}
			if i%2 == 0 {
				r.Tenant = audit.NewTenant(fmt.Sprint("claimed-", i))
			}
			_, err := trail.Emit(audit.WithRequest(t.Context(), r), deny)
			require.NoError(t, err)
		}
		_, err := trail.Emit(tenantContext(trail, "acme"), ordersDeny)
		require.NoError(t, err)
		require.NoError(t, trail.Close(t.Context()))
		f := denies(t, &sink)
		assert.Equal(t, 1, f.kept["acme"])
		sum, kept := 0, 0
		for _, n := range f.counted {
			sum += n
		}
		for _, n := range f.kept {
			kept += n
		}
		assert.Equal(t, offered+1, sum+kept)
		assert.LessOrEqual(t, kept, 1000+1024+1)
		assert.Positive(t, f.counted["/AUTH_DENY/missing_token"])
		assert.Equal(t, map[string]bool{"unauthenticated": true}, f.scopes)
	})
}

func TestAllowsAndCriticalDeniesAreNeverFolded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var sink capture
		trail := floodTrail(t, &sink, func(c *audit.Config) {
			c.DenyLimit.PerTenant = audit.RateLimit{PerSecond: 1, Burst: 1}
			c.Critical = []audit.Action{audit.ActionIcebergCommitDeny}
		})
		ctx := tenantContext(trail, "acme")
		orders := audit.NewTable([]string{"sales"}, "orders", uuid.Nil)
		for range 200 {
			for _, e := range []audit.Event{
				ordersDeny, audit.AuthAllow(audit.HTTPOperation("GET", "/v1/config"), audit.AuthMethodJWT),
				audit.IcebergCommitDeny(orders, audit.CommitReasonConflict),
			} {
				_, err := trail.Emit(ctx, e)
				require.NoError(t, err)
			}
		}
		require.NoError(t, trail.Close(t.Context()))
		got := map[audit.Action]int{}
		for _, r := range sink.all() {
			got[r.Action()]++
		}
		assert.Equal(t, map[audit.Action]int{
			audit.ActionCredVendDeny: 1, audit.ActionAuthAllow: 200, audit.ActionIcebergCommitDeny: 200,
		}, got)
	})
}

func TestFoldedDenyReportsWhatWasWithheld(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var sink capture
		trail := floodTrail(t, &sink, func(c *audit.Config) {
			c.Strict = true
			c.DenyLimit.PerTenant = audit.RateLimit{PerSecond: 1, Burst: 1}
		})
		secret := "ya29." + strings.Repeat("a0AfH6SMB", 6)
		deny := audit.CredVendDeny(audit.NewTable([]string{"sales"}, secret, uuid.Nil), audit.VendReasonAccessDenied, audit.VendRequest{})
		for range 3 {
			id, err := trail.Emit(tenantContext(trail, "acme"), deny)
			var violation *redact.Violation
			require.ErrorAs(t, err, &violation)
			assert.False(t, id.IsZero())
		}
		assert.EqualValues(t, 3, trail.Health().Withheld)
		require.NoError(t, trail.Close(t.Context()))
		sink.mu.Lock()
		defer sink.mu.Unlock()
		for _, r := range sink.records {
			assert.NotContains(t, r.JSON(), secret)
		}
	})
}

// Close says how many folded denies are in no event, because there was no room for one.
func TestCloseCountsWhatNoSummaryDoes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var last bytes.Buffer
		trail := floodTrail(t, obeying, func(c *audit.Config) {
			c.DenyLimit.Unauthenticated = audit.RateLimit{PerSecond: 0.001, Burst: 1}
			c.StartOffline, c.Keep.Bytes, c.LastResort = true, 1<<20, &last
		})
		offered := 0
		for ; offered < 100_000; offered++ {
			r := audit.Request{ID: audit.NewRequestID("r-1"), Actor: audit.Anonymous(), Tenant: audit.NewTenant(fmt.Sprintf("%064d", offered))}
			if _, err := trail.Emit(audit.WithRequest(t.Context(), r), ordersDeny); err != nil {
				require.ErrorIs(t, err, audit.ErrFull)
				break
			}
		}
		require.Less(t, offered, 100_000)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		var left *audit.UndeliveredError
		require.ErrorAs(t, trail.Close(ctx), &left)
		require.NotZero(t, left.Uncounted)
		assert.Contains(t, left.Error(), fmt.Sprintf("; %d folded denies are in no event", left.Uncounted))
		counted := int(left.Uncounted)
		for line := range strings.Lines(last.String()) {
			var e struct {
				Action string
				Data   struct{ Details summaryDetails }
			}
			require.NoError(t, json.Unmarshal([]byte(line), &e))
			switch e.Action {
			case "CRED_VEND_DENY":
				counted++
			case "DENIES_SUPPRESSED":
				n, err := strconv.Atoi(e.Data.Details.Count)
				require.NoError(t, err)
				counted += n
			}
		}
		assert.Equal(t, offered, counted)
	})
}

// With the widest names that doors let through, a summary stays below the cap of an event.
func TestSummariesFitAnEvent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var sink capture
		trail := floodTrail(t, &sink, func(c *audit.Config) { c.DenyLimit.Unauthenticated = audit.RateLimit{PerSecond: 0.001, Burst: 1} })
		long := strings.Repeat(`"`, 256)
		const offered = 6000
		for i := range offered {
			r := audit.Request{
				ID: audit.NewRequestID(strings.Repeat(`"`, 128)), Actor: audit.Anonymous(), Tenant: audit.NewTenant(fmt.Sprintf("%064d", i)),
				Origin: netip.MustParseAddr("2001:db8:1234:5678:9abc:def0:1234:5678"),
			}
			_, err := trail.Emit(audit.WithRequest(t.Context(), r), widest.Deny(audit.NewResource("role", long+long+long), "rrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrr"))
			require.NoError(t, err)
		}
		require.NoError(t, trail.Close(t.Context()))
		f := denies(t, &sink)
		sum := 0
		for _, n := range f.counted {
			sum += n
		}
		for _, n := range f.kept {
			sum += n
		}
		assert.Equal(t, offered, sum)
	})
}

var widest = audit.NewKind("KKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKK", "widest", audit.Routine)

// Emit beside Close: what Emit accepted is kept or counted.
func TestDenyFloodBesideClose(t *testing.T) {
	for range 20 {
		var sink capture
		trail := floodTrail(t, &sink, nil)
		var accepted atomic.Int64
		var emitters sync.WaitGroup
		begun := make(chan struct{}, 4)
		for w := range 4 {
			emitters.Go(func() {
				ctx := tenantContext(trail, fmt.Sprint("tenant-", w%2))
				for i := 0; ; i++ {
					if i == 200 {
						begun <- struct{}{}
					}
					_, err := trail.Emit(ctx, ordersDeny)
					if errors.Is(err, audit.ErrClosed) {
						return
					}
					if err == nil {
						accepted.Add(1)
					}
				}
			})
		}
		for range 4 {
			<-begun
		}
		require.NoError(t, trail.Close(t.Context()))
		emitters.Wait()
		f := denies(t, &sink)
		sum := 0
		for _, n := range f.counted {
			sum += n
		}
		for _, n := range f.kept {
			sum += n
		}
		assert.EqualValues(t, accepted.Load(), sum)
	}
}

func TestDenyLimitFaults(t *testing.T) {
	_, err := audit.Open(audit.Config{DenyLimit: audit.DenyLimit{
		PerTenant: audit.RateLimit{PerSecond: -1, Burst: -1}, Unauthenticated: audit.RateLimit{PerSecond: 2e6, Burst: 2e6},
	}})
	for _, field := range []string{"PerTenant.PerSecond", "PerTenant.Burst", "Unauthenticated.PerSecond", "Unauthenticated.Burst"} {
		assert.ErrorContains(t, err, "audit: Config.DenyLimit."+field+" is out of range")
	}
}

func TestFoldedDenyAllocatesNothing(t *testing.T) {
	var sink capture
	trail := floodTrail(t, &sink, func(c *audit.Config) { c.DenyLimit.PerTenant = audit.RateLimit{PerSecond: 0.001, Burst: 1} })
	ctx := tenantContext(trail, "acme")
	emit := func() { _, _ = trail.Emit(ctx, ordersDeny) }
	for range 100 {
		emit()
	}
	assert.Zero(t, testing.AllocsPerRun(1000, emit))
	require.NoError(t, trail.Close(t.Context()))
}
