package audit_test

import (
	"math"
	"strings"
	"testing"
	"time"

	"github.com/daxis-io/arco-audit/audit"
	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var tableID = uuid.MustParse("6ba7b810-9dad-41d1-80b4-00c04fd430c8")

func TestEventWireForm(t *testing.T) {
	orders := audit.NewTable([]string{"sales", "eu"}, "orders", tableID)
	bare := audit.NewTable(nil, "orders", uuid.Nil)
	tx := uuid.MustParse("01920000-0000-7000-8000-000000000001")
	config := audit.NewResource("limits", "tenant.acme")
	tests := []struct {
		name, action, category, outcome, severity, reason, resource string
		event                                                       audit.Event
		details                                                     fields
	}{
		{"auth allow", "AUTH_ALLOW", "auth", "allow", "INFO", "jwt_valid", "GET /v1/{prefix}/namespaces",
			audit.AuthAllow(audit.HTTPOperation("GET", "/v1/{prefix}/namespaces"), audit.AuthMethodJWT), fields{"method": "jwt"}},
		{"auth deny", "AUTH_DENY", "auth", "deny", "WARNING", "missing_token", "/arco.v1.Catalog/Load",
			audit.AuthDeny(audit.RPCOperation("/arco.v1.Catalog/Load"), audit.AuthReasonMissing), nil},
		{"query cut", "AUTH_DENY", "auth", "deny", "WARNING", "unspecified", "GET /v1/x",
			audit.AuthDeny(audit.HTTPOperation("GET", "/v1/x?a=b"), 0), nil},
		{"no route", "AUTH_DENY", "auth", "deny", "WARNING", "unspecified", "GET unmatched",
			audit.AuthDeny(audit.HTTPOperation("GET", ""), 250), nil},
		{"mint allow", "URL_MINT_ALLOW", "url_mint", "allow", "NOTICE", "allowlist_match", "browser/urls:lineage:3",
			audit.URLMintAllow(audit.DomainLineage, 3, 15*time.Minute), fields{"domain": "lineage", "pathCount": "3", "ttlSeconds": "900"}},
		{"mint deny", "URL_MINT_DENY", "url_mint", "deny", "WARNING", "path_traversal", "browser/urls:unknown:0",
			audit.URLMintDeny(audit.Domain(99), audit.MintReasonTraversal), fields{"domain": "unknown"}},
		{"mint deny with count", "URL_MINT_DENY", "url_mint", "deny", "WARNING", "rate_limited", "browser/urls:search:7",
			audit.URLMintDeny(audit.DomainSearch, audit.MintReasonRateLimited).WithCount(7), fields{"domain": "search", "pathCount": "7"}},
		{"vend allow", "CRED_VEND_ALLOW", "cred_vend", "allow", "NOTICE", "credentials_vended",
			"iceberg/table:sales.eu.orders:" + tableID.String(),
			audit.CredVendAllow(orders, audit.NewGrant(audit.DelegationVended, audit.AccessRead, audit.ProviderGCS, 3599*time.Second+999*time.Millisecond).WithPlan(audit.NewPlanID("plan 1"))),
			fields{"access": "read", "delegation": "vended-credentials", "planId": "plan 1", "provider": "gcs", "tableId": tableID.String(), "ttlSeconds": "3599"}},
		{"vend deny", "CRED_VEND_DENY", "cred_vend", "deny", "WARNING", "vending_disabled", "iceberg/table:orders",
			audit.CredVendDeny(bare, audit.VendReasonDisabled, audit.NewVendRequest(audit.DelegationRemoteSigning, 0)),
			fields{"access": "unspecified", "delegation": "remote-signing"}},
		{"commit", "ICEBERG_COMMIT", "iceberg_commit", "allow", "NOTICE", "commit_success", "iceberg/commit:sales.eu.orders:seq=12",
			audit.IcebergCommit(orders, audit.NewSnapshot(math.MaxInt64, 12, audit.OperationAppend).WithCounts(audit.SnapshotCounts{AddedRecords: 5, TotalRecords: 1 << 60})),
			fields{"operation": "append", "sequenceNumber": "12", "snapshotId": "9223372036854775807", "tableId": tableID.String(),
				"summary": map[string]any{"added-records": "5", "total-records": "1152921504606846976"}}},
		{"commit without snapshot", "ICEBERG_COMMIT", "iceberg_commit", "allow", "NOTICE", "commit_success", "iceberg/commit:sales.eu.orders",
			audit.IcebergCommit(orders, audit.Snapshot{}).AsReplay().WithTransaction(tx, 1, 2),
			fields{"replay": "true", "tableId": tableID.String(), "transactionId": tx.String(), "transactionIndex": "1", "transactionSize": "2"}},
		{"commit deny", "ICEBERG_COMMIT_DENY", "iceberg_commit", "deny", "WARNING", "cas_conflict", "iceberg/commit:orders",
			audit.IcebergCommitDeny(bare, audit.CommitReasonConflict), nil},
		{"create", "CATALOG_MUTATE", "catalog", "allow", "NOTICE", "granted", "iceberg/catalog:table:sales.eu.orders:create",
			audit.CatalogMutate(audit.CreateTable(orders)), fields{"kind": "table", "operation": "create", "tableId": tableID.String()}},
		{"rename", "CATALOG_MUTATE_DENY", "catalog", "deny", "WARNING", "already_exists", "iceberg/catalog:table:orders:rename",
			audit.CatalogMutateDeny(audit.RenameTable(bare, orders), audit.CatalogReasonAlreadyExists),
			fields{"destination": "sales.eu.orders", "kind": "table", "operation": "rename"}},
		{"namespace", "CATALOG_MUTATE", "catalog", "allow", "NOTICE", "granted", "iceberg/catalog:namespace:a.b.c.d.e:drop",
			audit.CatalogMutate(audit.DropNamespace(audit.NewNamespace([]string{"a", "b", "c", "d", "e"}))), fields{"kind": "namespace", "operation": "drop"}},
		{"control store", "CONTROL_STORE_MUTATE", "control_store", "allow", "NOTICE", "operator_group_match", "control-store/limits:tenant%2Eacme:update",
			audit.ControlStoreMutate(config, audit.ControlStoreUpdate), fields{"operation": "update"}},
		{"control store deny", "CONTROL_STORE_DENY", "control_store", "deny", "WARNING", "not_operator", "control-store/limits:tenant%2Eacme:delete",
			audit.ControlStoreDeny(config, audit.ControlStoreDelete, audit.ControlStoreReasonNotOperator), fields{"operation": "delete"}},
		{"own kind", "GRANT_CHANGE_ALLOW", "grant", "allow", "NOTICE", "policy_match", "role:analyst",
			audit.NewKind("GRANT_CHANGE", "grant", audit.Critical).Allow(audit.NewResource("role", "analyst"), "policy_match"), nil},
		{"own kind deny", "GRANT_CHANGE_DENY", "grant", "deny", "WARNING", "unspecified", "role:analyst",
			audit.NewKind("GRANT_CHANGE", "grant", audit.Critical).Deny(audit.NewResource("role", "analyst"), ""), nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := emitted(t, tt.event)
			d := f.data()
			assert.Equal(t, tt.action, f["action"])
			assert.Equal(t, tt.action, d["action"])
			assert.Equal(t, "io.arco.audit."+tt.category+"."+tt.outcome+".v1", f["type"])
			assert.Equal(t, tt.outcome, f["outcome"])
			assert.Equal(t, tt.severity, f["severitytext"])
			assert.Equal(t, tt.reason, d["decisionReason"])
			assert.Equal(t, tt.resource, d["resource"])
			assert.Equal(t, tt.resource, f["subject"])
			assert.Equal(t, tt.details, f.details())
			assert.Empty(t, f.redactions())
		})
	}
}

