//go:build race

package audit

// raceDetector says that the program is built with -race.
const raceDetector = true
