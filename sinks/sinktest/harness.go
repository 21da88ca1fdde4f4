package sinktest

import "github.com/daxis-io/arco-audit/audit"

// Harness is a sink and the destination behind it. It is used by one goroutine at a time, except that Stall's
// release may run while a Deliver hangs. A Harness cleans up with the Cleanup of the test it was made for.
type Harness interface {
	// Sink returns the sink under test, the same one every time.
	Sink() audit.Sink

	// Received returns the JSON of every event that the destination holds, copies included, in the order of
	// the destination. It looks at what is there and neither flushes nor waits. A destination that keeps
	// no order is read in the order of trail and sequence; one that keeps no JSON is read with whatever
	// rebuilds it byte for byte.
	Received() []string
}

// Breaker is a Harness whose destination can be made to fail.
type Breaker interface {
	Harness

	// Break makes the destination take the next after events at most and then fail, in a way that passes,
	// until Repair.
	Break(after int)
	// Repair ends a Break.
	Repair()
}

// Staller is a Harness whose destination can be made to hang.
type Staller interface {
	Harness

	// Stall makes the destination hang until release is called. It is called once at least.
	Stall() (release func())
}
