package catalog

import (
	"errors"
	"net/http"

	"github.com/daxis-io/arco-audit/audit"
	"github.com/google/uuid"
)

// commitDecision leaves one event per table of a commit or of a transaction.
type commitDecision struct {
	c           *Catalog
	h           http.Header
	r           *http.Request
	tables      []audit.Table
	transaction uuid.UUID // Nil outside transactions
}

func (c *Catalog) commits(h http.Header, r *http.Request, id identifier) commitDecision {
	return commitDecision{c: c, h: h, r: r, tables: []audit.Table{auditTable(id, c.store.table(id))}}
}

// commitsAll names the tables of a transaction. One that is empty or oversized is refused as a whole and
// has one event, of a table without a name.
func (c *Catalog) commitsAll(h http.Header, r *http.Request, changes []commitRequest) commitDecision {
	d := commitDecision{c: c, h: h, r: r, transaction: uuid.New()}
	if len(changes) == 0 || len(changes) > maxChanges {
		d.tables = []audit.Table{auditTable(identifier{}, nil)}
		return d
	}
	for _, change := range changes {
		var id identifier
		if change.Identifier != nil {
			id = *change.Identifier
		}
		d.tables = append(d.tables, auditTable(id, c.store.table(id)))
	}
	return d
}

// run is to commits what mutate is to changes of the catalog. A commit cannot be taken back: do calls begin when
// nothing but the moves is left to do, and returns nil when they are made. Commits that were made stand, whatever
// becomes of their events: a repetition is told of them, and records them as told again.
//
//audit:decision
func (d commitDecision) run(do func(begin func(...staged) error) (answer, error)) (answer, error) {
	mine, earlier, err := d.c.attempts.claim(d.r)
	switch {
	case err != nil:
		d.refuse(err)
		return answer{}, err
	case earlier != nil:
		return d.c.repeat(d.r.Context(), d.h, earlier)
	}
	defer mine.release()
	in := intents{d: d}
	defer in.abandon()
	out, err := do(in.begin)
	switch {
	case err == nil:
		err = in.made()
		mine.settle(outcome{out, nil, in.events()})
	case !in.asked:
		d.refuse(err)
		mine.settle(outcome{answer{}, err, d.denials(func(int) audit.CommitReason { return audit.CommitReasonCachedFailure })})
	}
	return out, err
}

func (d commitDecision) refuse(err error) {
	var one refusedTable
	several := errors.As(err, &one)
	for _, e := range d.denials(func(i int) audit.CommitReason {
		if several && i != one.index {
			return audit.CommitReasonTransactionAborted
		}
		return commitReason(err)
	}) {
		d.c.deny(d.r.Context(), d.h, e)
	}
}

func (d commitDecision) denials(why func(table int) audit.CommitReason) []audit.Event {
	var all []audit.Event
	for i, t := range d.tables {
		all = append(all, d.indexed(audit.IcebergCommitDeny(t, why(i)), i))
	}
	return all
}

func (d commitDecision) indexed(e audit.Event, i int) audit.Event {
	if !d.inTransaction() {
		return e
	}
	return e.WithTransaction(d.transaction, i, len(d.tables))
}

func (d commitDecision) inTransaction() bool { return d.transaction != uuid.Nil }
