package benchmarks_test

import (
	"context"
	"io"
	"log/slog"
	"net/netip"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/cloudevents/sdk-go/v2/event"
	"github.com/daxis-io/arco-audit/audit"
	"github.com/daxis-io/arco-audit/redact"
	"github.com/google/uuid"
	"github.com/rs/zerolog"
)

// decision is what every competitor writes: one credential vended, 12 fields, fresh identifiers each time.
type decision struct {
	request, tenant, workspace, subject string
	namespace                           []string
	table                               string
	id                                  uuid.UUID
	origin                              netip.Addr
}

// decisions are made before the clock starts; their texts differ.
func decisions() []decision {
	list := make([]decision, 1024)
	for i := range list {
		n := strconv.Itoa(i)
		list[i] = decision{
			request: "req-7f3a9b2c-" + n, tenant: "tenant-" + strconv.Itoa(i%16), workspace: "main", subject: "user-" + n,
			namespace: []string{"sales_" + n, "europe"}, table: "orders_daily_" + n, id: uuid.New(),
			origin: netip.AddrFrom4([4]byte{203, 0, 113, byte(i)}),
		}
	}
	return list
}

// processor is the time that the whole process spent on processors.
func processor() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// measure runs one per event and reports processor time.
func measure(b *testing.B, one func(d *decision)) {
	list := decisions()
	b.ReportAllocs()
	start := processor()
	i := 0
	for b.Loop() {
		one(&list[i&1023])
		i++
	}
	b.ReportMetric(float64(processor()-start)/float64(i), "cpu-ns/op")
}

func BenchmarkEmit(b *testing.B) {
	b.Run("arco", func(b *testing.B) {
		sink := audit.SinkFunc(func(context.Context, []audit.Record) error { return nil })
		trail, err := audit.Open(audit.Config{
			Service: "catalog", Environment: "test", Volatile: true, Keys: redact.EphemeralKeys(),
			Routes: []audit.Route{{Name: "discard", Sink: sink}},
		})
		if err != nil {
			b.Fatal(err)
		}
		actor := trail.User(audit.NewTenant("acme"), "user")
		measure(b, func(d *decision) {
			ctx := audit.WithRequest(context.Background(), audit.Request{
				ID: audit.NewRequestID(d.request), Actor: actor, Tenant: audit.NewTenant(d.tenant),
				Workspace: audit.NewWorkspace(d.workspace), Origin: d.origin,
			})
			grant := audit.NewGrant(audit.DelegationVended, audit.AccessRead, audit.ProviderGCS, time.Hour)
			if _, err := trail.Emit(ctx, audit.CredVendAllow(audit.NewTable(d.namespace, d.table, d.id), grant)); err != nil {
				b.Fatal(err)
			}
		})
		if err := trail.Close(context.Background()); err != nil {
			b.Fatal(err)
		}
	})
	b.Run("zerolog", func(b *testing.B) {
		log := zerolog.New(io.Discard)
		measure(b, func(d *decision) {
			log.Info().Time("time", time.Now()).Str("action", "CRED_VEND_ALLOW").Str("requestId", d.request).Str("actor", d.subject).
				Str("tenant", d.tenant).Str("workspace", d.workspace).Str("namespace", d.namespace[0]+"."+d.namespace[1]).
				Str("table", d.table).Str("tableId", d.id.String()).Str("origin", d.origin.String()).Int("ttl", 3600).
				Str("reason", "credentials_vended").Send()
		})
	})
	b.Run("slog", func(b *testing.B) {
		log := slog.New(slog.NewJSONHandler(io.Discard, nil))
		ctx := context.Background()
		measure(b, func(d *decision) {
			log.LogAttrs(ctx, slog.LevelInfo, "", slog.String("action", "CRED_VEND_ALLOW"), slog.String("requestId", d.request),
				slog.String("actor", d.subject), slog.String("tenant", d.tenant), slog.String("workspace", d.workspace),
				slog.String("namespace", d.namespace[0]+"."+d.namespace[1]), slog.String("table", d.table),
				slog.String("tableId", d.id.String()), slog.String("origin", d.origin.String()), slog.Int("ttl", 3600),
				slog.String("reason", "credentials_vended"))
		})
	})
	b.Run("cloudevents", func(b *testing.B) {
		measure(b, func(d *decision) {
			e := event.New()
			e.SetID(uuid.Must(uuid.NewV7()).String())
			e.SetSource("//catalog/test/i-1")
			e.SetType("io.arco.audit.cred_vend.allow.v1")
			e.SetTime(time.Now())
			e.SetSubject("iceberg/table:" + d.namespace[0] + "." + d.namespace[1] + "." + d.table + ":" + d.id.String())
			e.SetExtension("tenant", d.tenant)
			e.SetExtension("workspace", d.workspace)
			err := e.SetData("application/json", map[string]any{
				"action": "CRED_VEND_ALLOW", "requestId": d.request, "actor": d.subject, "origin": d.origin.String(), "ttl": 3600,
				"decisionReason": "credentials_vended",
			})
			if err != nil {
				b.Fatal(err)
			}
			if _, err := e.MarshalJSON(); err != nil {
				b.Fatal(err)
			}
		})
	})
}
