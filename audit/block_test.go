package audit

import (
	"context"
	"runtime"
	"strings"
	"testing"
	"unsafe"

	"github.com/daxis-io/arco-audit/redact"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Blocks come back while records of others are kept: what is kept must stay as it was delivered.
func TestBlocksComeBackOnlyWhenNoRecordIsKept(t *testing.T) {
	type kept struct{ text, copied string }
	var keep []kept
	count := 0
	sink := SinkFunc(func(_ context.Context, batch []Record) error {
		for _, r := range batch {
			if count++; count%97 == 0 && count/5000%2 == 0 { // stretches of blocks with one kept record or none
				keep = append(keep, kept{r.JSON(), strings.Clone(r.JSON())})
			}
		}
		return nil
	})
	trail, err := Open(Config{
		Service: "catalog", Environment: "test", Volatile: true, Keys: redact.EphemeralKeys(),
		Routes:    []Route{{Name: "keeper", Sink: sink}},
		DenyLimit: DenyLimit{Unauthenticated: RateLimit{Burst: mostDenies}},
	})
	require.NoError(t, err)
	ctx := WithRequest(t.Context(), Request{Actor: Anonymous()})
	for i := range 40_000 {
		_, err := trail.Emit(ctx, AuthDeny(RPCOperation("/arco.v1.Catalog/Load"), AuthReasonInvalid))
		require.NoError(t, err)
		if i%4000 == 0 {
			require.NoError(t, trail.Flush(ctx))
			runtime.GC()
		}
	}
	require.NoError(t, trail.Close(t.Context()))
	require.NotEmpty(t, keep)
	for _, k := range keep {
		require.Equal(t, k.copied, k.text)
	}
}

func TestSpareBlocks(t *testing.T) {
	s := new(spareBlocks)
	held := make([][]byte, 0, mostSpare+3)
	for range cap(held) {
		b := s.get()
		assert.Empty(t, b)
		assert.Equal(t, encodeBlock, cap(b))
		held = append(held, b)
	}
	assert.EqualValues(t, mostSpare, s.count.Load(), "no more come back")
	runtime.GC()
	assert.Nil(t, s.pool.Get(), "all of them are in use")
	inside, start := held[7][9:10], uintptr(unsafe.Pointer(&held[7][:1][0]))
	back := 0
	eventually(t, func() bool {
		for b, ok := s.pool.Get().(*[encodeBlock]byte); ok; b, ok = s.pool.Get().(*[encodeBlock]byte) {
			assert.NotEqual(t, start, uintptr(unsafe.Pointer(b)), "a byte of it is in use")
			runtime.SetFinalizer(b, nil)
			back++
		}
		return back+mostSpare-int(s.count.Load()) == mostSpare-1
	})
	assert.Positive(t, back)
	runtime.KeepAlive(inside)
}

func TestSpareBlocksAreForgotten(t *testing.T) {
	s := new(spareBlocks)
	for range 10 {
		s.get()
	}
	eventually(t, func() bool { return s.count.Load() == 0 })
}

// eventually lets the collector work until done holds.
func eventually(t *testing.T, done func() bool) {
	t.Helper()
	for range 2000 {
		if done() {
			return
		}
		runtime.GC()
		runtime.Gosched()
	}
	assert.Fail(t, "it did not come")
}
