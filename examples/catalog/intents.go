package catalog

import (
	"context"
	"errors"

	"github.com/daxis-io/arco-audit/audit"
	"github.com/daxis-io/arco-audit/redact"
)

// intents are the commits of one request, from just before they are made until their events are accepted. A process
// that dies in between leaves DECISION_ABANDONED of each table.
type intents struct {
	d      commitDecision
	asked  bool
	staged []staged
	open   []*audit.Pending
}

// begin records every commit before the first is made. On an error nothing may be made, and what was begun has
// ended as refused.
func (in *intents) begin(all ...staged) error {
	in.asked = true
	ctx, cancel := context.WithTimeout(in.d.r.Context(), in.d.c.config.Patience)
	defer cancel()
	in.staged = all
	for i, s := range all {
		intent := audit.Committing(auditTable(s.id, s.next))
		if in.d.inTransaction() {
			intent = intent.WithTransaction(in.d.transaction, i, len(in.d.tables))
		}
		p, err := in.d.c.config.Trail.Begin(ctx, intent)
		if err != nil && !accepted(err) {
			_ = in.end(func(s staged) audit.Event {
				return audit.IcebergCommitDeny(auditTable(s.id, s.next), audit.CommitReasonTransactionAborted)
			})
			return errAudit
		}
		in.open = append(in.open, p)
	}
	return nil
}

// made records that every commit was made. An error leaves the client in doubt, as it must be: the commits stand.
func (in *intents) made() error {
	return in.end(committed)
}

// events are those of the commits that were made.
func (in *intents) events() []audit.Event {
	var all []audit.Event
	for i, s := range in.staged {
		all = append(all, in.d.indexed(committed(s), i))
	}
	return all
}

func committed(s staged) audit.Event {
	return audit.IcebergCommit(auditTable(s.id, s.next), s.snapshot())
}

// end emits the event of each intent, whatever becomes of the others, and though the client may be gone.
func (in *intents) end(event func(staged) audit.Event) (err error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(in.d.r.Context()), in.d.c.config.Patience)
	defer cancel()
	for i, p := range in.open {
		id, fault := p.Emit(ctx, in.d.indexed(event(in.staged[i]), i))
		if fault != nil && !accepted(fault) {
			err = errCommitUnknown
			continue
		}
		in.d.h.Add(EventIDHeader, id.String())
	}
	return err
}

// abandon ends what a panic or an event that was not accepted has left open; an intent that has ended stays as it is.
func (in *intents) abandon() {
	for _, p := range in.open {
		p.Abandon()
	}
}

// accepted says whether an error comes with an event that is recorded: the event says what it withheld.
func accepted(err error) bool {
	var withheld *redact.Violation
	return errors.As(err, &withheld)
}
