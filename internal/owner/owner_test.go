package owner_test

import (
	"fmt"
	"testing"

	"github.com/daxis-io/arco-audit/internal/owner"
	"github.com/stretchr/testify/assert"
)

func TestOf(t *testing.T) {
	assert.Equal(t, owner.None, owner.Of(""))
	seen := map[owner.ID]bool{owner.None: true}
	for n := range 10_000 {
		id := owner.Of(fmt.Sprint("tenant-", n))
		assert.False(t, seen[id])
		assert.Equal(t, id, owner.Of(fmt.Sprint("tenant-", n)))
		seen[id] = true
	}
}
