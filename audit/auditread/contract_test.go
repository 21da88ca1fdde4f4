package auditread_test

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"flag"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/daxis-io/arco-audit/audit"
	"github.com/daxis-io/arco-audit/audit/auditread"
)

var update = flag.Bool("update", false, "write contract/vectors.json anew")

// schema compiles a schema of the contract.
func schema(t *testing.T, path string) (compiled *jsonschema.Schema, doc map[string]any) {
	t.Helper()
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	parsed, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	require.NoError(t, err)
	c := jsonschema.NewCompiler()
	require.NoError(t, c.AddResource(path, parsed))
	compiled, err = c.Compile(path)
	require.NoError(t, err)
	return compiled, parsed.(map[string]any)
}

// accepts is what a validator says of an event.
func accepts(t *testing.T, s *jsonschema.Schema, event string) error {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(event))
	require.NoError(t, err)
	return s.Validate(doc)
}

// fixtures are the events of a directory of the contract.
func fixtures(t *testing.T, pattern string) map[string]string {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join("contract", pattern))
	require.NoError(t, err)
	require.NotEmpty(t, paths)
	events := map[string]string{}
	for _, path := range paths {
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		events[filepath.Base(path)] = string(text)
	}
	return events
}

func TestSchemasAcceptEveryEvent(t *testing.T) {
	writer, _ := schema(t, "contract/writer-v1.schema.json")
	released, err := filepath.Glob("contract/released/*.json")
	require.NoError(t, err)
	require.NotEmpty(t, released)
	events := goldens(t)
	maps.Copy(events, fixtures(t, "fixtures/v1/*.json"))
	for name, event := range events {
		assert.NoError(t, accepts(t, writer, event), name)
		for _, path := range append(released, "contract/reader-v1.schema.json") {
			reader, _ := schema(t, path)
			assert.NoError(t, accepts(t, reader, event), "%s breaks the consumers that have %s", name, path)
		}
	}
	for name, event := range fixtures(t, "fixtures/*.json") {
		reader, _ := schema(t, "contract/reader-v1.schema.json")
		assert.NoError(t, accepts(t, reader, event), name)
		assert.Error(t, accepts(t, writer, event), name)
	}
}

func TestSchemasRefuse(t *testing.T) {
	writer, _ := schema(t, "contract/writer-v1.schema.json")
	reader, _ := schema(t, "contract/reader-v1.schema.json")
	event := goldens(t)["ICEBERG_COMMIT.json"]
	tests := []struct {
		name, old, new string
		reader         bool // refuses it, too
	}{
		{"no id", `"id":"`, `"idx":"`, true},
		{"no data", `"data":{`, `"datb":{`, true},
		{"another family", `"type":"io.arco.audit`, `"type":"io.other`, true},
		{"a number for a text", `"tenant":"acme"`, `"tenant":7`, true},
		{"a member of its own", `"tenant":"acme"`, `"tenant":"acme","novel":"x"`, false},
		{"a member of its own in data", `"tenantId":"acme"`, `"tenantId":"acme","novel":"x"`, false},
		{"a detail of its own", `"operation":"overwrite"`, `"operation":"overwrite","novel":"x"`, false},
		{"a counter of its own", `"added-records":"1200"`, `"added-records":"1200","partitions.dt":"x"`, false},
		{"a detail that is a number", `"snapshotId":"9007199254740993"`, `"snapshotId":9007199254740993`, false},
		{"null", `"tenant":"acme"`, `"tenant":null`, false},
		{"empty", `"tenant":"acme"`, `"tenant":""`, false},
		{"microseconds", `59.007Z","trace`, `59.007000Z","trace`, false},
		{"an unknown outcome", `"outcome":"allow","policy`, `"outcome":"maybe","policy`, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			require.Contains(t, event, test.old)
			changed := strings.Replace(event, test.old, test.new, 1)
			assert.Error(t, accepts(t, writer, changed))
			assert.Equal(t, test.reader, accepts(t, reader, changed) != nil)
		})
	}
}

