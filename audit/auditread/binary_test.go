package auditread_test

import (
	"fmt"
	"maps"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/daxis-io/arco-audit/audit/auditread"
)

// sameAsAssembled checks that DecodeBinary and its two steps agree on all, errors included.
func sameAsAssembled(t *testing.T, attributes map[string]string, data string) {
	t.Helper()
	got, gotErr := auditread.DecodeBinary(attributes, "ce-", data)
	want := auditread.Entry{}
	event, err := auditread.Assemble(attributes, "ce-", data)
	if err == nil {
		want, err = auditread.Decode(event)
	}
	assert.Equal(t, err, gotErr)
	assert.Equal(t, want, got)
}

func TestDecodeBinary(t *testing.T) {
	for name, event := range goldens(t) {
		attributes, data := split(t, event, "ce-")
		sameAsAssembled(t, attributes, data)
		got, err := auditread.DecodeBinary(attributes, "ce-", data)
		require.NoError(t, err, name)
		assert.Equal(t, event, got.JSON, name)
	}
}

func TestDecodeBinaryOdd(t *testing.T) {
	attributes, data := split(t, readGolden(t, "CRED_VEND_ALLOW"), "ce-")
	tests := []struct {
		name, key, value, data string
	}{
		{"unknown attribute", "ce-novel", "x", data},
		{"attribute with escapes", "ce-subject", "a\"b", data},
		{"empty attribute", "ce-tenant", "", data},
		{"attribute that is not UTF-8", "ce-tenant", "a\xff", data},
		{"two media types", "CONTENT-TYPE", "text/plain", data},
		{"two media types, one empty", "Content-Type", "", data + "x"},
		{"media type of its own", "ce-datacontenttype", "application/json", data},
		{"data among the attributes", "ce-data", "{}", data},
		{"attribute without a name", "ce-", "x", data},
		{"identity missing", "ce-id", "", data},
		{"contradiction", "ce-action", "AUTH_DENY", data},
		{"sequence that is none", "ce-sequence", "x", data},
		{"data that ends early", "x", "", `{}, "tenant": "other", "more": {"a": 1}`},
		{"data with space", "x", "", " " + data},
		{"space behind data", "x", "", data + "\n"},
		{"two objects", "x", "", data + data},
		{"array", "x", "", `[` + data + `]`},
		{"broken", "x", "", data[:len(data)-1]},
		{"no data", "x", "", ""},
		{"too long", "x", "", `{"a":"` + strings.Repeat("x", 256<<10) + `"}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			with := maps.Clone(attributes)
			with[tt.key] = tt.value
			sameAsAssembled(t, with, tt.data)
		})
	}
	for key := range attributes {
		t.Run("without "+key, func(t *testing.T) {
			without := maps.Clone(attributes)
			delete(without, key)
			sameAsAssembled(t, without, data)
		})
	}
}

// FuzzDecodeBinary: taking an event apart in one step is the same as making JSON of it first.
func FuzzDecodeBinary(f *testing.F) {
	attributes, data := split(f, readGolden(f, "CRED_VEND_ALLOW"), "ce-")
	f.Add("ce-tenant", "acme", data)
	f.Add("Content-Type", "application/json", data+" ")
	f.Add("ce-traceparent", "", `{"details":{"a":"b"}}`)
	f.Fuzz(func(t *testing.T, key, value, data string) {
		with := maps.Clone(attributes)
		with[key] = value
		sameAsAssembled(t, with, data)
	})
}

func ExampleDecodeBinary() {
	attributes := map[string]string{
		"ce_id": "0190b6a8-7c51-7d3e-8f10-aabbccddeeff", "ce_source": "//catalog/prod/i-9", "ce_specversion": "1.0",
		"ce_type": "io.arco.audit.auth.deny.v1", "ce_time": "2031-02-03T04:05:06.789Z", "ce_action": "AUTH_DENY",
		"ce_trail": "0190b6a8-0000-7000-8000-000000000001", "ce_sequence": "00000000000000000042", "content-type": "application/json",
	}
	e, err := auditread.DecodeBinary(attributes, "ce_", `{"actor": "anonymous", "decisionReason": "token_expired"}`)
	fmt.Println(e.Action, e.Resource == "", e.Reason, err)
	// Output: AUTH_DENY true token_expired <nil>
}