func TestNamesCannotForgeOthers(t *testing.T) {
	name := func(parts []string, table string) string {
		e := audit.IcebergCommitDeny(audit.NewTable(parts, table, uuid.Nil), audit.CommitReasonInternal)
		return strings.TrimPrefix(emitted(t, e).data()["resource"].(string), "iceberg/commit:")
	}
	names := [][]string{
		{"a", "b", "c"}, {"a.b", "c"}, {"a", "b.c"}, {"a.b.c"}, {"a%2Eb", "c"}, {"a%252Eb", "c"}, {"a", "b:c"}, {"a", "b", "c:seq=1"},
		{"a\nb", "c"}, {"a%0Ab", "c"}, {"", "c"}, {"[REJECTED:grammar]", "c"}, {"\u202ea", "c"}, {"a\xff", "c"}, {"a\ufffd", "c"},
		{"a", "b", "c", "d"}, {"a", "b", "c", "d", "e"}, {"a", "b", "c.d", "e"}, {"a b", "c"}, {"naïve", "c"}, {"日本", "c"},
	}
	seen := map[string][]string{}
	for _, n := range names {
		got := name(n[:len(n)-1], n[len(n)-1])
		assert.NotContains(t, seen, got, "%q and %q", seen[got], n)
		seen[got] = n
	}
	assert.Contains(t, seen, "naïve.c", "other names stay byte for byte")
	assert.Contains(t, seen, "日本.c")
	assert.Contains(t, seen, "a b.c")
	assert.Contains(t, seen, "a%2Eb.c")
}

