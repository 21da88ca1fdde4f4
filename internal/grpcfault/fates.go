package grpcfault

import (
	"errors"
	"fmt"

	"github.com/daxis-io/arco-audit/audit"
)

// Fates is what became of the records of one batch. The zero Fates says that none is settled. It is for one
// goroutine. Records are named by their index in the batch.
type Fates struct {
	done []bool // confirmed, or poison; as long as the highest index that is settled needs

	poisoned []int // over the limits
	cause    error // of the first of these
	refused  []int // by the destination
	refusal  error // of the first of these
}

// Settle notes that nothing is left to do for a record.
func (f *Fates) Settle(index int) {
	for index >= len(f.done) {
		f.done = append(f.done, false)
	}
	f.done[index] = true
}

// SetAside notes a record that is over the limits of the destination.
func (f *Fates) SetAside(index int, cause error) {
	f.Settle(index)
	f.poisoned = append(f.poisoned, index)
	if f.cause == nil {
		f.cause = cause
	}
}

// Refuse notes a record that the destination refuses.
func (f *Fates) Refuse(index int, cause error) {
	f.Settle(index)
	f.refused = append(f.refused, index)
	if f.refusal == nil {
		f.refusal = cause
	}
}

// End returns what Deliver of a batch of n returns when err, or nothing, ended it. What a destination refuses
// that has not taken anything yet is the destination's fault and no poison. Poison carries the text refused
// before its cause; classed makes of err what the route is told, with failed to name the records.
func (f *Fates) End(err error, n int, taken bool, refused string, classed func(err error, failed func(error) error) error) error {
	if len(f.refused) > 0 && !taken {
		for _, i := range f.refused {
			f.done[i] = false
		}
		f.refused = nil
		if err == nil {
			err = f.refusal
		}
	}
	if err == nil {
		return f.poison(refused)
	}
	failed := func(err error) error { return audit.Failed(err, f.rest(n)...) }
	return errors.Join(f.poison(refused), classed(err, failed))
}

// rest names every record of n that is not settled.
func (f *Fates) rest(n int) []int {
	var rest []int
	for i := range n {
		if i >= len(f.done) || !f.done[i] {
			rest = append(rest, i)
		}
	}
	return rest
}

// poison is the error for the records that are set aside, or nil.
func (f *Fates) poison(refused string) error {
	var faults []error
	if len(f.poisoned) > 0 {
		faults = append(faults, audit.Poison(f.cause, f.poisoned...))
	}
	if len(f.refused) > 0 {
		faults = append(faults, audit.Poison(fmt.Errorf("%s: %w", refused, f.refusal), f.refused...))
	}
	return errors.Join(faults...)
}
