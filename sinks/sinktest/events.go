package sinktest

import (
	"context"
	"fmt"
	"strings"
	"sync"

	"github.com/google/uuid"

	"github.com/daxis-io/arco-audit/audit"
	"github.com/daxis-io/arco-audit/redact"
)

// capture is a sink that keeps records in memory.
type capture struct {
	mu      sync.Mutex
	records []audit.Record
}

// Deliver implements audit.Sink.
func (c *capture) Deliver(_ context.Context, batch []audit.Record) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.records = append(c.records, batch...)
	return nil
}

func (c *capture) all() []audit.Record {
	c.mu.Lock()
	defer c.mu.Unlock()
	return append([]audit.Record(nil), c.records...)
}

// open opens a trail in memory; the events of all cases are made by one.
func (b *bench) open(routes []audit.Route, hooks *audit.Hooks) *audit.Trail {
	b.Helper()
	trail, err := audit.Open(audit.Config{
		Service: "sinktest", Environment: "test", Instance: "one", Volatile: true, Keys: redact.EphemeralKeys(),
		Routes: routes, Hooks: hooks,
	})
	if err != nil {
		b.Fatalf("sinktest: cannot open a trail: %v", err)
	}
	return trail
}

// records returns the events of a trail that emitted these, between the trail's own first and last.
func (b *bench) records(events ...audit.Event) []audit.Record {
	b.Helper()
	return b.recordsOf(nil, events...)
}

// recordsOf is records on a trail with more routes.
func (b *bench) recordsOf(more []audit.Route, events ...audit.Event) []audit.Record {
	b.Helper()
	var c capture
	trail := b.open(append([]audit.Route{{Name: "capture", Sink: &c, Required: true}}, more...), nil)
	b.emit(trail, events...)
	b.shut(trail)
	return c.all()
}

func (b *bench) emit(trail *audit.Trail, events ...audit.Event) {
	b.Helper()
	tenant := audit.NewTenant("acme")
	ctx := audit.WithRequest(b.Context(), audit.Request{
		ID: audit.NewRequestID("r-1"), Actor: trail.User(tenant, "ada"), Tenant: tenant, Workspace: audit.NewWorkspace("main"),
	})
	for _, e := range events {
		if _, err := trail.Emit(ctx, e); err != nil {
			b.Fatalf("sinktest: cannot emit %s: %v", e.Action(), err)
		}
	}
}

func (b *bench) shut(trail *audit.Trail) {
	b.Helper()
	ctx, cancel := b.within(b.patience)
	defer cancel()
	if err := trail.Close(ctx); err != nil {
		b.failf("the trail could not be closed: %v", err)
	}
}

// mixture returns n events of several actions, one of them without optional parts.
func mixture(n int) []audit.Event {
	list := make([]audit.Event, 0, n)
	for i := range n {
		t := audit.NewTable([]string{"sales", "eu"}, fmt.Sprintf("orders_%d", i), uuid.UUID{1, 2, 3, byte(i >> 8), byte(i)})
		all := []audit.Event{
			audit.AuthAllow(audit.HTTPOperation("GET", "/v1/{prefix}/namespaces"), audit.AuthMethodJWT),
			audit.CredVendDeny(t, audit.VendReasonAccessDenied, audit.NewVendRequest(audit.DelegationVended, audit.AccessRead)),
			audit.IcebergCommitDeny(t, audit.CommitReasonConflict),
			audit.URLMintDeny(audit.DomainCatalog, audit.MintReasonTraversal).WithCount(i),
			audit.CatalogMutateDeny(audit.RenameTable(t, audit.NewTable([]string{"sales"}, "orders", uuid.Nil)), audit.CatalogReasonAlreadyExists),
		}
		list = append(list, all[i%len(all)])
	}
	return list
}

// large returns events, one of which has nearly 64 KiB: the first of a trail lists the names of its routes.
func (b *bench) large() []audit.Record {
	b.Helper()
	nowhere := audit.SinkFunc(func(context.Context, []audit.Record) error { return nil })
	var more []audit.Route
	for i := range 960 {
		more = append(more, audit.Route{Name: fmt.Sprintf("%063d", i), Sink: nowhere})
	}
	list := b.recordsOf(more, mixture(2)...)
	if n := len(list[0].JSON()); n < 60<<10 || n > 64<<10 {
		b.Fatalf("sinktest: the large event has %d bytes, it should have 60 to 64 KiB", n)
	}
	return list
}

// hostile returns events whose texts try to be more than text.
func hostile() []audit.Event {
	texts := []string{
		"a\nb", "a\r\n{\"id\":\"forged\"}\n", "\x00\x01\x1b[31m\x7f", "\u202egnp.\u2066exe\u2069", "a\u2028b\u2029c\u0085d",
		"\xff\xfe\xc3\x28", "\xed\xa0\x80", `quote " backslash \ slash /`, `\n\u0000`, "</script><!-- -->]]>", "'; drop table audit; --",
		"${jndi:ldap}", "=1+1", "\ufeffbom", "%0a%00", "a,b\tc|d", strings.Repeat("\U0001f600", 60), "e\u0301\u200d\u200b", "null", "{}",
	}
	var list []audit.Event
	for _, s := range texts {
		t := audit.NewTable([]string{s}, s, uuid.Nil)
		g := audit.NewVendRequest(audit.DelegationVended, audit.AccessRead).WithPlan(audit.NewPlanID(s))
		list = append(list, audit.CredVendDeny(t, audit.VendReasonAccessDenied, g))
	}
	return list
}
