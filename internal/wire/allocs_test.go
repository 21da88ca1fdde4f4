//go:build !race

// The race detector makes pools forget at random.

package wire_test

import (
	"testing"

	"github.com/daxis-io/arco-audit/internal/wire"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestAppendAllocates(t *testing.T) {
	for _, name := range []string{benchmarked, "ICEBERG_COMMIT", "hostile-controls", "hostile-utf8"} {
		e, err := wire.Decode(readGolden(t, name))
		require.NoError(t, err)
		buf, _ := wire.Append(nil, &e)
		assert.Zero(t, testing.AllocsPerRun(100, func() { buf, _ = wire.Append(buf[:0], &e) }), name)
	}
}

func TestDecodeAllocates(t *testing.T) {
	tests := []struct {
		name  string
		bytes float64 // the copy of the event, and the fields that are bytes
		text  float64
	}{
		{benchmarked, 2, 1}, {"ICEBERG_COMMIT", 2, 1}, {"AUTH_DENY", 2, 1},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			text := readGolden(t, test.name)
			b := []byte(text)
			assert.Equal(t, test.bytes, testing.AllocsPerRun(100, func() { _, _ = wire.Decode(b) }))
			assert.Equal(t, test.text, testing.AllocsPerRun(100, func() { _, _ = wire.Decode(text) }))
			assert.Zero(t, testing.AllocsPerRun(100, func() { _, _ = wire.DecodeLenient(text) }))
		})
	}
}
