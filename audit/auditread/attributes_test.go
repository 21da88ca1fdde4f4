package auditread_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/daxis-io/arco-audit/audit/auditread"
)

// goldens are the encoded events that the wire format is held to.
func goldens(t *testing.T) map[string]string {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join("..", "..", "internal", "wire", "testdata", "golden", "*.json"))
	require.NoError(t, err)
	require.NotEmpty(t, paths)
	events := map[string]string{}
	for _, path := range paths {
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		events[filepath.Base(path)] = strings.TrimSuffix(string(text), "\n")
	}
	return events
}

func TestAttributesOfEveryAction(t *testing.T) {
	for name, event := range goldens(t) {
		t.Run(name, func(t *testing.T) {
			var want map[string]json.RawMessage
			require.NoError(t, json.Unmarshal([]byte(event), &want))
			got := map[string]string{}
			data, err := auditread.Attributes(event, func(name, text string) { got[name] = text })
			require.NoError(t, err)
			assert.Equal(t, string(want["data"]), data)
			delete(want, "data")
			assert.ElementsMatch(t, keys(want), keys(got))
			for name, text := range got {
				var s string
				require.NoError(t, json.Unmarshal(want[name], &s))
				assert.Equal(t, s, text)
			}
		})
	}
}

func keys[V any](m map[string]V) []string {
	var list []string
	for k := range maps.Keys(m) {
		list = append(list, k)
	}
	return list
}

func TestAttributesUnknownAndNull(t *testing.T) {
	var got []string
	data, err := auditread.Attributes(` {"novel":"a\nb", "tenant":null, "data" : { "x" : 1 } }`, func(name, text string) { got = append(got, name, text) })
	require.NoError(t, err)
	assert.Equal(t, []string{"novel", "a\nb"}, got)
	assert.Equal(t, `{ "x" : 1 }`, data)
}

func TestAttributesErrors(t *testing.T) {
	const hidden = "hunter2hunter2"
	for event, says := range map[string]string{
		`{"id":"` + hidden + `"}`:                "data: is missing",
		`{"id":7,"data":{"x":"` + hidden + `"}}`: "attribute that is no string",
		`{"data":{},"data":"` + hidden + `"}`:    "data: stands twice",
		`{"id":"` + hidden + `","data":{}`:       "damaged",
		``:                                       "is no object",
	} {
		_, err := auditread.Attributes(event, func(string, string) {})
		require.ErrorContains(t, err, says)
		assert.NotContains(t, err.Error(), hidden)
		assert.True(t, strings.HasPrefix(err.Error(), "auditread: "), err)
	}
	assert.ErrorContains(t, auditread.Members(`{"a"}`, func(string, string) {}), "auditread: ")
}

func TestAttributesWithoutCopies(t *testing.T) {
	event := goldens(t)["CRED_VEND_ALLOW.json"]
	n := testing.AllocsPerRun(100, func() {
		_, _ = auditread.Attributes(event, func(string, string) {})
	})
	assert.LessOrEqual(t, n, 3.0)
}

func BenchmarkAttributes(b *testing.B) {
	text, err := os.ReadFile(filepath.Join("..", "..", "internal", "wire", "testdata", "golden", "CRED_VEND_ALLOW.json"))
	require.NoError(b, err)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		if _, err := auditread.Attributes(string(text), func(string, string) {}); err != nil {
			b.Fatal(err)
		}
	}
}

func ExampleMembers() {
	data, _ := auditread.Attributes(`{"id":"1","data":{"eventVersion":2,"novel":"a\u0062"}}`, func(string, string) {})
	_ = auditread.Members(data, func(name, value string) {
		text, isText := auditread.Text(value)
		fmt.Println(name, value, text, isText)
	})
	// Output:
	// eventVersion 2  false
	// novel "a\u0062" ab true
}
