package catalog

import (
	"cmp"
	"net/http"
)

type transactionRequest struct {
	Changes []commitRequest `json:"table-changes"`
}

// maxChanges bounds the tables of one transaction: each of them is one event.
const maxChanges = 100

// commitTransaction moves the pointers of several tables or of none. Every table of it has one event, and
// all of them share a transaction id. A refusal names its reason on the table that caused it; the others
// are aborted with it. No table is moved, and no commit recorded, before the intents of all are accepted.
//
//audit:decision
func (c *Catalog) commitTransaction(h http.Header, r *http.Request) (answer, error) {
	var body transactionRequest
	bodyErr := readJSON(r, &body)
	return c.commitsAll(h, r, body.Changes).run(func(begin func(...staged) error) (answer, error) {
		if err := cmp.Or(c.checkWrite(r), bodyErr); err != nil {
			return answer{}, err
		}
		all, err := c.prepareAll(body.Changes)
		if err != nil {
			c.discard(all)
			return answer{}, err
		}
		return done(), c.move(r, all, begin)
	})
}

// prepareAll returns what it wrote even when it fails, for its caller to discard.
func (c *Catalog) prepareAll(changes []commitRequest) ([]staged, error) {
	if len(changes) == 0 || len(changes) > maxChanges {
		return nil, errBody
	}
	var all []staged
	seen := map[string]bool{}
	for i, change := range changes {
		if change.Identifier == nil || !change.Identifier.valid() || seen[change.Identifier.key()] {
			return all, refusedTable{i, errIdentifier}
		}
		seen[change.Identifier.key()] = true
		s, err := c.prepare(*change.Identifier, change)
		if err != nil {
			return all, refusedTable{i, err}
		}
		all = append(all, s)
	}
	return all, nil
}

// refusedTable says which table of a transaction an error is about.
type refusedTable struct {
	index int
	error
}

func (e refusedTable) Unwrap() error { return e.error }
