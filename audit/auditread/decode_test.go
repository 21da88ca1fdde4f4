package auditread_test

import (
	"context"
	"fmt"
	"net/netip"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/daxis-io/arco-audit/audit"
	"github.com/daxis-io/arco-audit/audit/auditread"
	"github.com/daxis-io/arco-audit/redact"
	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var tableID = uuid.MustParse("6f1c3f0e-6a0e-4d0a-9b7e-0d7f2a6b1c55")

// emit sends events through a real trail and returns their records, the trail's own left out.
func emit(t *testing.T, r audit.Request, events ...audit.Event) []audit.Record {
	t.Helper()
	var got []audit.Record
	sink := audit.SinkFunc(func(_ context.Context, batch []audit.Record) error {
		for _, rec := range batch {
			if rec.Outcome() != audit.OutcomeSystem {
				got = append(got, rec)
			}
		}
		return nil
	})
	trail, err := audit.Open(audit.Config{
		Service: "catalog", Environment: "test", Instance: "i-1", Volatile: true, Keys: redact.EphemeralKeys(),
		Routes: []audit.Route{{Name: "memory", Sink: sink}},
	})
	require.NoError(t, err)
	if r.Actor.IsZero() {
		r.Actor = trail.User(r.Tenant, "subject")
	}
	for _, e := range events {
		_, err := trail.Emit(audit.WithRequest(context.Background(), r), e)
		require.NoError(t, err)
	}
	require.NoError(t, trail.Close(context.Background()))
	require.Len(t, got, len(events))
	return got
}

func TestDecodeRealEvent(t *testing.T) {
	request := audit.Request{
		ID: audit.NewRequestID("req-1"), Tenant: audit.NewTenant("acme"), Workspace: audit.NewWorkspace("main"),
		Origin: netip.MustParseAddr("203.0.113.7"), Agent: audit.NewAgent("PyIceberg/0.9.1"),
		Trace: audit.NewTraceParent([16]byte{1, 2}, [8]byte{3}, 1),
	}
	table := audit.NewTable([]string{"sales"}, "orders", tableID)
	snapshot := audit.NewSnapshot(1<<62, 7, audit.OperationAppend).WithCounts(audit.SnapshotCounts{AddedRecords: 12, TotalRecords: 40})
	rec := emit(t, request, audit.IcebergCommit(table, snapshot))[0]

	got, err := auditread.Decode(rec.JSON())
	require.NoError(t, err)
	assert.Regexp(t, "^user:[0-9a-f]{32}$", got.Actor)
	assert.NotEmpty(t, got.ActorKeyID)
	got.Actor, got.ActorKeyID = "", ""
	assert.Equal(t, auditread.Entry{
		ID: rec.ID(), Action: audit.ActionIcebergCommit, ActionName: "ICEBERG_COMMIT", Category: "iceberg_commit",
		Outcome: audit.OutcomeAllow, OutcomeName: "allow", Time: rec.Time(), Trail: rec.Trail(), Sequence: rec.Sequence(),
		Source: "//catalog/test/i-1", Tenant: "acme", Workspace: "main", RequestID: "req-1",
		TraceID: "01020000000000000000000000000000", Resource: "iceberg/commit:sales.orders:seq=7", Reason: "commit_success",
		PolicyVersion: "v1", OriginAddr: "203.0.113.0/24", OriginAgent: "PyIceberg/0.9.1", Severity: "NOTICE",
		Details: auditread.Details{
			{Path: "operation", Value: "append"}, {Path: "sequenceNumber", Value: "7"}, {Path: "snapshotId", Value: "4611686018427387904"},
			{Path: "summary.added-records", Value: "12"}, {Path: "summary.total-records", Value: "40"}, {Path: "tableId", Value: tableID.String()},
		},
		Version: 1, JSON: rec.JSON(),
	}, got)
}

func TestDecodeRedactions(t *testing.T) {
	rec := emit(t, audit.Request{Actor: audit.Anonymous()}, audit.CredVendDeny(
		audit.NewTable([]string{"sales"}, "orders", uuid.Nil), audit.VendReasonAccessDenied,
		audit.NewVendRequest(audit.DelegationVended, audit.AccessRead).WithPlan(audit.NewPlanID("a\nb"))))[0]
	got, err := auditread.Decode(rec.JSON())
	require.NoError(t, err)
	assert.Equal(t, []auditread.Redaction{{Field: "details.planId", Kind: "control"}}, got.Redactions)
	assert.Equal(t, "a%0Ab", got.Details.Get("planId"))
	assert.Equal(t, "anonymous", got.Actor)
	assert.Empty(t, got.Tenant)
}

// future is an event of a version that does not exist yet, in an order that no version writes.
const future = ` {
	"type": "io.arco.audit.cred_lease.revise.v2", "specversion": "1.0", "id": "0190b6a8-7c51-7d3e-8f10-aabbccddeeff",
	"source": "//catalog/prod/i-9", "time": "2031-02-03T04:05:06.789123Z", "trail": "0190b6a8-0000-7000-8000-000000000001",
	"sequence": "00000000000000000042", "action": "CRED_LEASE_REVISE", "outcome": "revise", "workspace": null,
	"novel": {"deep": [1, 2.5e3, true, null, {"x": "y"}]}, "tenant": "acme",
	"data": {"eventVersion": 2, "weight": -1.5, "decisionReason": "quota \u00e9\ud83d\ude00", "actor": "service:flow",
		"details": {"n": 7, "list": [1, "two"], "flag": true, "none": null, "outer": {"inner": {"leaf": "v"}, "z": "w"}},
		"redactions": [{"kind": "jwt", "field": "actor", "rule": 9}]}
} `

func TestDecodeFuture(t *testing.T) {
	got, err := auditread.Decode(future)
	require.NoError(t, err)
	assert.Equal(t, audit.ActionOther, got.Action)
	assert.Equal(t, "CRED_LEASE_REVISE", got.ActionName)
	assert.Equal(t, "cred_lease", got.Category)
	assert.Equal(t, audit.Outcome(0), got.Outcome)
	assert.Equal(t, "revise", got.OutcomeName)
	assert.Equal(t, 2, got.Version)
	assert.Equal(t, audit.Sequence(42), got.Sequence)
	assert.Equal(t, time.Date(2031, 2, 3, 4, 5, 6, 789123000, time.UTC), got.Time)
	assert.Equal(t, "quota é😀", got.Reason)
	assert.Equal(t, "service:flow", got.Actor)
	assert.Empty(t, got.Workspace)
	assert.Equal(t, map[string]string{"n": "7", "list": `[1, "two"]`, "flag": "true", "outer.inner.leaf": "v", "outer.z": "w"}, got.Details.Map())
	assert.Equal(t, []auditread.Redaction{{Field: "actor", Kind: "jwt"}}, got.Redactions)
	assert.Equal(t, future, got.JSON)
}

func TestDecodeErrors(t *testing.T) {
	const hidden = "hunter2hunter2"
	tests := []struct {
		name, old, new string
		says           []string
	}{
		{"no JSON", `"outcome"`, `outcome`, []string{"event, byte ", "damaged"}},
		{"cut", `} `, ``, []string{"event, byte ", "damaged"}},
		{"two events", `} `, `}{}`, []string{"event, byte ", "one event at a time"}},
		{"no id", `"id"`, `"ix"`, []string{"id: is missing"}},
		{"no source", `"source"`, `"sourcx"`, []string{"source: is missing"}},
		{"no type", `"type"`, `"typx"`, []string{"type: is missing"}},
		{"no time", `"time"`, `"timx"`, []string{"time: is missing"}},
		{"no action", `"action"`, `"actiox"`, []string{"action: is missing"}},
		{"no trail", `"trail"`, `"traix"`, []string{"trail: is missing"}},
		{"no sequence", `"sequence"`, `"sequencx"`, []string{"sequence: is missing"}},
		{"no data", `"data"`, `"datx"`, []string{"data: is missing"}},
		{"id is no UUID", "0190b6a8-7c51", hidden, []string{"id: is no UUID"}},
		{"trail is no UUID", "0190b6a8-0000", hidden, []string{"trail: is no UUID"}},
		{"time is no time", "2031-02-03T", hidden, []string{"time: is no RFC 3339 time"}},
		{"sequence is no number", "00000000000000000042", hidden, []string{"sequence: is no number"}},
		{"sequence is too large", "00000000000000000042", "18446744073709551616", []string{"sequence: is no number"}},
		{"version is no number", `"eventVersion": 2`, `"eventVersion": "` + hidden + `"`, []string{"data.eventVersion: is no version"}},
		{"version is an object", `"eventVersion": 2`, `"eventVersion": {}`, []string{"data.eventVersion, byte ", "is no number"}},
		{"type of another family", "io.arco.audit.", hidden, []string{"type: is not io.arco.audit."}},
		{"tenant is a number", `"acme"`, `7`, []string{"tenant, byte ", "is no string"}},
		{"data is text", `"data": {`, `"data": "` + hidden + `", "datb": {`, []string{"data, byte ", "is no object"}},
		{"details is text", `"details": {`, `"details": "` + hidden + `", "detailx": {`, []string{"data.details, byte ", "is no object"}},
		{"redactions is an object", `"redactions": [`, `"redactions": {}, "r": [`, []string{"data.redactions, byte ", "is no array"}},
		{"redaction without a field", `"field": "actor", `, ``, []string{"data.redactions, byte ", "field or kind"}},
		{"known member twice", `"tenant"`, `"tenant": "` + hidden + `", "tenant"`, []string{"tenant, byte ", "stands twice"}},
		{"detail twice", `"n": 7`, `"n": 7, "n": "` + hidden + `"`, []string{"data.details: has a member twice"}},
		{"one of many details twice", `"n": 7`, many(30) + `"k3": "` + hidden + `"`, []string{"data.details: has a member twice"}},
		{"detail that looks nested", `"n": 7`, `"outer.z": "` + hidden + `"`, []string{"data.details: has a member twice"}},
		{"tenants differ", `"actor"`, `"tenantId": "` + hidden + `", "actor"`, []string{"data.tenantId: does not agree with tenant"}},
		{"actors differ", `"trail"`, `"authid": "` + hidden + `", "trail"`, []string{"data.actor: does not agree with authid"}},
		{"outcome differs from type", `"outcome": "revise"`, `"outcome": "` + hidden + `"`, []string{"type: does not agree with outcome"}},
		{"too deep", `[1, 2.5e3`, strings.Repeat("[", 40) + strings.Repeat("]", 40) + `, [1, 2.5e3`, []string{"byte ", "nested too deeply"}},
		{"long path", `"outer": {`, `"` + strings.Repeat("o", 128) + `": {`, []string{"data.details, byte ", "longer than 128 bytes"}},
		{"details too deep", `"n": 7`, `"n": ` + strings.Repeat(`{"":`, 150) + `7` + strings.Repeat(`}`, 150), []string{"data.details, byte ", "longer than 128 bytes"}},
		{"not UTF-8", "acme", "\xff" + hidden, []string{"tenant, byte ", "not UTF-8"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			require.Contains(t, future, test.old)
			at := strings.LastIndex(future, test.old)
			if test.name != "cut" && test.name != "two events" {
				at = strings.Index(future, test.old)
			}
			_, err := auditread.Decode(future[:at] + test.new + future[at+len(test.old):])
			require.Error(t, err)
			assert.NotContains(t, err.Error(), hidden)
			assert.True(t, strings.HasPrefix(err.Error(), "auditread: "), err)
			assert.NotContains(t, err.Error(), "wire")
			for _, part := range test.says {
				assert.Contains(t, err.Error(), part)
			}
		})
	}
}

func TestDecodeKeepsTheName(t *testing.T) {
	for _, a := range audit.Actions() {
		got, err := auditread.Decode(strings.Replace(future, "CRED_LEASE_REVISE", a.String(), 1))
		require.NoError(t, err)
		assert.Equal(t, a, got.Action)
		assert.Equal(t, a.String(), got.ActionName)
	}
}

func TestDecodeLongInput(t *testing.T) {
	_, err := auditread.Decode(future + strings.Repeat(" ", 1<<20))
	require.Error(t, err)
	assert.Contains(t, err.Error(), "longer than 256 KiB")
}

func FuzzDecode(f *testing.F) {
	f.Add(future)
	f.Add(strings.ReplaceAll(future, "\n", ""))
	f.Fuzz(func(t *testing.T, json string) {
		e, err := auditread.Decode(json)
		if err != nil {
			assert.Zero(t, e)
			return
		}
		assert.False(t, e.ID.IsZero() && !strings.Contains(json, "00000000-0000-0000-0000-000000000000"))
		assert.Equal(t, json, e.JSON)
	})
}

// Every event of today is read whole.
func TestDecodeGolden(t *testing.T) {
	files, err := filepath.Glob("../../internal/wire/testdata/golden/*.json")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".json")
		t.Run(name, func(t *testing.T) {
			e, err := auditread.Decode(readGolden(t, name))
			require.NoError(t, err)
			assert.Equal(t, 1, e.Version)
			assert.NotZero(t, e.Outcome)
			assert.Equal(t, e.OutcomeName, e.Outcome.String())
			if e.Action != audit.ActionOther {
				assert.Equal(t, e.ActionName, e.Action.String())
				assert.Equal(t, e.Category, e.Action.Category().String())
				assert.Equal(t, e.Outcome, e.Action.Outcome())
			} else {
				assert.True(t, strings.HasPrefix(e.ActionName, "GRANT_CHANGE_"), "only kinds have no constant")
			}
			for _, text := range []string{e.Source, e.Actor, e.RequestID, e.Resource, e.Reason, e.PolicyVersion, e.Severity} {
				assert.NotEmpty(t, text)
			}
		})
	}
}

// many returns n members of details, k0 and on.
func many(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, `"k%d": %d, `, i, i)
	}
	return b.String()
}

func TestDetails(t *testing.T) {
	got, err := auditread.Decode(strings.Replace(future, `"n": 7`, many(30)+`"n": 7`, 1))
	require.NoError(t, err)
	assert.Equal(t, "29", got.Details.Get("k29"))
	assert.Equal(t, "v", got.Details.Get("outer.inner.leaf"))
	value, ok := got.Details.Lookup("none")
	assert.False(t, ok, "null is absent")
	assert.Empty(t, value)
	assert.Len(t, got.Details.Map(), len(got.Details))
}
