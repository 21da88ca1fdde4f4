package audit_test

import (
	"net/netip"
	"testing"

	"github.com/daxis-io/arco-audit/audit"
	"github.com/daxis-io/arco-audit/internal/faultfs"
	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// What a caller does with its values afterwards changes no record.
func TestCallersValuesAreCopied(t *testing.T) {
	sink := &capture{}
	c := config(audit.Route{Name: "a", Sink: sink})
	for _, dir := range []string{"", "/audit"} {
		c.Dir, c.Keep.Bytes = dir, 4<<20
		trail, err := audit.OpenOn(c, faultfs.New(), ext4)
		require.NoError(t, err)
		levels, address := []string{"sales", "europe"}, []byte{203, 0, 113, 7}
		origin, ok := netip.AddrFromSlice(address)
		require.True(t, ok)
		ctx := audit.WithRequest(t.Context(), audit.Request{Actor: audit.Anonymous(), Origin: origin})
		table := audit.NewTable(levels, "orders", uuid.Nil)
		levels[0], address[0] = "changed", 99
		_, err = trail.Emit(ctx, audit.CredVendAllow(table, audit.Grant{}))
		require.NoError(t, err)
		levels[1], address[1] = "changed", 99
		require.NoError(t, trail.Close(t.Context()))
	}
	require.Len(t, sink.all(), 2)
	for _, r := range sink.all() {
		assert.Contains(t, r.JSON(), `"iceberg/table:sales.europe.orders"`)
		assert.Contains(t, r.JSON(), `"203.0.113.0/24"`)
		assert.NotContains(t, r.JSON(), "changed")
	}
}

// A service that was never wired fails, loudly, and does not end the process.
func TestNilTrail(t *testing.T) {
	var trail *audit.Trail
	_, err := trail.Emit(anonymous(t.Context()), login())
	require.ErrorIs(t, err, audit.ErrInvalid)
	require.ErrorContains(t, err, "trail: it is nil")
}
