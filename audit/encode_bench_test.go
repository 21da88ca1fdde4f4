package audit

import (
	"context"
	"net/netip"
	"testing"
	"time"

	"github.com/daxis-io/arco-audit/redact"
	"github.com/google/uuid"
)

// BenchmarkEncode is the part of Emit that turns an event into bytes, over and over into the same memory.
func BenchmarkEncode(b *testing.B) {
	trail, err := Open(Config{Service: "catalog", Environment: "test", Volatile: true, Keys: redact.EphemeralKeys(),
		Routes: []Route{{Name: "x", Sink: SinkFunc(func(context.Context, []Record) error { return nil })}}, StartOffline: true})
	if err != nil {
		b.Fatal(err)
	}
	tenant := NewTenant("tenant-3")
	s := scope{Request: Request{ID: NewRequestID("req-7f3a9b2c-55"), Actor: trail.User(tenant, "user"), Tenant: tenant,
		Workspace: NewWorkspace("main"), Origin: netip.MustParseAddr("203.0.113.7")}}
	e := CredVendAllow(NewTable([]string{"sales_55", "europe"}, "orders_daily_55", uuid.New()), NewGrant(DelegationVended, AccessRead, ProviderGCS, time.Hour))
	x := new(encoder)
	now := time.Now()
	b.ReportAllocs()
	for b.Loop() {
		x.encode(trail, &e, &s, trail.id.b, now)
	}
}
