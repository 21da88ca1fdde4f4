//go:build !auditotel_planted

package auditotel

// planted is false outside of the test that proves that the planted bug is caught.
const planted = false
