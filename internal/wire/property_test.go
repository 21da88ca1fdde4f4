package wire_test

import (
	"context"
	"math/rand/v2"
	"net/netip"
	"slices"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/daxis-io/arco-audit/audit"
	"github.com/daxis-io/arco-audit/internal/wire"
	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// compareUTF16 compares by the definition of RFC 8785 section 3.2.3.
func compareUTF16(a, b string) int {
	return slices.Compare(utf16.Encode([]rune(a)), utf16.Encode([]rune(b)))
}

// chooser makes random arguments, hostile texts among them.
type chooser struct{ *rand.Rand }

func (c chooser) text() string {
	hostile := []string{"", "orders", "a.b:c%", "\"\\\n\x00\x7f", "é€😀\u2028\u202e", "\xff\xc3(", "ann@example.com", "[REDACTED:jwt]", "}{\",", "plan 1"}
	s := hostile[c.IntN(len(hostile))]
	if c.IntN(4) == 0 {
		s += hostile[c.IntN(len(hostile))]
	}
	return s
}

func (c chooser) table() audit.Table {
	var levels []string
	for range c.IntN(5) {
		levels = append(levels, c.text())
	}
	return audit.NewTable(levels, c.text(), c.uuid())
}

func (c chooser) uuid() (id uuid.UUID) {
	for i := range id {
		id[i] = byte(c.IntN(2) * c.IntN(256))
	}
	return id
}

func (c chooser) change() audit.CatalogChange {
	ns := audit.NewNamespace([]string{c.text()})
	return []audit.CatalogChange{
		audit.CreateTable(c.table()), audit.DropTable(c.table()), audit.RenameTable(c.table(), c.table()), audit.RegisterTable(c.table()),
		audit.SetProperties(c.table()), audit.CreateNamespace(ns), audit.DropNamespace(ns), audit.SetNamespaceProperties(ns),
	}[c.IntN(8)]
}

func (c chooser) snapshot() audit.Snapshot {
	n := func() int64 { return int64(c.Uint64()) >> c.IntN(64) }
	s := audit.NewSnapshot(audit.SnapshotID(n()), audit.SequenceNumber(n()), audit.SnapshotOperation(c.IntN(6)))
	if c.IntN(3) == 0 {
		return s
	}
	return s.WithCounts(audit.SnapshotCounts{
		AddedDataFiles: n(), DeletedDataFiles: n(), TotalDataFiles: n(), AddedDeleteFiles: n(), RemovedDeleteFiles: n(),
		TotalDeleteFiles: n(), AddedRecords: n(), DeletedRecords: n(), TotalRecords: n(), AddedFilesSize: n(), RemovedFilesSize: n(),
		TotalFilesSize: n(), ChangedPartitionCount: n(),
	})
}

// event is one of every constructor in turn, with numbers outside the enums too, and any options.
func (c chooser) event(i int) audit.Event {
	n := uint8(c.IntN(20))
	plan := audit.NewPlanID(c.text())
	grant := audit.NewGrant(audit.Delegation(n%5), audit.Access(n%4), audit.Provider(n%6), time.Duration(c.Int64())).WithPlan(plan)
	asked := audit.NewVendRequest(audit.Delegation(n%5), audit.Access(n%4)).WithPlan(plan)
	resource := audit.NewResource("config/limits", c.text())
	e := []audit.Event{
		audit.AuthAllow(audit.HTTPOperation(c.text(), "/x"+c.text()), audit.AuthMethod(n)), audit.AuthDeny(audit.RPCOperation(c.text()), audit.AuthReason(n)),
		audit.URLMintAllow(audit.Domain(n), int(int32(c.Uint32())), time.Duration(c.Int64())), audit.URLMintDeny(audit.Domain(n), audit.MintReason(n)),
		audit.CredVendAllow(c.table(), grant), audit.CredVendDeny(c.table(), audit.VendReason(n), asked),
		audit.IcebergCommit(c.table(), c.snapshot()), audit.IcebergCommitDeny(c.table(), audit.CommitReason(n)),
		audit.CatalogMutate(c.change()), audit.CatalogMutateDeny(c.change(), audit.CatalogReason(n)),
		audit.ControlStoreMutate(resource, audit.ControlStoreOperation(n)), audit.ControlStoreDeny(resource, audit.ControlStoreOperation(n), audit.ControlStoreReason(n)),
		grants.Allow(resource, "owner"), grants.Deny(resource, "not_owner"),
	}[i%14]
	if c.IntN(2) == 0 {
		e = e.WithTransaction(c.uuid(), c.IntN(3), c.IntN(4))
	}
	if c.IntN(2) == 0 {
		e = e.AsReplay()
	}
	if c.IntN(2) == 0 {
		e = e.WithCount(c.IntN(5))
	}
	return e
}

// context carries a random request; half of them claim a second actor.
func (c chooser) context(trail *audit.Trail) context.Context {
	tenant := audit.NewTenant(c.text())
	actors := []audit.Actor{audit.Anonymous(), audit.Service(c.text()), audit.TenantActor(tenant), trail.User(tenant, c.text())}
	origins := []netip.Addr{{}, netip.MustParseAddr("203.0.113.7"), netip.MustParseAddr("2001:db8::1%eth0"), netip.MustParseAddr("::ffff:198.51.100.1")}
	r := audit.Request{
		ID: audit.NewRequestID(c.text()), Actor: actors[c.IntN(4)], Tenant: tenant, Workspace: audit.NewWorkspace(c.text()),
		Origin: origins[c.IntN(4)], Agent: audit.NewAgent(c.text()),
	}
	if c.IntN(2) == 0 {
		r.Trace = audit.NewTraceParent([16]byte(c.uuid()), [8]byte{byte(c.IntN(3))}, byte(c.IntN(256)))
	}
	ctx := audit.WithRequest(context.Background(), r)
	if c.IntN(2) == 0 {
		r.Actor = actors[c.IntN(4)]
		ctx = audit.WithRequest(ctx, r)
	}
	return ctx
}

// Every constructor with every option, through a real trail: the event is canonical, flat, valid, and reads
// back; its details are in order.
func TestEventsOfEveryConstructor(t *testing.T) {
	o, sink, c := newOracle(t), &memory{}, chooser{rand.New(rand.NewPCG(1, 2))}
	settings := config(t, sink)
	every := audit.RateLimit{PerSecond: 1e6}
	settings.DenyLimit = audit.DenyLimit{PerTenant: every, Unauthenticated: every}
	trail, err := audit.Open(settings)
	require.NoError(t, err)
	const events = 14 * 60
	for i := range events {
		_, err := trail.Emit(c.context(trail), c.event(i))
		require.NoError(t, err)
	}
	require.NoError(t, trail.Close(context.Background()))
	require.Len(t, sink.records, events+2)
	seen := map[string]int{}
	for i, rec := range sink.records {
		e, err := wire.Decode(rec.JSON())
		require.NoError(t, err, rec.JSON())
		o.check(t, []byte(rec.JSON()), &e)
		require.False(t, t.Failed(), rec.JSON())
		assert.Equal(t, uint64(i), e.Sequence)
		assert.Equal(t, rec.ID().String(), string(wire.AppendUUID(nil, e.ID)))
		assert.Equal(t, rec.Tenant(), e.Tenant)
		names := memberNames(t, e.Details)
		assert.True(t, slices.IsSortedFunc(names, compareUTF16), "%q", names)
		for _, name := range names {
			seen[name]++
		}
	}
	for _, name := range []string{"access", "claimedActor", "delegation", "destination", "domain", "kind", "method", "operation", "pathCount",
		"planId", "provider", "replay", "sequenceNumber", "snapshotId", "summary.added-records", "tableId", "transactionId", "transactionIndex",
		"transactionSize", "ttlSeconds"} {
		assert.NotZero(t, seen[name], "no event had the detail %s", name)
	}
}

// memberNames are the paths of the members of details, as they stand.
func memberNames(t *testing.T, details []byte) (names []string) {
	t.Helper()
	var p wire.Parts
	p.Text[wire.MemberDetails] = string(details)
	p.Details(func(path, _ string) bool { names = append(names, path); return true })
	return names
}
