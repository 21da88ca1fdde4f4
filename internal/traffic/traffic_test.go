package traffic_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/daxis-io/arco-audit/internal/traffic"
)

func TestRecords(t *testing.T) {
	list := traffic.Records(t, 500, 1)
	require.Len(t, list, 506)
	actions, tenants := map[string]int{}, map[string]int{}
	for i, r := range list {
		actions[r.ActionName()]++
		tenants[r.Tenant()]++
		if i > 0 {
			assert.False(t, r.Time().Before(list[i-1].Time()), "in order of time")
		}
	}
	assert.Len(t, actions, 13, "%v", actions)
	assert.Len(t, tenants, 5, "%v", tenants)
	assert.WithinDuration(t, traffic.Start, list[0].Time(), 0)

	again := traffic.Records(t, 500, 1)
	for i := range list {
		assert.Equal(t, list[i].ActionName(), again[i].ActionName())
	}
}
