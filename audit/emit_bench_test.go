package audit_test

import (
	"context"
	"net/netip"
	"strconv"
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

// BenchmarkEnqueue is Emit of one event that is not critical, in memory and into a journal on a real disk, to a route
// that discards it: what the caller waits for while neither disk nor route is behind.
func BenchmarkEnqueue(b *testing.B) {
	for _, store := range []string{"memory", "journal"} {
		b.Run(store, func(b *testing.B) {
			c := config(audit.Route{Name: "a", Sink: discard})
			c.Keep.Bytes = 1 << 30
			if store == "journal" {
				c.Dir, c.Volatile = b.TempDir(), false
			}
			trail, err := audit.OpenOn(c, vfs.OS{}, vfs.Medium{Name: "ext4"})
			if err != nil {
				b.Fatal(err)
			}
			b.Cleanup(func() { _ = trail.Close(context.Background()) })
			ctx, e := anonymous(context.Background()), login()
			b.ReportAllocs()
			b.ResetTimer()
			for n := range b.N {
				if _, err := trail.Emit(ctx, e); err != nil {
					b.Fatal(err)
				}
				if n%1000 == 999 {
					b.StopTimer()
					if err := trail.Flush(context.Background()); err != nil {
						b.Fatal(err)
					}
					b.StartTimer()
				}
			}
		})
	}
}
