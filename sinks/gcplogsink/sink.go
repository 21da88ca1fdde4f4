package gcplogsink

import (
	"context"
	"errors"
	"regexp"
	"sync/atomic"
	"time"

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
	keeps  time.Duration
}

// New returns a sink that writes to the log "projects/{project}/logs/{log}", whose id is URL-encoded. The client
// stays the caller's, who closes it after the trail. A log that has no such name, or a nil client, makes Deliver
// return audit.Down.
func New(client *logging.Client, log string) *Sink {
	return &Sink{client: client, log: log, limits: loggingLimits, taken: new(atomic.Bool), keeps: retention}
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
