package slogsink

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"github.com/daxis-io/arco-audit/audit"
	"github.com/daxis-io/arco-audit/audit/auditread"
)

// Sink hands events to one Handler. Make it with New. It is as safe for concurrent use as the Handler, which
// slog requires to be.
type Sink struct{ handler slog.Handler }

// New returns a sink for h; for a logger l, that is l.Handler(). The Handler stays the caller's.
func New(h slog.Handler) *Sink { return &Sink{handler: h} }

// levelNotice is Cloud Logging's NOTICE among slog's levels.
const levelNotice = slog.LevelInfo + 2

// Deliver calls Handle for each event in order, until one fails. The error names that event and those after
// it, so that what comes again does not overtake. An audit.Poison that Handle returns sets its event aside.
func (s *Sink) Deliver(ctx context.Context, batch []audit.Record) error {
	if s.handler == nil {
		return audit.Down(errors.New("slogsink: the handler is nil: give New a slog.Handler"))
	}
	for i := range batch {
		err := ctx.Err()
		if err == nil {
			err = s.handler.Handle(ctx, record(batch[i]))
		}
		if err != nil {
			return audit.Failed(fmt.Errorf("slogsink: %w", err), from(i, len(batch))...)
		}
	}
	return nil
}

// from returns the numbers from i to n, without n.
func from(i, n int) []int {
	var indices []int
	for ; i < n; i++ {
		indices = append(indices, i)
	}
	return indices
}

// record returns the event as a slog.Record.
func record(r audit.Record) slog.Record {
	e, err := auditread.Decode(r.JSON())
	if err != nil {
		e = auditread.Entry{} // the attributes that come from elsewhere and the event itself are still right
	}
	out := slog.NewRecord(r.Time(), level(e.Severity, r.Outcome()), r.ActionName(), 0)
	text := func(key, value string) {
		if value != "" {
			out.AddAttrs(slog.String(key, value))
		}
	}
	text("id", r.ID().String())
	text("sequence", r.Sequence().String())
	text("outcome", r.Outcome().String())
	text("tenant", r.Tenant())
	text("resource", e.Resource)
	text("actor", e.Actor)
	text("reason", e.Reason)
	text("event", r.JSON())
	return out
}

// level is the level of a severity, or of the outcome when this version does not know the severity.
func level(severity string, o audit.Outcome) slog.Level {
	switch severity {
	case "INFO":
		return slog.LevelInfo
	case "NOTICE":
		return levelNotice
	case "WARNING":
		return slog.LevelWarn
	case "ERROR":
		return slog.LevelError
	}
	switch o {
	case audit.OutcomeDeny:
		return slog.LevelWarn
	case audit.OutcomeError:
		return slog.LevelError
	}
	return slog.LevelInfo
}
