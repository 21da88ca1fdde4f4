//go:build !flood_planted

package flood_test

import (
	"os/exec"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestPlantedBugs shows that a test finds denies that are counted twice.
func TestPlantedBugs(t *testing.T) {
	const test = "TestLimiterFlushThatFailsHalfwayCountsOnce"
	out, err := exec.CommandContext(t.Context(), "go", "test", "-tags", "flood_planted", "-run", "^"+test+"$", ".").CombinedOutput()
	var exit *exec.ExitError
	require.ErrorAs(t, err, &exit, "the bug was not found")
	assert.Contains(t, string(out), "--- FAIL: "+test)
}
