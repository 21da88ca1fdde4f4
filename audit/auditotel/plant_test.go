//go:build !auditotel_planted

package auditotel_test

import (
	"os/exec"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestPlantedBugs shows that a test finds a label that no metric may have.
func TestPlantedBugs(t *testing.T) {
	const test = "TestTrailMetrics"
	out, err := exec.CommandContext(t.Context(), "go", "test", "-tags", "auditotel_planted", "-run", "^"+test+"$", ".").CombinedOutput()
	var exit *exec.ExitError
	require.ErrorAs(t, err, &exit, "the bug was not found")
	assert.Contains(t, string(out), "--- FAIL: "+test)
}
