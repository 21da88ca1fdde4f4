package wire_test

import (
	"encoding/json"
	"testing"

	"github.com/cloudevents/sdk-go/v2/event"
	"github.com/daxis-io/arco-audit/internal/wire"
	"github.com/stretchr/testify/require"
)

// benchmarked is the event that is encoded and decoded: a vended credential with every field of the request.
const benchmarked = "CRED_VEND_ALLOW"

// BenchmarkEncode is one event written, beside the CloudEvents SDK, which marshals an event that it was
// given whole.
func BenchmarkEncode(b *testing.B) {
	text := readGolden(b, benchmarked)
	b.Run("wire", func(b *testing.B) {
		e, err := wire.Decode(text)
		require.NoError(b, err)
		var buf []byte
		b.ReportAllocs()
		for b.Loop() {
			buf, _ = wire.Append(buf[:0], &e)
		}
	})
	b.Run("static", func(b *testing.B) { // as a trail does it
		e, err := wire.Decode(text)
		require.NoError(b, err)
		e.Static = wire.NewStatic(&e)
		var buf []byte
		b.ReportAllocs()
		for b.Loop() {
			buf, _ = wire.Append(buf[:0], &e)
		}
	})
	b.Run("cloudevents", func(b *testing.B) {
		var e event.Event
		require.NoError(b, json.Unmarshal([]byte(text), &e))
		b.ReportAllocs()
		for b.Loop() {
			if _, err := json.Marshal(e); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// BenchmarkDecode is one event read, beside the CloudEvents SDK, which leaves data as it is.
func BenchmarkDecode(b *testing.B) {
	text := readGolden(b, benchmarked)
	raw := []byte(text)
	b.Run("strict", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := wire.Decode(raw); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("lenient", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := wire.DecodeLenient(text); err != nil {
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
