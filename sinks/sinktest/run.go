package sinktest

import (
	"testing"
	"time"
)

// Run runs every case in a subtest of its own, each with a new Harness.
func Run(t *testing.T, newHarness func(t *testing.T) Harness) {
	t.Helper()
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) { c.check(t, newHarness(t), defaultPatience) })
	}
}

// testCase checks one rule.
type testCase struct {
	name string
	rule string // is shown with every failure
	run  func(b *bench)
}

func (c testCase) check(t testing.TB, h Harness, patience time.Duration) {
	t.Helper()
	if h == nil || h.Sink() == nil {
		t.Fatalf("sinktest: the harness or its sink is nil: return both from newHarness")
	}
	c.run(&bench{TB: t, harness: h, sink: h.Sink(), rule: c.rule, patience: patience})
}

// cases are the rules of audit.Sink.
var cases = []testCase{
	{"arrival", "every event of a batch is at the destination, byte for byte and in order", arrival},
	{"one-at-a-time", "a batch may hold a single event; batches arrive in the order of the calls", oneAtATime},
	{"empty-batch", "an empty batch is no error and leaves the destination as it is", emptyBatch},
	{"large-events", "an event of nearly 64 KiB arrives, alone and among others", largeEvents},
	{"hostile-text", "no text of an event, such as line breaks, bidirectional controls or markup in a table's name, may split, join, end or change events", hostileText},
	{"acknowledgement", "nil means that the destination has the whole batch now: what waits in a buffer or a goroutine is lost with the process", acknowledgement},
	{"redelivery", "an event that comes again has the same id, time and bytes, so that copies can be told from forgeries and removed", redelivery},
	{"batch-ownership", "the slice belongs to the caller again when Deliver returns, and is not the sink's to change", batchOwnership},
	{"ended-context", "Deliver returns soon when its context has ended, and nil still means delivered", endedContext},
	{"context-per-call", "a context belongs to one call: its end says nothing about the next one", contextPerCall},
	{"stalled-destination", "Deliver returns soon after its context ends although the destination hangs, and what it had not delivered it does not acknowledge", stalledDestination},
	{"failure-is-reported", "a destination that takes nothing makes Deliver return an error, never nil", failureIsReported},
	{"nothing-lost", "events that an error does not name count as delivered: after a failure in the middle of a batch, every event that is missing has to be named", nothingLost},
	{"transient-is-not-poison", "a failure that passes is no audit.Poison: events that are set aside do not come again", transientIsNotPoison},
	{"on-a-trail", "a route of a trail delivers through the sink until every event is there, in order", onATrail},
	{"restamp", "Restamp depends on its arguments alone, takes the present, and takes what it gives: else records get another time with every attempt", restamp},
	{"close", "Close keeps what was delivered, and a second Close does nothing: its owner may close it too", closeTwice},
}
