// Package sinktest checks that an audit.Sink keeps the rules of that interface.
//
// The author of a sink writes a Harness over a real or fake destination and calls Run:
//
//	func TestSink(t *testing.T) {
//		sinktest.Run(t, func(t *testing.T) sinktest.Harness { return newHarness(t) })
//	}
//
// Every case gets a fresh Harness. A failure says which rule is broken and what the rule is for. Cases about
// failing and hanging destinations run when the Harness is a Breaker or a Staller as well; without, they pass
// unchecked and say so in the test's log.
//
// The events come from a trail of package audit, so they have every shape that a sink meets.
package sinktest
