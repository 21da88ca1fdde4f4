//go:build !race

package corpus_test

// raceDetector says that the tests are built with -race.
const raceDetector = false
