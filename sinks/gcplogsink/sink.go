package gcplogsink

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"sync/atomic"

	logging "cloud.google.com/go/logging/apiv2"

	"github.com/daxis-io/arco-audit/audit"
)

// Sink writes events to one log. Make it with New. It is safe for concurrent use and holds nothing between
// batches.
type Sink struct {
	client *logging.Client
	log    string
	limits limits
	taken  *atomic.Bool // the log has taken an entry
}

// New returns a sink that writes to the log "projects/{project}/logs/{log}", whose id is URL-encoded. The client
// stays the caller's, who closes it after the trail. A log that has no such name, or a nil client, makes Deliver
// return audit.Down.
func New(client *logging.Client, log string) *Sink {
	return &Sink{client: client, log: log, limits: loggingLimits, taken: new(atomic.Bool)}
}

// logName is the grammar of a log of a project (LogEntry.log_name).
var logName = regexp.MustCompile(`^projects/([a-z0-9.:-]{1,100})/logs/(?:[A-Za-z0-9_.-]|%2[Ff]){1,511}$`)

// usable returns the project of the log.
func (s *Sink) usable() (project string, err error) {
	if s.client == nil {
		return "", errors.New("gcplogsink: the client is nil: give New a *logging.Client")
	}
	parts := logName.FindStringSubmatch(s.log)
	if parts == nil {
		return "", errors.New(`gcplogsink: the log is no full name: give New "projects/{project}/logs/{log}"`)
	}
	return parts[1], nil
}

// Deliver writes the batch. It returns once every entry is confirmed or one request has failed; an error names
// the records that are not confirmed. The end of ctx ends the request.
func (s *Sink) Deliver(ctx context.Context, batch []audit.Record) error {
	project, err := s.usable()
	if err != nil {
		return audit.Down(err)
	}
	a := attempt{sink: s, project: project, batch: batch}
	for next := 0; next < len(batch); {
		var r request
		r, next = a.fill(next)
		if err := a.write(ctx, r); err != nil {
			return a.end(err)
		}
	}
	return a.end(nil)
}

// attempt is the state of one Deliver.
type attempt struct {
	sink    *Sink
	project string
	batch   []audit.Record
	done    []bool // confirmed, or poison; nil when none is

	poisoned []int // over the limits
	cause    error // of the first of these
	refused  []int // by the log
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

// refuse notes a record that the log refuses.
func (a *attempt) refuse(index int, cause error) {
	a.settle(index)
	a.refused = append(a.refused, index)
	if a.refusal == nil {
		a.refusal = cause
	}
}

// end is what Deliver returns when err, or nothing, ended the attempt. What a log refuses that has not taken
// anything yet is the log's fault and no poison.
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
		faults = append(faults, audit.Poison(fmt.Errorf("gcplogsink: the log refuses the entry: %w", a.refusal), a.refused...))
	}
	return errors.Join(faults...)
}
