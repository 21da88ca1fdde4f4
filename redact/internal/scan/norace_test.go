//go:build !race

package scan

// raceDetector says that the tests are built with -race.
const raceDetector = false
