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
	w           http.ResponseWriter
	r           *http.Request
	tables      []audit.Table
	transaction uuid.UUID // Nil outside transactions
}

func (c *Catalog) commits(w http.ResponseWriter, r *http.Request, id identifier) commitDecision {
	return commitDecision{c: c, w: w, r: r, tables: []audit.Table{auditTable(id, c.store.table(id))}}
}

// commitsAll names the tables of a transaction. One that is empty or oversized is refused as a whole and
// has one event, of a table without a name.
func (c *Catalog) commitsAll(w http.ResponseWriter, r *http.Request, changes []commitRequest) commitDecision {
	d := commitDecision{c: c, w: w, r: r, transaction: uuid.New()}
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
// nothing but the moves is left to do, and returns nil when they are made.
func (d commitDecision) run(do func(begin func(...staged) error) error) error {
	in := intents{d: d}
	defer in.abandon()
	err := do(in.begin)
	switch {
	case err == nil:
		return in.made()
	case !in.asked:
		d.refuse(err)
	}
	return err
}

func (d commitDecision) refuse(err error) {
	var one refusedTable
	several := errors.As(err, &one)
	for i, t := range d.tables {
		reason := commitReason(err)
		if several && i != one.index {
			reason = audit.CommitReasonTransactionAborted
		}
		d.c.deny(d.r.Context(), d.w.Header(), d.indexed(audit.IcebergCommitDeny(t, reason), i))
	}
}

func (d commitDecision) indexed(e audit.Event, i int) audit.Event {
	if !d.inTransaction() {
		return e
	}
	return e.WithTransaction(d.transaction, i, len(d.tables))
}

func (d commitDecision) inTransaction() bool { return d.transaction != uuid.Nil }
