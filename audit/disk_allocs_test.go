//go:build !race

// The race detector makes pools forget at random.

package audit_test

import (
	"testing"
	"time"

	"github.com/daxis-io/arco-audit/audit"
	"github.com/daxis-io/arco-audit/internal/journal/vfs"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// What routes allocate for a batch is not Emit's, and more the slower the disk is: they gather for long. So is what the
// journal keeps of each stretch of a small directory.
func TestDurableEmitAllocates(t *testing.T) {
	c := diskConfig(audit.Route{Name: "a", Sink: discard, Required: true, Batch: audit.Batch{MaxEvents: 5000, Linger: time.Second}})
	c.Dir, c.Keep.Bytes = t.TempDir(), 1<<30
	trail, err := audit.OpenOn(c, vfs.OS{}, ext4)
	require.NoError(t, err)
	defer leave(trail)
	ctx := ofTenant(t.Context(), "acme")
	for name, e := range map[string]audit.Event{"critical": vend(1), "routine": login()} {
		allocs := testing.AllocsPerRun(1000, func() {
			if _, err := trail.Emit(ctx, e); err != nil {
				t.Fatal(err)
			}
		})
		assert.LessOrEqual(t, allocs, 1.0, name)
	}
}