// TestSchemaSaysWhatTheCodeDoes holds the closed lists of the writer schema to the code they are about.
func TestSchemaSaysWhatTheCodeDoes(t *testing.T) {
	_, doc := schema(t, "contract/writer-v1.schema.json")
	at := func(path ...string) map[string]any {
		m := doc
		for _, name := range path {
			m = m[name].(map[string]any)
		}
		return m
	}
	var actions []any
	for _, a := range audit.Actions() {
		actions = append(actions, a.String())
	}
	assert.ElementsMatch(t, actions, at("$defs", "action")["anyOf"].([]any)[0].(map[string]any)["enum"])
	var outcomes []any
	for o := audit.OutcomeAllow; o <= audit.OutcomeSystem; o++ {
		outcomes = append(outcomes, o.String())
	}
	assert.Equal(t, outcomes, at("$defs", "outcome")["enum"])
	describe := source(t, "../describe.go", `o\.(?:Code|String|Bytes|Int|UUID|Object)\("([A-Za-z]+)"`)
	assert.ElementsMatch(t, describe, keys(at("$defs", "details", "properties")))
	counts := source(t, "../snapshot.go", `visit\("([a-z-]+)"`)
	assert.ElementsMatch(t, counts, keys(at("$defs", "details", "properties", "summary", "properties")))
	members := source(t, "../../internal/wire/member.go", `case "([A-Za-z]+)":`)
	all := slices.Concat(keys(at("properties")), keys(at("$defs", "data", "properties")), keys(at("$defs", "data", "properties", "origin", "properties")))
	slices.Sort(all)
	assert.Equal(t, members, slices.Compact(all))

	_, open := schema(t, "contract/reader-v1.schema.json")
	assert.ElementsMatch(t, keys(at("properties")), keys(open["properties"].(map[string]any)))
}

// source are the texts, each once and sorted, that the first group of the expression matches in a source file.
func source(t *testing.T, path, expression string) (found []string) {
	t.Helper()
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	for _, m := range regexp.MustCompile(expression).FindAllStringSubmatch(string(text), -1) {
		found = append(found, m[1])
	}
	require.NotEmpty(t, found)
	slices.Sort(found)
	return slices.Compact(found)
}

func TestFixturesAreRead(t *testing.T) {
	for name, event := range fixtures(t, "fixtures/v1/*.json") {
		e, err := auditread.Decode(event)
		require.NoError(t, err, name)
		assert.Equal(t, 1, e.Version, name)
		canonical, err := e.Canonical()
		require.NoError(t, err, name)
		assert.Equal(t, event, canonical, name)
	}
	tests := []struct {
		name string
		want auditread.Entry
	}{
		{"v2.json", auditread.Entry{Action: audit.ActionCredVendDeny, ActionName: "CRED_VEND_DENY", Outcome: audit.OutcomeDeny, OutcomeName: "deny", Version: 2}},
		{"unknown-action.json", auditread.Entry{Action: audit.ActionOther, ActionName: "CRED_LEASE_RENEW", Outcome: audit.OutcomeAllow, OutcomeName: "allow", Version: 1}},
		{"unknown-outcome.json", auditread.Entry{Action: audit.ActionOther, ActionName: "AUTH_CHALLENGE", OutcomeName: "challenge", Version: 1}},
	}
	future := fixtures(t, "fixtures/*.json")
	assert.Len(t, future, len(tests))
	for _, test := range tests {
		e, err := auditread.Decode(future[test.name])
		require.NoError(t, err, test.name)
		assert.Equal(t, test.want, auditread.Entry{Action: e.Action, ActionName: e.ActionName, Outcome: e.Outcome, OutcomeName: e.OutcomeName, Version: e.Version})
		canonical, err := e.Canonical()
		require.NoError(t, err, test.name)
		assert.Equal(t, future[test.name], canonical)
	}
}

