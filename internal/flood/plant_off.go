//go:build !flood_planted

package flood

// planted is false outside of the test that proves that the planted bug is caught.
const planted = false
