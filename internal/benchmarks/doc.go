// Package benchmarks measures the SDK beside others in one run. It is a module of its own, so that
// competitors never enter an adopter's build.
//
// Run with
//
//	go test -run '^$' -bench . -count 6 ./...
//
// The process has a live heap of 64 MiB, as a service has; -heap 0 takes it away.
//
// cpu-ns/op is the processor time of the whole process per event, background goroutines and garbage
// collection included, from getrusage.
package benchmarks
