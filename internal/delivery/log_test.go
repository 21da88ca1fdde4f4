package delivery

import (
	"context"
	"fmt"
	"github.com/daxis-io/arco-audit/internal/owner"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// idle is a route that nobody starts, so that the test decides how far it is.
func idle(l *Log[int], required bool) *Route[int] {
	return l.AddRoute(Config[int]{
		Required: required, Wants: func(int) bool { return true }, Size: func(int) int { return 1 }, MaxEvents: 1 << 20, MaxBytes: 1 << 30,
		Deliver: func(context.Context, []int) error { return nil }, Poisoned: func(_ context.Context, b []int, _ error) ([]int, error) { return b, nil }, Refused: func(int, error) {}, Failed: func(error) {},
	})
}

func add(t *testing.T, l *Log[int], size int, tenant string) {
	t.Helper()
	seq, record, err := l.Begin(size, owner.Of(tenant), false)
	require.NoError(t, err)
	*record = int(seq)
	l.Commit(false)
}

func TestLogCountsWhatTheSlowestRouteHasNotTaken(t *testing.T) {
	for _, slowFirst := range []bool{true, false} {
		l := NewLog[int](1 << 20)
		a, b := idle(l, true), idle(l, true)
		slow, fast := a, b
		if !slowFirst {
			slow, fast = b, a
		}
		const n, each = 3*chunkItems + 5, 100 + recordOverhead
		for range n {
			add(t, l, 100, "")
		}
		held, limit := l.Bytes()
		assert.EqualValues(t, n*each, held)
		assert.EqualValues(t, 1<<20, limit)
		fast.fill()
		held, _ = l.Bytes()
		assert.EqualValues(t, n*each, held, "the slow route still needs all")
		slow.config.MaxEvents = chunkItems
		for left := n; left > 0; left -= min(left, chunkItems) {
			held, _ = l.Bytes()
			assert.EqualValues(t, left*each, held)
			slow.fill()
		}
		held, _ = l.Bytes()
		assert.Zero(t, held)
	}
}

func TestTenantGetsItsShareBack(t *testing.T) {
	l := NewLog[int](1 << 20)
	r := idle(l, true)
	for range 3 {
		var err error
		for {
			if _, _, err = l.Begin(1000, owner.Of("loud"), false); err != nil {
				break
			}
			l.Commit(false)
		}
		require.ErrorIs(t, err, ErrBusy)
		add(t, l, 1000, "quiet")
		r.fill()
	}
	held, _ := l.Bytes()
	assert.Zero(t, held)
	assert.Empty(t, l.shares.of)
}

func TestWhatOnlyOptionalRoutesNeedMakesNoTenantBusy(t *testing.T) {
	for _, required := range []bool{false, true} {
		l := NewLog[int](1 << 20)
		hung := idle(l, false)
		fast := idle(l, required)
		for range 5000 { // five times the log
			add(t, l, 1000, "only")
			fast.fill()
		}
		gap, _ := hung.TakeGap()
		assert.Positive(t, gap.Count)
		held, limit := l.Bytes()
		assert.LessOrEqual(t, held, limit/2+2000)
	}
}

// Nothing is kept of tenants while the log is as good as empty, and of those alone that hold something while it fills up.
func TestTenantsAreForgottenOnceTheyHoldNothing(t *testing.T) {
	l := NewLog[int](1 << 20)
	r := idle(l, true)
	r.config.MaxEvents = 1
	for i := range 10000 {
		add(t, l, 10, fmt.Sprint("tenant-", i))
		if i >= 1000 {
			r.fill()
		}
		l.Bytes()
	}
	assert.LessOrEqual(t, len(l.shares.of), 1001)
	r.config.MaxEvents = chunkItems * 100
	r.fill()
	l.Bytes()
	assert.Empty(t, l.shares.of)
	for i := range 100 {
		add(t, l, 10, fmt.Sprint("tenant-", i))
	}
	l.Bytes()
	assert.Empty(t, l.shares.of)
}

func TestShutTakesTheTrailsOwnRecordsOnly(t *testing.T) {
	l := NewLog[int](1 << 20)
	add(t, l, 1, "")
	l.Shut()
	_, _, err := l.Begin(1, owner.None, false)
	require.ErrorIs(t, err, ErrSealed)
	_, _, err = l.Begin(1, owner.None, true)
	require.NoError(t, err)
	l.Commit(true)
	l.Seal()
	_, _, err = l.Begin(1, owner.None, true)
	require.ErrorIs(t, err, ErrSealed)
}

func TestSealEndsARowOfRecords(t *testing.T) {
	l := NewLog[int](1 << 20)
	add(t, l, 1, "acme")
	add(t, l, 1, "acme")
	l.Seal()
	_, _, err := l.Begin(1, owner.Of("acme"), false)
	require.ErrorIs(t, err, ErrSealed)
}

func TestSkipAtChunkBoundaries(t *testing.T) {
	for _, n := range []uint64{1, chunkItems - 1, chunkItems, chunkItems + 1, 2 * chunkItems, 2*chunkItems + 1} {
		l := NewLog[int](1 << 30)
		r := idle(l, false)
		r.config.Wants = func(i int) bool { return i%2 == 0 }
		for range 3 * chunkItems {
			add(t, l, 10, "")
		}
		l.mu.Lock()
		r.skip(n)
		l.mu.Unlock()
		gap, skipped := r.TakeGap()
		require.True(t, skipped)
		assert.Equal(t, Gap{Count: (n + 1) / 2, Total: (n + 1) / 2, From: 0, To: (n - 1) / 2 * 2}, gap, n)
		r.fill()
		require.Len(t, r.batch, 3*chunkItems/2-int(gap.Count), n)
		for i, e := range r.batch {
			require.EqualValues(t, e.Sequence, e.Record)
			require.Equal(t, (n+1)/2*2+uint64(2*i), e.Sequence)
		}
		held, _ := l.Bytes()
		assert.Zero(t, held)
	}
}
