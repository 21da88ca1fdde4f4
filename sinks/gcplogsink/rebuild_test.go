package gcplogsink_test

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	pb "cloud.google.com/go/logging/apiv2/loggingpb"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	ltype "google.golang.org/genproto/googleapis/logging/type"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/types/known/structpb"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/daxis-io/arco-audit/audit"
	"github.com/daxis-io/arco-audit/audit/auditread"
	"github.com/daxis-io/arco-audit/internal/gcpfake"
	"github.com/daxis-io/arco-audit/internal/lql"
	"github.com/daxis-io/arco-audit/internal/traffic"
	"github.com/daxis-io/arco-audit/sinks/gcplogsink"
	"github.com/daxis-io/arco-audit/sinks/writersink"
)

var update = flag.Bool("update", false, "write the vectors")

// vector is an event in one store, and what it must be rebuilt to.
type vector struct {
	Name         string          `json:"name"`
	Store        string          `json:"store"` // log-entry, log-analytics, bigquery, agent
	Entry        json.RawMessage `json:"entry"` // LogEntry in the JSON of protobuf, or the row
	Canonical    string          `json:"canonical,omitempty"`
	Leaf         string          `json:"leaf,omitempty"` // hexadecimal
	Unverifiable string          `json:"unverifiable,omitempty"`
}

func (v vector) rebuilt() (string, error) {
	if v.Store == "log-analytics" || v.Store == "bigquery" {
		return gcplogsink.RebuildRow(string(v.Entry))
	}
	var e pb.LogEntry
	if err := protojson.Unmarshal(v.Entry, &e); err != nil {
		return "", err
	}
	return gcplogsink.RebuildEntry(&e)
}

// golden are events of every action by name.
func golden(t *testing.T) map[string]string {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join("..", "..", "internal", "wire", "testdata", "golden", "*.json"))
	require.NoError(t, err)
	events := map[string]string{}
	for _, path := range paths {
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		events[strings.TrimSuffix(filepath.Base(path), ".json")] = strings.TrimSpace(string(text))
	}
	require.Greater(t, len(events), 20)
	return events
}

func object(t *testing.T, event string) map[string]any {
	t.Helper()
	var members map[string]any
	require.NoError(t, json.Unmarshal([]byte(event), &members))
	return members
}

func marshal(t *testing.T, v any) json.RawMessage {
	t.Helper()
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	require.NoError(t, e.Encode(v))
	return bytes.TrimSpace(b.Bytes())
}

// columns are the columns of a routed table that has seen every event, with NULL in each.
func columns(t *testing.T) map[string]any {
	t.Helper()
	all := map[string]any{}
	for _, event := range golden(t) {
		merge(all, lowered(object(t, event)).(map[string]any))
	}
	all["data"].(map[string]any)["redactions"] = []any{}
	return all
}

func merge(into, from map[string]any) {
	for name, value := range from {
		inner, isRecord := value.(map[string]any)
		if !isRecord {
			into[name] = nil
			continue
		}
		if into[name] == nil {
			into[name] = map[string]any{}
		}
		merge(into[name].(map[string]any), inner)
	}
}

var unsupported = regexp.MustCompile(`[^a-z0-9]`)

// lowered changes names as BigQuery does.
func lowered(value any) any {
	switch value := value.(type) {
	case map[string]any:
		record := map[string]any{}
		for name, inner := range value {
			record[unsupported.ReplaceAllString(strings.ToLower(name), "_")] = lowered(inner)
		}
		return record
	case []any:
		list := []any{}
		for _, inner := range value {
			list = append(list, lowered(inner))
		}
		return list
	}
	return value
}

// overlay puts the values of an event into the columns of the table.
func overlay(table, event map[string]any) {
	for name, value := range event {
		if inner, isRecord := value.(map[string]any); isRecord {
			overlay(table[name].(map[string]any), inner)
			continue
		}
		table[name] = value
	}
}

