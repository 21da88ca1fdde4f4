package flood

import (
	"fmt"
	"net/netip"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// sameSet returns n fingerprints of one set.
func sameSet(n int) []uint64 {
	marks := make([]uint64, n)
	for i := range marks {
		marks[i] = 7<<32 | uint64(2*i+1)
	}
	return marks
}

func TestTablePlaces(t *testing.T) {
	marks := sameSet(ways + 2)
	var tab table
	for i, m := range marks[:ways] {
		s := tab.place(m, 100, false)
		require.NotNil(t, s)
		s.busy, s.full, s.first = 200+int64(i), 300, 400
	}
	assert.Nil(t, tab.place(marks[ways], 199, false), "all are busy")
	assert.Nil(t, tab.find(marks[ways]))
	assert.EqualValues(t, 300, tab.place(marks[3], 199, false).full, "its own slot")

	s := tab.place(marks[ways], 200, false)
	require.NotNil(t, s, "the first is over")
	assert.Equal(t, slot{mark: marks[ways], busy: 200, full: 200, first: 200}, *s, "nothing of the one before")
	assert.Nil(t, tab.find(marks[0]))
	s.busy = 1000

	s = tab.place(marks[ways+1], 150, true)
	require.NotNil(t, s)
	assert.Equal(t, slot{mark: marks[ways+1], busy: 150, full: 150, first: 150}, *s)
	assert.Nil(t, tab.find(marks[1]), "the one that would be over first had to go")
	assert.NotNil(t, tab.find(marks[ways]))
}

// A slot is busy until both of its buckets are full: reuse would refill them.
func TestLimiterSlotsAreBusyUntilTheirBucketsAreFull(t *testing.T) {
	start := time.Date(2026, 2, 28, 12, 0, 0, 0, time.UTC)
	l := New(start, Config{
		Tenant: Limit{PerSecond: 100, Burst: 100}, Unauthenticated: Limit{PerSecond: 1, Burst: 1},
		NewID: func(time.Time) ID { return ID{} }, Write: func(Summary) error { return nil },
	})
	d := Deny{Tenant: "acme", Origin: netip.MustParseAddr("192.0.2.1")}
	for i := range 1000 {
		d.Resource = fmt.Append(nil, i)
		_, _ = l.Admit(start, &d)
	}
	m := d.marks(l.seed)
	tenant, source := l.tenants.find(m.owner), l.sources.find(m.origin)
	assert.Equal(t, time.Second.Nanoseconds(), tenant.full)
	assert.InDelta(t, 30*time.Second.Nanoseconds(), tenant.first, 100, "64 of 128 a minute")
	assert.Equal(t, tenant.first, tenant.busy)
	assert.InDelta(t, time.Minute.Nanoseconds(), source.full, 100, "64 of 64 a minute")
	assert.Equal(t, source.full, source.busy)
}
