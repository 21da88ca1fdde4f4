package audit_test

import (
	"runtime"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestRareEventsDoNotHoldBlocks(t *testing.T) {
	var before, after runtime.MemStats
	trail, c := recording(t)
	ctx := anonymous(t.Context())
	runtime.GC()
	runtime.ReadMemStats(&before)
	const n = 200
	for range n {
		_, err := trail.Emit(ctx, deny)
		require.NoError(t, err)
		runtime.GC() // what pools keep is gone after two
		runtime.GC()
	}
	require.NoError(t, trail.Flush(ctx))
	runtime.ReadMemStats(&after)
	require.Len(t, c.all(), n)
	assert.Less(t, int64(after.HeapAlloc)-int64(before.HeapAlloc), int64(n*12<<10), "bytes for %d events of about 1 KiB", n)
}
