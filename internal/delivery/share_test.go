package delivery

import (
	"github.com/daxis-io/arco-audit/internal/owner"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// What tenants hold is counted bit by bit while the log fills up from a quarter to a half, so that nobody waits for all of
// it to be counted.
func TestSharesAreCountedBitByBit(t *testing.T) {
	const each = 1000 + recordOverhead
	l := NewLog[int](1 << 20)
	idle(l, true)
	most := uint64(0)
	for held := int64(0); held+each <= 1<<19; held, _ = l.Bytes() {
		before := l.shares.next
		add(t, l, 1000, "only")
		most = max(most, l.shares.next-before)
		require.True(t, held+each > 1<<18 || l.shares.next == 0, "nothing before a quarter")
	}
	assert.LessOrEqual(t, most, uint64(3))
	assert.LessOrEqual(t, l.next-l.shares.next, uint64(3))
}

// Room that intents hold fills the log without records: all the same a tenant that holds a quarter is told from others.
func TestSharesAreKnownOnceHalfOfTheLogIsHeld(t *testing.T) {
	l := NewLog[int](1 << 20)
	idle(l, true)
	for held := int64(0); held <= 1<<18; held, _ = l.Bytes() {
		add(t, l, 1000, "loud")
	}
	for range 4 {
		_, _, err := l.BeginIntent(1000, 1<<16, owner.Of("quiet"))
		require.NoError(t, err)
		l.Commit(false)
	}
	_, _, err := l.Begin(1000, owner.Of("loud"), false)
	require.ErrorIs(t, err, ErrBusy)
	add(t, l, 1000, "quiet")
}
