package auditread_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/gowebpki/jcs"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/daxis-io/arco-audit/audit/auditread"
)

// disguised writes a JSON value as no store should but some do: members in any order, space, escapes, nulls.
func disguised(r *rand.Rand, v any) string {
	switch v := v.(type) {
	case map[string]any:
		members := []string{`"absent":null`}
		for name, value := range v {
			members = append(members, disguised(r, name)+" :\n"+disguised(r, value))
		}
		r.Shuffle(len(members), func(i, j int) { members[i], members[j] = members[j], members[i] })
		return "{" + strings.Join(members, " , ") + "}"
	case []any:
		var elements []string
		for _, value := range v {
			elements = append(elements, disguised(r, value))
		}
		return "[ " + strings.Join(elements, ",") + "]"
	case string:
		var b strings.Builder
		for _, c := range v {
			if c < 0x10000 && r.IntN(4) == 0 {
				fmt.Fprintf(&b, `\u%04X`, c)
				continue
			}
			text, _ := json.Marshal(string(c))
			b.Write(text[1 : len(text)-1])
		}
		return `"` + b.String() + `"`
	}
	text, _ := json.Marshal(v)
	return string(text)
}

func TestRebuildDisguises(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for name, event := range goldens(t) {
		t.Run(name, func(t *testing.T) {
			var v any
			decoder := json.NewDecoder(strings.NewReader(event))
			decoder.UseNumber()
			require.NoError(t, decoder.Decode(&v))
			for range 20 {
				text := disguised(r, v)
				got, err := auditread.Rebuild(text)
				require.NoError(t, err, text)
				require.Equal(t, event, got)
			}
			want := sha256.Sum256(append([]byte{0}, event...))
			assert.Equal(t, auditread.Leaf(want), auditread.LeafOf(event))
			e, err := auditread.Decode(disguised(r, v))
			require.NoError(t, err)
			leaf, err := e.Leaf()
			require.NoError(t, err)
			assert.Equal(t, auditread.Leaf(want), leaf)
		})
	}
}

// Stores that know times print them in their own way; the record keeps the spelling.
func TestRebuildTime(t *testing.T) {
	event := goldens(t)["AUTH_ALLOW.json"]
	const at = `"time":"2026-02-28T23:59:59.007Z"`
	require.Contains(t, event, at)
	for _, spelling := range []string{"2026-02-28T23:59:59.007000Z", "2026-03-01T00:59:59.007+01:00", "2026-02-28T23:59:59.007+00:00"} {
		got, err := auditread.Rebuild(strings.Replace(event, at, `"time":"`+spelling+`"`, 1))
		require.NoError(t, err)
		assert.Equal(t, event, got)
	}
	got, err := auditread.Rebuild(strings.Replace(event, `"eventVersion":1,`, `"eventVersion":"1",`, 1))
	require.NoError(t, err)
	assert.Equal(t, event, got)
	got, err = auditread.Rebuild(strings.Replace(event, `"eventVersion":1,`, `"eventVersion":1.0,"empty":{"x":null},"none":[],`, 1))
	require.NoError(t, err)
	assert.Equal(t, event, got)
}

