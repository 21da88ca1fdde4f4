package pubsubsink

import (
	"github.com/daxis-io/arco-audit/audit"
	"github.com/daxis-io/arco-audit/internal/grpcfault"
)

// attempt is the state of one Deliver.
type attempt struct {
	sink  *Sink
	batch []audit.Record
	grpcfault.Fates
}

// end is what Deliver returns when err, or nothing, ended the attempt.
func (a *attempt) end(err error) error {
	return a.End(err, len(a.batch), a.sink.taken.Load(), "pubsubsink: the topic refuses the message", classed)
}

// classed returns the error of a call as a route understands it; failed names the records that it is about.
func classed(err error, failed func(error) error) error {
	return grpcfault.Classed(err, grpcfault.Texts{
		Unusable: "pubsubsink: the topic cannot be used: create it, and grant roles/pubsub.publisher on it",
		Refusing: "pubsubsink: the topic refuses every message: look at its schema and settings",
		Call:     "pubsubsink: publish",
	}, failed)
}
