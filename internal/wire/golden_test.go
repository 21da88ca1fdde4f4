package wire_test

import (
	"context"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/daxis-io/arco-audit/audit"
	"github.com/daxis-io/arco-audit/internal/wire"
	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write the golden files")

// goldenEvents are the events of golden files that are emitted one by one, by the name of the file.
func goldenEvents() map[string]audit.Event {
	counts := audit.SnapshotCounts{
		AddedDataFiles: 3, AddedRecords: 1200, AddedFilesSize: 1 << 53, ChangedPartitionCount: 2, TotalDataFiles: 40, TotalRecords: 9007199254740993,
	}
	op := audit.HTTPOperation("GET", "/v1/{prefix}/namespaces/{namespace}/tables/{table}")
	return map[string]audit.Event{
		"AUTH_ALLOW":     audit.AuthAllow(op, audit.AuthMethodJWT),
		"AUTH_DENY":      audit.AuthDeny(audit.RPCOperation("/arco.catalog.v1.Catalog/Load"), audit.AuthReasonExpired),
		"URL_MINT_ALLOW": audit.URLMintAllow(audit.DomainLineage, 12, 15*time.Minute),
		"URL_MINT_DENY":  audit.URLMintDeny(audit.DomainCatalog, audit.MintReasonTraversal).WithCount(3),
		"CRED_VEND_ALLOW": audit.CredVendAllow(orders, audit.NewGrant(audit.DelegationVended, audit.AccessRead, audit.ProviderGCS, time.Hour).
			WithPlan(audit.NewPlanID("plan-0001"))),
		"CRED_VEND_DENY": audit.CredVendDeny(orders, audit.VendReasonAccessDenied, audit.NewVendRequest(audit.DelegationRemoteSigning, audit.AccessReadWrite)),
		"ICEBERG_COMMIT": audit.IcebergCommit(orders, audit.NewSnapshot(9007199254740993, 7, audit.OperationOverwrite).WithCounts(counts)).
			WithTransaction(transactionID, 0, 2),
		"ICEBERG_COMMIT_DENY":    audit.IcebergCommitDeny(orders, audit.CommitReasonConflict),
		"ICEBERG_COMMIT-nothing": audit.IcebergCommit(audit.NewTable([]string{"n"}, "t", uuid.Nil), audit.Snapshot{}).AsReplay(),
		"CATALOG_MUTATE":         audit.CatalogMutate(audit.RenameTable(orders, audit.NewTable([]string{"sales"}, "orders_eu", tableID))),
		"CATALOG_MUTATE_DENY":    audit.CatalogMutateDeny(audit.DropNamespace(audit.NewNamespace([]string{"sales"})), audit.CatalogReasonNotEmpty),
		"CONTROL_STORE_MUTATE":   audit.ControlStoreMutate(audit.NewResource("config/limits", "vend"), audit.ControlStoreUpdate),
		"CONTROL_STORE_DENY":     audit.ControlStoreDeny(audit.NewResource("config/limits", "vend"), audit.ControlStoreDelete, audit.ControlStoreReasonNotOperator),
		"GRANT_CHANGE_ALLOW":     grants.Allow(audit.NewResource("grant", "analysts"), "owner"),
		"GRANT_CHANGE_DENY":      grants.Deny(audit.NewResource("grant", "analysts"), "not_owner"),
		"hostile-separators":     audit.CatalogMutate(audit.CreateTable(audit.NewTable([]string{"a.b", "c:d"}, "e%2Ef\"\\/{}[]", uuid.Nil))),
		"hostile-controls":       audit.CatalogMutate(audit.CreateTable(audit.NewTable([]string{"a\x00\x1f\x7f"}, "b\n\r\t\u2028\u202e", uuid.Nil))),
		"hostile-utf8":           audit.CatalogMutate(audit.CreateTable(audit.NewTable([]string{"\xff\xfe"}, "\xc3(é€😀\ufb33", uuid.Nil))),
		"hostile-unset":          audit.CatalogMutate(audit.CreateTable(audit.NewTable([]string{"", ""}, "", uuid.Nil))),
		"hostile-long":           audit.CatalogMutate(audit.CreateTable(audit.NewTable([]string{strings.Repeat("long\"", 400)}, strings.Repeat("é", 300), uuid.Nil))),
		"hostile-mail":           audit.CatalogMutate(audit.CreateTable(audit.NewTable([]string{"ann.lee@example.com"}, "bob@example.org", uuid.Nil))),
	}
}

// goldenRequests are the requests of events that have one of their own.
func goldenRequests() map[string]audit.Request {
	request := func(id, tenant, workspace, agent string) audit.Request {
		return audit.Request{
			Actor: audit.Service(tenant), ID: audit.NewRequestID(id), Tenant: audit.NewTenant(tenant),
			Workspace: audit.NewWorkspace(workspace), Agent: audit.NewAgent(agent),
		}
	}
	return map[string]audit.Request{
		"AUTH_DENY":          {Actor: audit.Anonymous()},
		"URL_MINT_DENY":      {Actor: audit.TenantActor(audit.NewTenant("acme")), Tenant: audit.NewTenant("acme")},
		"hostile-controls":   request("a b", "A\n", "\x00", "curl\x00/8"),
		"hostile-utf8":       request("\xff", "é", "\xff", "é/1"),
		"hostile-separators": request(`"},"action":"AUTH_ALLOW`, `","x":"`, `\u0022`, `a"b/1`),
	}
}

// measured are details that depend on how much memory a record takes, and what stands for them.
var measured = []struct {
	figure *regexp.Regexp
	fixed  string
}{
	{regexp.MustCompile(`"intentId":"[^"]*"`), `"intentId":"019ca7f0-1d27-7444-9b3c-5a1122334400"`},
	{regexp.MustCompile(`"count":"\d+"`), `"count":"7"`},
	{regexp.MustCompile(`"total":"\d+"`), `"total":"9"`},
	{regexp.MustCompile(`"fromSequence":"\d{20}"`), `"fromSequence":"00000000000000000012"`},
	{regexp.MustCompile(`"toSequence":"\d{20}"`), `"toSequence":"00000000000000000018"`},
}

// ownEvents makes a trail emit events about itself, and returns them by name.
func ownEvents(t *testing.T) map[string]wire.Envelope {
	t.Helper()
	events := map[string]wire.Envelope{}
	synctest.Test(t, func(t *testing.T) {
		sink, gate := &memory{}, make(chan struct{})
		c := config(t, sink)
		c.Keep.Bytes = 1 << 20
		c.Routes = append(c.Routes, audit.Route{Name: "picky", Sink: audit.SinkFunc(func(_ context.Context, batch []audit.Record) error {
			for i, rec := range batch {
				if rec.Action() == audit.ActionAuthDeny {
					return audit.Poison(errors.New("refused: \"quoted\""), i)
				}
			}
			return nil
		})}, audit.Route{Name: "stuck", Deadline: time.Hour, Sink: audit.SinkFunc(func(ctx context.Context, _ []audit.Record) error {
			select {
			case <-gate:
			case <-ctx.Done():
			}
			return nil
		})})
		trail, err := audit.Open(c)
		require.NoError(t, err)
		ctx := audit.WithRequest(context.Background(), audit.Request{Actor: audit.Anonymous()})
		op := audit.RPCOperation("/arco.catalog.v1.Catalog/Load")
		_, err = trail.Emit(ctx, audit.AuthDeny(op, audit.AuthReasonMissing))
		require.NoError(t, err)
		for range 2000 {
			synctest.Wait()
			_, err = trail.Emit(ctx, audit.AuthAllow(op, audit.AuthMethodJWT))
			require.NoError(t, err)
		}
		full := fullRequest()
		full.Actor = audit.Service("spark")
		begun, err := trail.Begin(audit.WithRequest(context.Background(), full), audit.Committing(orders).WithTransaction(transactionID, 0, 2))
		require.NoError(t, err)
		close(gate)
		require.NoError(t, trail.Close(context.Background()))
		runtime.KeepAlive(begun)
		for _, rec := range sink.records {
			if _, had := events[rec.ActionName()]; !had && rec.Outcome() == audit.OutcomeSystem {
				e := golden(t, rec)
				for _, m := range measured {
					e.Details = m.figure.ReplaceAll(e.Details, []byte(m.fixed))
				}
				events[rec.ActionName()] = e
			}
		}
	})
	return events
}

// unemitted are the actions that this version reads and has a name for, but never emits, with their severity.
var unemitted = map[audit.Action]string{
	audit.ActionTrailAdopted: "NOTICE", audit.ActionCheckpoint: "INFO", audit.ActionDeniesSuppressed: "WARNING",
	audit.ActionGapFound: "ERROR",
}

// bare is an event with the members that any event has, and no details.
func bare(a audit.Action, severity string) wire.Envelope {
	return wire.Envelope{
		ID: fixedID, Millis: fixedTime.UnixMilli(), Source: "//catalog/test/i-1", Trail: fixedTrail, Sequence: 41, PolicyVersion: "v1",
		Action: a.String(), Category: a.Category().String(), Outcome: a.Outcome().String(), Severity: severity, Reason: "unspecified",
		Resource: []byte("trail/" + fixedTrail), Actor: "service:catalog", AuthType: "system", RequestID: "unknown",
	}
}

// goldens are all golden events by the name of the file.
func goldens(t *testing.T) map[string]wire.Envelope {
	t.Helper()
	all := ownEvents(t)
	requests := goldenRequests()
	for name, event := range goldenEvents() {
		request, own := requests[name]
		if !own {
			request = fullRequest()
		}
		all[name] = golden(t, emit(t, request, event))
	}
	for a, severity := range unemitted {
		require.NotContains(t, all, a.String(), "it is emitted: take it off the list")
		all[a.String()] = bare(a, severity)
	}
	return all
}

func TestGolden(t *testing.T) {
	const dir = "testdata/golden"
	all := goldens(t)
	if *update {
		require.NoError(t, os.MkdirAll(dir, 0o755))
		for name, e := range all {
			json, _ := wire.Append(nil, &e)
			require.NoError(t, os.WriteFile(filepath.Join(dir, name+".json"), json, 0o644))
		}
	}
	for name, e := range all {
		t.Run(name, func(t *testing.T) {
			want, err := os.ReadFile(filepath.Join(dir, name+".json"))
			require.NoError(t, err, "run go test ./internal/wire -run Golden -update")
			got, _ := wire.Append(nil, &e)
			assert.Equal(t, string(want), string(got))
			back, err := wire.Decode(want)
			require.NoError(t, err)
			assert.Equal(t, e, back)
		})
	}
	for _, a := range audit.Actions() {
		assert.FileExists(t, filepath.Join(dir, a.String()+".json"), "every action has a golden file")
	}
	files, err := filepath.Glob(filepath.Join(dir, "*"))
	require.NoError(t, err)
	assert.Len(t, files, len(all), "a file that nothing makes tests nothing")
}