func TestRebuildUnverifiable(t *testing.T) {
	const hidden = "hunter2hunter2"
	event := goldens(t)["ICEBERG_COMMIT.json"]
	tests := []struct{ name, old, new, says string }{
		{"another instant", `"time":"2026-02-28T23:59:59.007Z"`, `"time":"2026-02-28T23:59:59.008Z"`, "does not agree"},
		{"a member of no known name", `"workspace"`, `"` + hidden + `":"x","workspace"`, "version 1 does not have"},
		{"a number that stores round", `"snapshotId":"9007199254740993"`, `"snapshotId":9007199254740992`, "whole one of at most 15 digits"},
		{"a small number", `"sequenceNumber":"7"`, `"sequenceNumber":7`, "is no string"},
		{"a fraction", `"sequenceNumber":"7"`, `"sequenceNumber":7.5`, "whole one"},
		{"an exponent", `"sequenceNumber":"7"`, `"sequenceNumber":7e0`, "whole one"},
		{"null in an array", `"details":{`, `"redactions":[null],"details":{`, "null in an array"},
		{"a member twice", `"details":{`, `"details":{"x":"` + hidden + `","x":"y",`, "twice"},
		{"an empty text", `"tenant":"acme"`, `"tenant":""`, "is empty"},
		{"a member missing", `"severitytext":"NOTICE",`, ``, "severitytext: is missing"},
		{"schema missing", `"dataschema":"urn:io.arco:audit:record:v1",`, ``, "dataschema: is missing"},
		{"cut", `"workspace":"main"}`, ``, "damaged"},
		{"nested", `"sequenceNumber":"7"`, `"sequenceNumber":` + strings.Repeat(`{"x":`, 40) + `"y"` + strings.Repeat(`}`, 40), "nested too deeply"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			require.Contains(t, event, test.old)
			_, err := auditread.Rebuild(strings.Replace(event, test.old, test.new, 1))
			require.ErrorIs(t, err, auditread.ErrUnverifiable)
			assert.ErrorContains(t, err, test.says)
			assert.NotContains(t, err.Error(), hidden)
			assert.NotContains(t, err.Error(), "wire")
		})
	}
	_, err := auditread.Rebuild(`["data"]`)
	require.ErrorIs(t, err, auditread.ErrUnverifiable)
	_, err = auditread.Entry{}.Leaf()
	require.ErrorIs(t, err, auditread.ErrUnverifiable)
}

// An event of a version from the future is rebuilt when its values say how they are written.
func TestRebuildFuture(t *testing.T) {
	text := strings.Replace(future, "-1.5", "-15", 1)
	text = strings.Replace(text, `"specversion"`, `"dataschema": "urn:io.arco:audit:record:v2", "specversion"`, 1)
	text = strings.Replace(text, "2.5e3, true, null", "25, true", 1)
	got, err := auditread.Rebuild(text)
	require.NoError(t, err)
	want, err := jcs.Transform([]byte(strings.NewReplacer(`"workspace": null,`, "", `"none": null, `, "").Replace(text)))
	require.NoError(t, err)
	assert.Equal(t, string(want), got)
	_, err = auditread.Rebuild(strings.Replace(text, "-15", "-1.5", 1))
	require.ErrorIs(t, err, auditread.ErrUnverifiable)
}

func TestRebuildOrdersByUTF16(t *testing.T) {
	text := `{"dataschema":"x","\uE000":"1","\ud83d\ude00":"2","\u00e9":"3","\uFFFD":"4","a":"5","aa":"6","z":"7","z\ud83d\ude00":"8","z\uF000":"9","\ud800\udc00":"10"}`
	got, err := auditread.Rebuild(text)
	require.NoError(t, err)
	want, err := jcs.Transform([]byte(text))
	require.NoError(t, err)
	assert.Equal(t, string(want), got)
}

func FuzzRebuild(f *testing.F) {
	f.Add(future)
	f.Add(`{"dataschema":"x","a":1,"b":[{"c":"\u0000"}],"d":-0}`)
	f.Fuzz(func(t *testing.T, text string) {
		got, err := auditread.Rebuild(text)
		if err != nil {
			return
		}
		again, err := auditread.Rebuild(got)
		require.NoError(t, err)
		assert.Equal(t, got, again)
		canonical, err := jcs.Transform([]byte(got))
		require.NoError(t, err)
		assert.True(t, bytes.Equal([]byte(got), canonical), "RFC 8785")
	})
}

func ExampleRebuild() {
	canonical, err := auditread.Rebuild(`{ "dataschema": "urn:io.arco:audit:record:v2", "action": null, "data": {"y": "\u0041", "x": 1} }`)
	fmt.Println(canonical, err)
	// Output: {"data":{"x":1,"y":"A"},"dataschema":"urn:io.arco:audit:record:v2"} <nil>
}