// inStores is an event as each store has it.
func inStores(t *testing.T, name, event string) []vector {
	t.Helper()
	payload := object(t, event)
	at := payload["time"]
	routed := columns(t)
	overlay(routed, lowered(payload).(map[string]any))
	lifted := object(t, event)
	delete(lifted, "time")
	entry := func(payload any) json.RawMessage {
		return marshal(t, map[string]any{"timestamp": at, "insertId": payload.(map[string]any)["id"], "jsonPayload": payload})
	}
	list := []vector{
		{Name: name, Store: "log-entry", Entry: entry(payload)},
		{Name: name, Store: "agent", Entry: entry(lifted)},
		{Name: name, Store: "log-analytics", Entry: marshal(t, map[string]any{"timestamp": at, "json_payload": payload, "text_payload": nil})},
		{Name: name + " exported as text", Store: "log-analytics", Entry: marshal(t, map[string]any{"json_payload": string(marshal(t, payload))})},
		{Name: name, Store: "bigquery", Entry: marshal(t, map[string]any{"timestamp": at, "jsonPayload": routed, "textPayload": nil})},
	}
	leaf := auditread.LeafOf(event)
	for i := range list {
		list[i].Canonical, list[i].Leaf = event, hex.EncodeToString(leaf[:])
	}
	return list
}

func TestRebuildFromEveryStore(t *testing.T) {
	for name, event := range golden(t) {
		for _, v := range inStores(t, name, event) {
			t.Run(v.Store+" "+v.Name, func(t *testing.T) {
				got, err := v.rebuilt()
				require.NoError(t, err, string(v.Entry))
				assert.Equal(t, event, got)
			})
		}
	}
}

// lost are entries from which the event cannot be had back.
func lost(t *testing.T, event string) []vector {
	t.Helper()
	change := func(f func(payload, data map[string]any)) map[string]any {
		payload := object(t, event)
		f(payload, payload["data"].(map[string]any))
		return payload
	}
	row := func(column string, payload any) json.RawMessage { return marshal(t, map[string]any{column: payload}) }
	return []vector{
		{Name: "column of a later version", Store: "bigquery", Unverifiable: "no event of version 1 has",
			Entry: row("jsonPayload", lowered(change(func(p, _ map[string]any) { p["newName"] = "x" })))},
		{Name: "both columns", Store: "bigquery", Unverifiable: "exactly one", Entry: marshal(t, map[string]any{"jsonPayload": object(t, event), "json_payload": object(t, event)})},
		{Name: "no column", Store: "bigquery", Unverifiable: "exactly one", Entry: row("textPayload", "x")},
		{Name: "no object", Store: "log-analytics", Unverifiable: "no JSON object", Entry: json.RawMessage(`[]x`)},
		{Name: "payload is a text", Store: "log-analytics", Unverifiable: "no JSON object", Entry: row("json_payload", "x")},
		{Name: "null", Store: "log-analytics", Unverifiable: "", Entry: row("json_payload", nil)},
		{Name: "member added by the agent", Store: "agent", Unverifiable: "", Entry: marshal(t, map[string]any{"jsonPayload": change(func(p, _ map[string]any) { p["message"] = "x" })})},
		{Name: "no timestamp", Store: "agent", Unverifiable: "", Entry: marshal(t, map[string]any{"jsonPayload": change(func(p, d map[string]any) { delete(p, "time"); delete(d, "timestamp") })})},
		{Name: "line that was split", Store: "agent", Unverifiable: "", Entry: marshal(t, map[string]any{"textPayload": event[:100]})},
		{Name: "member is missing", Store: "log-entry", Unverifiable: "", Entry: marshal(t, map[string]any{"jsonPayload": change(func(p, _ map[string]any) { delete(p, "sequence") })})},
	}
}

func TestRebuildReportsWhatCannotBeHadBack(t *testing.T) {
	for _, v := range lost(t, golden(t)["ICEBERG_COMMIT"]) {
		t.Run(v.Name, func(t *testing.T) {
			got, err := v.rebuilt()
			require.ErrorIs(t, err, auditread.ErrUnverifiable)
			assert.ErrorContains(t, err, v.Unverifiable)
			assert.Empty(t, got)
		})
	}
}

// TestRebuildVectors holds the file that readers of other languages test themselves with to the code.
func TestRebuildVectors(t *testing.T) {
	events := golden(t)
	var list []vector
	for _, name := range []string{"CRED_VEND_ALLOW", "ICEBERG_COMMIT", "AUTH_DENY", "TRAIL_OPENED", "EVENT_QUARANTINED", "hostile-utf8"} {
		list = append(list, inStores(t, name, events[name])...)
	}
	for _, v := range lost(t, events["ICEBERG_COMMIT"]) {
		if v.Unverifiable == "" {
			v.Unverifiable = "unverifiable"
		}
		if json.Valid(v.Entry) {
			list = append(list, v)
		}
	}
	text := marshal(t, list)
	path := filepath.Join("..", "..", "audit", "auditread", "contract", "logging-vectors.json")
	if *update {
		var b bytes.Buffer
		require.NoError(t, json.Indent(&b, text, "", " "))
		require.NoError(t, os.WriteFile(path, append(b.Bytes(), '\n'), 0o644))
	}
	kept, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.JSONEq(t, string(text), string(kept), "the contract has changed")
}

