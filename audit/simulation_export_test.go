package audit

// RaceDetector says that the program is built with -race.
const RaceDetector = raceDetector