// vector is what a store holds of an event, and what is to be made of it.
type vector struct {
	Name         string            `json:"name"`
	Store        string            `json:"store"` // pubsub-binary, pubsub-structured, json-lines
	Attributes   map[string]string `json:"attributes,omitempty"`
	Data         string            `json:"data"`
	Canonical    string            `json:"canonical,omitempty"`
	Leaf         string            `json:"leaf,omitempty"` // lower-case hexadecimal
	Unverifiable bool              `json:"unverifiable,omitempty"`
}

// rebuild is the REBUILD rules on one vector.
func (v vector) rebuild() (string, error) {
	if v.Store != "pubsub-binary" {
		return auditread.Rebuild(v.Data)
	}
	event, err := auditread.Assemble(v.Attributes, "ce-", v.Data)
	if err != nil {
		return "", err
	}
	return auditread.Rebuild(event)
}

// vectors makes the vectors from the fixtures.
func vectors(t *testing.T) (list []vector) {
	t.Helper()
	r := rand.New(rand.NewPCG(5, 6))
	all := fixtures(t, "fixtures/v1/*.json")
	maps.Copy(all, fixtures(t, "fixtures/*.json"))
	maps.DeleteFunc(all, func(name, _ string) bool { return strings.Contains(name, "GRANT") })
	for _, name := range slices.Sorted(maps.Keys(all)) {
		event := all[name]
		attributes, data := split(t, event, "ce-")
		leaf := auditread.LeafOf(event)
		var v any
		decoder := json.NewDecoder(strings.NewReader(event))
		decoder.UseNumber()
		require.NoError(t, decoder.Decode(&v))
		respelled := strings.Replace(event, `"time":"2026-02-28T23:59:59.007Z"`, `"time":"2026-03-01T00:59:59.007000+01:00"`, 1)
		for _, one := range []vector{
			{Store: "pubsub-binary", Attributes: attributes, Data: data},
			{Store: "pubsub-structured", Attributes: map[string]string{"content-type": "application/cloudevents+json"}, Data: disguised(r, v)},
			{Store: "json-lines", Data: respelled},
		} {
			one.Name, one.Canonical, one.Leaf = strings.TrimSuffix(name, ".json"), event, hex.EncodeToString(leaf[:])
			list = append(list, one)
		}
	}
	commit := all["ICEBERG_COMMIT.json"]
	for _, bad := range []vector{
		{Name: "rounded", Data: strings.Replace(commit, `"snapshotId":"9007199254740993"`, `"snapshotId":9.007199254740992e15`, 1)},
		{Name: "added", Data: strings.Replace(commit, `"tenant":`, `"ingesttime":"x","tenant":`, 1)},
		{Name: "removed", Data: strings.Replace(commit, `"severitytext":"NOTICE",`, ``, 1)},
		{Name: "another time", Data: strings.Replace(commit, `"time":"2026`, `"time":"2025`, 1)},
	} {
		bad.Store, bad.Unverifiable = "json-lines", true
		list = append(list, bad)
	}
	return list
}

func TestVectors(t *testing.T) {
	const path = "contract/vectors.json"
	if *update {
		text, err := json.MarshalIndent(vectors(t), "", "  ")
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(path, append(text, '\n'), 0o644))
	}
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	var list []vector
	require.NoError(t, json.Unmarshal(text, &list))
	require.Greater(t, len(list), 40)
	for _, v := range list {
		t.Run(v.Name+" "+v.Store, func(t *testing.T) {
			canonical, err := v.rebuild()
			if v.Unverifiable {
				require.ErrorIs(t, err, auditread.ErrUnverifiable)
				return
			}
			require.NoError(t, err)
			assert.Equal(t, v.Canonical, canonical)
			leaf := auditread.LeafOf(canonical)
			assert.Equal(t, v.Leaf, hex.EncodeToString(leaf[:]))
		})
	}
}
