package auditread_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/daxis-io/arco-audit/audit/auditread"
)

// split is the binary mode of an event.
func split(t testing.TB, event, prefix string) (attributes map[string]string, data string) {
	t.Helper()
	attributes = map[string]string{"other": "x", "traceparent": "y"}
	data, err := auditread.Attributes(event, func(name, text string) {
		if name == "datacontenttype" {
			attributes["Content-Type"], attributes["content-type"] = text, text
			return
		}
		attributes[prefix+name] = text
	})
	require.NoError(t, err)
	return attributes, data
}

func TestAssemble(t *testing.T) {
	for name, event := range goldens(t) {
		for _, prefix := range []string{"ce-", "ce_"} {
			attributes, data := split(t, event, prefix)
			got, err := auditread.Assemble(attributes, prefix, data)
			require.NoError(t, err, name)
			assert.Equal(t, event, got, name)
		}
	}
}

func TestAssembleErrors(t *testing.T) {
	const hidden = "hunter2hunter2"
	tests := []struct {
		name, key, value, data, says string
	}{
		{"no data", "", "", "", "no object"},
		{"data is text", "", "", `"` + hidden + `"`, "no object"},
		{"data is cut", "", "", `{"x":"` + hidden, "damaged"},
		{"data brings members of the event", "", "", `{},"tenant":"` + hidden + `"`, "bytes after its end"},
		{"an attribute named data", "ce-data", hidden, `{}`, "place of its own"},
		{"an attribute named datacontenttype", "ce-datacontenttype", hidden, `{}`, "place of its own"},
		{"two media types", "CONTENT-TYPE", hidden, `{}`, "disagree"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := auditread.Assemble(map[string]string{"content-type": "application/json", test.key: test.value}, "ce-", test.data)
			require.ErrorContains(t, err, test.says)
			assert.True(t, strings.HasPrefix(err.Error(), "auditread: "))
			assert.NotContains(t, err.Error(), hidden)
			assert.NotContains(t, err.Error(), "wire")
		})
	}
}

func TestAssembleAllocates(t *testing.T) {
	attributes, data := split(t, goldens(t)["CRED_VEND_ALLOW.json"], "ce-")
	got := testing.AllocsPerRun(100, func() {
		text, _ := auditread.Assemble(attributes, "ce-", data)
		_, _ = auditread.Decode(text)
	})
	assert.LessOrEqual(t, got, 3.0)
}
