// Package delivery takes records from one ordered log to many destinations.
//
// A Log is the in-memory tail of a trail: records in sequence, shared by all routes. A Route has one
// goroutine and one position in the log. It hands batches to a function, tries again what failed, in order,
// for ever, with a jittered and capped back-off, and never looks at another route. A function that hangs,
// panics or ends its goroutine costs its own route only. A Feed is the same for a log that is kept elsewhere, such
// as on a disk: its routes have readers, and go only as far as it has published.
//
// testdata/faults.md lists what can go wrong with destinations and processes, and the tests that hold what happens then.
//
// The package deals in records of any type and in functions; it knows nothing of audit events.
package delivery
