//go:build !journal_planted

package journal

// planted is false outside of the test that proves that each planted bug is caught; the branches compile to nothing.
func planted(plant) bool { return false }
