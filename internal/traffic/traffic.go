package traffic

import (
	"context"
	"math/rand/v2"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/uuid"

	"github.com/daxis-io/arco-audit/audit"
	"github.com/daxis-io/arco-audit/redact"
)

// Start is when the first trail opens: midnight in UTC of the first of January 2000, where the clock of a
// bubble begins.
var Start = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)

// Records returns n events and the first and last of the three trails that emitted them, in the order of their
// times. Two events are one to 120 seconds apart. The same seed chooses the same events; ids and actors differ.
func Records(t *testing.T, n int, seed uint64) []audit.Record {
	t.Helper()
	g := &generator{t: t, random: rand.New(rand.NewPCG(seed, 0))}
	synctest.Test(t, func(t *testing.T) {
		g.open(t)
		for range n {
			time.Sleep(time.Duration(1+g.random.IntN(120)) * time.Second)
			g.emit(t)
		}
		for _, trail := range g.trails {
			time.Sleep(time.Second)
			if err := trail.Close(t.Context()); err != nil {
				t.Fatalf("traffic: %v", err)
			}
		}
	})
	return g.list
}

// generator emits events at random.
type generator struct {
	t      *testing.T
	random *rand.Rand
	trails []*audit.Trail
	list   []audit.Record
}

var services = [...]string{"catalog", "api", "flow"}

func (g *generator) open(t *testing.T) {
	keys := redact.EphemeralKeys()
	for _, service := range services {
		trail, err := audit.Open(audit.Config{
			Service: service, Environment: "test", Instance: service + "-0", Volatile: true, Keys: keys, OriginMode: audit.OriginFull,
			Routes: []audit.Route{{Name: "memory", Required: true, Sink: audit.SinkFunc(g.deliver)}},
		})
		if err != nil {
			t.Fatalf("traffic: %v", err)
		}
		g.trails = append(g.trails, trail)
		time.Sleep(time.Second)
	}
}

func (g *generator) deliver(_ context.Context, batch []audit.Record) error {
	g.list = append(g.list, batch...)
	return nil
}

// emit emits one event and waits until it is delivered, so that the list is in order.
func (g *generator) emit(t *testing.T) {
	trail := g.trails[g.random.IntN(len(g.trails))]
	ctx := audit.WithRequest(t.Context(), g.request(trail))
	if _, err := trail.Emit(ctx, g.event()); err != nil {
		t.Fatalf("traffic: %v", err)
	}
	if err := trail.Flush(ctx); err != nil {
		t.Fatalf("traffic: %v", err)
	}
}

// one returns one of the list.
func one[T any](g *generator, list ...T) T { return list[g.random.IntN(len(list))] }

func (g *generator) request(trail *audit.Trail) audit.Request {
	tenant := audit.NewTenant(one(g, "acme", "acme", "acme", "acme-eu", "acm", "zoo"))
	r := audit.Request{
		ID:     audit.NewRequestID(one(g, "r-1", "r-10", "r-1x", "R-2", "r-3", `r"4`, "r-5", "r-6")),
		Actor:  trail.User(tenant, one(g, "ada", "bob", "eve")),
		Tenant: tenant, Workspace: audit.NewWorkspace(one(g, "main", "dev")),
		Agent: audit.NewAgent(one(g, "PyIceberg/0.9.1", "curl/8.9")),
	}
	switch g.random.IntN(12) {
	case 0:
		r = audit.Request{ID: r.ID, Actor: audit.Anonymous()}
	case 1:
		r.Actor = audit.Service(one(g, "flow", "flow-eu"))
	case 2:
		r.ID = audit.RequestID{}
	}
	return r
}

func (g *generator) table() audit.Table {
	id := one(g, uuid.Nil, uuid.MustParse("6f1c3f0e-6a0e-4d0a-9b7e-0d7f2a6b1c55"))
	name := one(g, "orders", "orders", "orders", "Orders", "orders_eu", "order.s", "a+b", "=HYPERLINK(1)", "ada@example.com")
	return audit.NewTable([]string{one(g, "sales", "sales", "salesx")}, name, id)
}

func (g *generator) event() audit.Event {
	switch g.random.IntN(10) {
	case 0:
		return audit.AuthAllow(audit.HTTPOperation("GET", "/v1/config"), audit.AuthMethodJWT)
	case 1:
		return audit.AuthDeny(audit.HTTPOperation("GET", "/v1/config"), one(g, audit.AuthReasonExpired, audit.AuthReasonMissing))
	case 2:
		return g.mint()
	case 3, 4, 5:
		return g.vend()
	case 6, 7:
		return g.commit()
	case 8:
		return g.change()
	}
	return audit.ControlStoreMutate(audit.NewResource("roles", one(g, "reader", "writer")), one(g, audit.ControlStoreCreate, audit.ControlStoreDelete))
}

func (g *generator) mint() audit.Event {
	domain := one(g, audit.DomainCatalog, audit.DomainLineage, audit.DomainSearch)
	if g.random.IntN(3) == 0 {
		return audit.URLMintDeny(domain, audit.MintReasonTraversal).WithCount(2)
	}
	return audit.URLMintAllow(domain, 1+g.random.IntN(20), 15*time.Minute)
}

func (g *generator) vend() audit.Event {
	access := one(g, audit.AccessRead, audit.AccessReadWrite)
	if g.random.IntN(4) == 0 {
		return audit.CredVendDeny(g.table(), one(g, audit.VendReasonAccessDenied, audit.VendReasonProviderError), audit.NewVendRequest(audit.DelegationVended, access))
	}
	return audit.CredVendAllow(g.table(), audit.NewGrant(audit.DelegationVended, access, audit.ProviderGCS, one(g, 10*time.Minute, time.Hour)))
}

func (g *generator) commit() audit.Event {
	if g.random.IntN(4) == 0 {
		return audit.IcebergCommitDeny(g.table(), audit.CommitReasonConflict)
	}
	e := audit.IcebergCommit(g.table(), audit.NewSnapshot(audit.SnapshotID(g.random.Int64()), audit.SequenceNumber(g.random.IntN(50)), audit.OperationAppend))
	if g.random.IntN(5) == 0 {
		return e.AsReplay()
	}
	return e
}

func (g *generator) change() audit.Event {
	switch g.random.IntN(6) {
	case 0:
		return audit.CatalogMutate(audit.CreateTable(g.table()))
	case 1:
		return audit.CatalogMutate(audit.DropTable(g.table()))
	case 2:
		return audit.CatalogMutate(audit.RenameTable(g.table(), g.table()))
	case 3:
		return audit.CatalogMutate(audit.RegisterTable(g.table()))
	case 4:
		return audit.CatalogMutate(audit.CreateNamespace(audit.NewNamespace([]string{"sales"})))
	}
	return audit.CatalogMutateDeny(audit.DropTable(g.table()), audit.CatalogReasonNotAllowed)
}