// agent makes an entry of a line as the documentation of structured logging says; clumsy ones leave in the line
// what they do not know.
func agent(t *testing.T, line string, clumsy bool) *pb.LogEntry {
	t.Helper()
	members := object(t, line)
	e := &pb.LogEntry{LogName: log, Labels: map[string]string{}}
	take := func(name string) any {
		value := members[name]
		if !clumsy {
			delete(members, name)
		}
		return value
	}
	text := func(name string) string {
		s, _ := take("logging.googleapis.com/" + name).(string)
		return s
	}
	at, err := time.Parse(time.RFC3339Nano, members["time"].(string))
	require.NoError(t, err)
	delete(members, "time")
	e.Timestamp, e.InsertId, e.SpanId, e.Trace = timestamppb.New(at), text("insertId"), text("spanId"), text("trace")
	e.TraceSampled, _ = take("logging.googleapis.com/trace_sampled").(bool)
	e.Severity = ltype.LogSeverity(ltype.LogSeverity_value[take("severity").(string)])
	for name, value := range take("logging.googleapis.com/labels").(map[string]any) {
		e.Labels[name] = value.(string)
	}
	if operation, has := take("logging.googleapis.com/operation").(map[string]any); has {
		e.Operation = &pb.LogEntryOperation{Id: operation["id"].(string), Producer: operation["producer"].(string)}
	}
	payload, err := structpb.NewStruct(members)
	require.NoError(t, err)
	e.Payload = &pb.LogEntry_JsonPayload{JsonPayload: payload}
	return e
}

// TestAgentEntriesAreTheSinks compares what an agent makes of structured lines with what the sink writes, and asks
// the cookbook of both.
func TestAgentEntriesAreTheSinks(t *testing.T) {
	h := newHarness(t)
	list := traffic.Records(t, 200, 3)
	list = append(list, records(t, audit.Request{
		ID: audit.NewRequestID(`r"\1`), Tenant: audit.NewTenant("acme"), Trace: audit.ParseTraceParent("00-4b000000000000000000000000000036-0f000000000000b7-01"),
	}, audit.CredVendAllow(audit.NewTable([]string{"é"}, `"\`, [16]byte{}), audit.NewGrant(audit.DelegationVended, audit.AccessRead, audit.ProviderGCS, time.Hour)))...)
	require.NoError(t, h.sink.Deliver(t.Context(), list))
	var out bytes.Buffer
	require.NoError(t, writersink.NewStructured(&out, "p").Deliver(t.Context(), list))
	lines := strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n")
	require.Len(t, lines, len(list))
	filter, err := lql.Parse(`labels.tenant = "acme" jsonPayload.data.details.access = "read"`)
	require.NoError(t, err)
	for i, want := range h.server.Routed() {
		got := agent(t, lines[i], false)
		assert.Equal(t, want.GetLabels(), got.GetLabels())
		assert.Equal(t, want.GetInsertId(), got.GetInsertId())
		assert.Equal(t, want.GetTimestamp().AsTime(), got.GetTimestamp().AsTime())
		assert.Equal(t, want.GetSeverity(), got.GetSeverity())
		assert.Equal(t, [3]any{want.GetTrace(), want.GetSpanId(), want.GetTraceSampled()}, [3]any{got.GetTrace(), got.GetSpanId(), got.GetTraceSampled()})
		assert.Equal(t, want.GetOperation().GetId(), got.GetOperation().GetId())
		assert.Equal(t, filter.Match(gcpfake.Fields(want)), filter.Match(gcpfake.Fields(got)))
		for _, e := range []*pb.LogEntry{want, got, agent(t, lines[i], true)} {
			text, err := gcplogsink.RebuildEntry(e)
			require.NoError(t, err)
			assert.Equal(t, list[i].JSON(), text)
		}
	}
}
