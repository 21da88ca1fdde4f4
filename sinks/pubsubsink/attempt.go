package pubsubsink

import (
	"errors"
	"fmt"

	"github.com/daxis-io/arco-audit/audit"
)

// attempt is the state of one Deliver.
type attempt struct {
	sink  *Sink
	batch []audit.Record
	done  []bool // confirmed, or poison; nil when none is

	poisoned []int // over the limits
	cause    error // of the first of these
	refused  []int // by the topic
	refusal  error // of the first of these
}

func (a *attempt) settle(index int) {
	if a.done == nil {
		a.done = make([]bool, len(a.batch))
	}
	a.done[index] = true
}

// setAside notes a record that is over the limits.
func (a *attempt) setAside(index int, cause error) {
	a.settle(index)
	a.poisoned = append(a.poisoned, index)
	if a.cause == nil {
		a.cause = cause
	}
}

// refuse notes a record that the topic refuses.
func (a *attempt) refuse(index int, cause error) {
	a.settle(index)
	a.refused = append(a.refused, index)
	if a.refusal == nil {
		a.refusal = cause
	}
}

// end is what Deliver returns when err, or nothing, ended the attempt. What a topic refuses that has not taken
// anything yet is the topic's fault and no poison.
func (a *attempt) end(err error) error {
	if len(a.refused) > 0 && !a.sink.taken.Load() {
		for _, i := range a.refused {
			a.done[i] = false
		}
		a.refused = nil
		if err == nil {
			err = a.refusal
		}
	}
	if err == nil {
		return a.poison()
	}
	return errors.Join(a.poison(), classed(err, a.failed))
}

// failed names every record that is not settled.
func (a *attempt) failed(err error) error {
	var rest []int
	for i := range a.batch {
		if a.done == nil || !a.done[i] {
			rest = append(rest, i)
		}
	}
	return audit.Failed(err, rest...)
}

// poison is the error for the records that are set aside, or nil.
func (a *attempt) poison() error {
	var faults []error
	if len(a.poisoned) > 0 {
		faults = append(faults, audit.Poison(a.cause, a.poisoned...))
	}
	if len(a.refused) > 0 {
		faults = append(faults, audit.Poison(fmt.Errorf("pubsubsink: the topic refuses the message: %w", a.refusal), a.refused...))
	}
	return errors.Join(faults...)
}
