//go:build !delivery_planted

package delivery

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestPlantedBugs builds the tests with the tag that lets bugs be planted and shows for each one that the test named here
// finds it, and for all of these tests that they pass when no bug is planted.
func TestPlantedBugs(t *testing.T) {
	binary := filepath.Join(t.TempDir(), "planted.test")
	build := exec.CommandContext(t.Context(), "go", "test", "-c", "-tags", "delivery_planted", "-o", binary, ".")
	out, err := build.CombinedOutput()
	require.NoError(t, err, "%s", out)
	run := func(bug plant, test string) ([]byte, error) {
		cmd := exec.CommandContext(t.Context(), binary, "-test.run", "^"+test+"$", "-test.timeout", "2m")
		cmd.Env = append(os.Environ(), "DELIVERY_PLANT="+string(bug))
		return cmd.CombinedOutput()
	}
	for _, tc := range []struct {
		bug  plant
		test string
	}{
		{plantDropThrottled, "TestThrottledRecordsComeAgain"},
		{plantPassFailed, "TestCursorStaysBeforeAFailedIndex"},
		{plantShareBatch, "TestBatchIsTheRoutesOwn"},
		{plantForgetID, "TestResendKeepsTheID"},
		{plantNewTime, "TestResendKeepsTheTime"},
		{plantSwallowPanic, "TestPanicIsAFailure"},
		{plantLoseLastBatch, "TestEndDeliversTheLastBatch"},
		{plantLockDuringSync, "TestAppendDuringDelivery"},
		{plantPassUnkept, "TestPoisonIsPassedOnlyOnceItIsKept"},
		{plantNeverLess, "TestSlowDestinationIsGivenLess"},
	} {
		t.Run(string(tc.bug)+"/"+tc.test, func(t *testing.T) {
			out, err := run(tc.bug, tc.test)
			var exit *exec.ExitError
			require.ErrorAs(t, err, &exit, "the bug was not found")
			assert.Contains(t, string(out), "--- FAIL: "+tc.test)
			out, err = run("", tc.test)
			assert.NoError(t, err, "%s", out)
		})
	}
}