func TestResourceStaysBelowAnAttributesLimit(t *testing.T) {
	deep := make([]string, 200)
	for i := range deep {
		deep[i] = strings.Repeat("n", 40)
	}
	for _, parts := range [][]string{deep, {strings.Repeat("x", 10_000_000)}, {strings.Repeat("\x00", 300), strings.Repeat("é", 300)}} {
		table := audit.NewTable(parts, strings.Repeat("t", 5000), tableID)
		f := emitted(t, audit.CatalogMutate(audit.RenameTable(table, table)))
		assert.LessOrEqual(t, len(f["subject"].(string)), 1024)
		assert.Contains(t, f.redactions(), "resource truncated")
	}
}

func TestRequestFields(t *testing.T) {
	f := emittedIn(t, audit.Request{
		ID: audit.NewRequestID("key=x"), Actor: audit.Service("flow"), Tenant: audit.NewTenant("acme"), Workspace: audit.NewWorkspace("main"),
		Agent: audit.NewAgent("PyIceberg/0.9.1 (Linux; python 3.12)"),
		Trace: audit.ParseTraceParent("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"),
	}, audit.URLMintDeny(audit.DomainCatalog, audit.MintReasonSigningFailed))
	d := f.data()
	assert.Equal(t, "key=x", d["requestId"])
	assert.Equal(t, "service:flow", d["actor"])
	assert.Equal(t, "service:flow", f["authid"])
	assert.Equal(t, "service_account", f["authtype"])
	assert.Equal(t, "acme", d["tenantId"])
	assert.Equal(t, "acme", f["tenant"])
	assert.Equal(t, "main", d["workspaceId"])
	assert.Equal(t, map[string]any{"agent": "PyIceberg/0.9.1"}, d["origin"])
	assert.Equal(t, "4bf92f3577b34da6a3ce929d0e0e4736", d["traceId"])
	assert.Equal(t, "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", f["traceparent"])
	assert.Equal(t, "v1", d["policyVersion"])
	assert.Equal(t, f["id"], d["eventId"])
	assert.Equal(t, f["time"], d["timestamp"])
	assert.Equal(t, "//catalog/test/i-1", f["source"])
}

func TestAbsentRequestFieldsAreLeftOut(t *testing.T) {
	f := emittedIn(t, audit.Request{Actor: audit.Anonymous()}, audit.AuthDeny(audit.HTTPOperation("GET", "/"), audit.AuthReasonMissing))
	assert.Equal(t, "unknown", f.data()["requestId"])
	assert.Equal(t, "unauthenticated", f["authtype"])
	for _, key := range []string{"authid", "tenant", "workspace", "traceparent"} {
		assert.NotContains(t, f, key)
	}
	for _, key := range []string{"tenantId", "workspaceId", "traceId", "origin", "details", "redactions", "actorKeyId"} {
		assert.NotContains(t, f.data(), key)
	}
}

func TestTraceParentFollowsTheSpecification(t *testing.T) {
	tests := []struct {
		name, header string
		ok           bool
	}{
		{"valid", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00", true},
		{"future version with more", "01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-what", true},
		{"empty", "", false},
		{"version ff", "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", false},
		{"version 00 with more", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-x", false},
		{"upper case", "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01", false},
		{"zero trace", "00-00000000000000000000000000000000-00f067aa0ba902b7-01", false},
		{"zero span", "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01", false},
		{"short", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7", false},
		{"wrong dash", "00_4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			assert.Equal(t, tt.ok, !audit.ParseTraceParent(tt.header).IsZero())
		})
	}
}

func TestActionsKnowThemselves(t *testing.T) {
	seen := map[string]bool{}
	for _, a := range audit.Actions() {
		name := a.String()
		require.NotEmpty(t, name)
		assert.False(t, seen[name], name)
		seen[name] = true
		back, err := audit.ParseAction(name)
		require.NoError(t, err)
		assert.Equal(t, a, back)
		assert.NotEqual(t, "unspecified", a.Outcome().String(), name)
		assert.NotEqual(t, "other", a.Category().String(), name)
		if strings.HasSuffix(name, "_DENY") {
			assert.Equal(t, audit.OutcomeDeny, a.Outcome(), name)
			assert.Equal(t, audit.Routine, a.Criticality(), name)
		}
	}
	assert.Len(t, seen, 22)
	other, err := audit.ParseAction("FROM_THE_FUTURE")
	require.Error(t, err)
	assert.Equal(t, audit.ActionOther, other)
	assert.Equal(t, "OTHER", audit.Action(200).String())
}

func TestReleasesAndChangesAreCritical(t *testing.T) {
	for _, a := range []audit.Action{audit.ActionURLMintAllow, audit.ActionCredVendAllow, audit.ActionIcebergCommit, audit.ActionCatalogMutate, audit.ActionControlStoreMutate} {
		assert.Equal(t, audit.Critical, a.Criticality(), a.String())
	}
	assert.Equal(t, audit.Routine, audit.ActionAuthAllow.Criticality())
}
