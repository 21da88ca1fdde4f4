package gcplogsink

import (
	"github.com/daxis-io/arco-audit/audit"
	"github.com/daxis-io/arco-audit/internal/grpcfault"
)

// attempt is the state of one Deliver.
type attempt struct {
	sink    *Sink
	project string
	batch   []audit.Record
	fates   grpcfault.Fates
}

func (a *attempt) settle(index int) { a.fates.Settle(index) }

// setAside notes a record that is over the limits.
func (a *attempt) setAside(index int, cause error) { a.fates.SetAside(index, cause) }

// refuse notes a record that the log refuses.
func (a *attempt) refuse(index int, cause error) { a.fates.Refuse(index, cause) }

// end is what Deliver returns when err, or nothing, ended the attempt.
func (a *attempt) end(err error) error {
	return a.fates.End(err, len(a.batch), a.sink.taken.Load(), "gcplogsink: the log refuses the entry", classed)
}
