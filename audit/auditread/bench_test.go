package auditread_test

import (
	"encoding/json"
	"os"
	"testing"

	"github.com/cloudevents/sdk-go/v2/event"
	"github.com/daxis-io/arco-audit/audit/auditread"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func readGolden(tb testing.TB, name string) string {
	tb.Helper()
	b, err := os.ReadFile("../../internal/wire/testdata/golden/" + name + ".json")
	require.NoError(tb, err)
	return string(b)
}

func TestDecodeAllocates(t *testing.T) {
	tests := []struct {
		name string
		most float64
	}{
		{"AUTH_DENY", 0},        // no details
		{"CRED_VEND_ALLOW", 1},  // the details
		{"hostile-controls", 2}, // and the redactions
		{"ICEBERG_COMMIT", 2},   // and the paths of summary
		{"CRED_VEND_DENY", 1},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			json := readGolden(t, test.name)
			assert.LessOrEqual(t, testing.AllocsPerRun(100, func() { _, _ = auditread.Decode(json) }), test.most)
		})
	}
}

// BenchmarkDecode is one event read, beside the CloudEvents SDK, which leaves data as it is.
func BenchmarkDecode(b *testing.B) {
	text := readGolden(b, "CRED_VEND_ALLOW")
	raw := []byte(text)
	b.Run("auditread", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := auditread.Decode(text); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("cloudevents", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			var e event.Event
			if err := json.Unmarshal(raw, &e); err != nil {
				b.Fatal(err)
			}
		}
	})
}
