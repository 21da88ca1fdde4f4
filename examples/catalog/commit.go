package catalog

import (
	"net/http"

	"github.com/apache/iceberg-go/table"
)

// commitRequest is the body of a commit and one entry of a transaction.
type commitRequest struct {
	Identifier   *identifier        `json:"identifier"`
	Requirements table.Requirements `json:"requirements"`
	Updates      table.Updates      `json:"updates"`
}

// staged is a commit that is ready: its metadata file is written, its pointer has not moved.
type staged struct {
	id         identifier
	base, next *pointer // base is nil for a table that the commit creates
}

type commitResponse struct {
	Location string         `json:"metadata-location"`
	Metadata table.Metadata `json:"metadata"`
}

// commitTable checks and builds without a lock, then compares and moves the pointer under it, so a commit
// that loses the race is answered 409 and never overwrites the winner.
//
//audit:decision
func (c *Catalog) commitTable(h http.Header, r *http.Request) (answer, error) {
	id := pathTable(r)
	return c.commits(h, r, id).run(func(begin func(...staged) error) (answer, error) {
		if err := c.checkWrite(r); err != nil {
			return answer{}, err
		}
		var body commitRequest
		if err := readJSON(r, &body); err != nil {
			return answer{}, err
		}
		if !id.valid() || body.Identifier != nil && !body.Identifier.equal(id) {
			return answer{}, errIdentifier
		}
		s, err := c.prepare(id, body)
		if err != nil {
			return answer{}, err
		}
		if err := c.move(r, []staged{s}, begin); err != nil {
			return answer{}, err
		}
		return ok(commitResponse{Location: s.next.location, Metadata: s.next.metadata}), nil
	})
}

// prepare checks the requirements against the current metadata, applies the updates and writes the file.
func (c *Catalog) prepare(id identifier, body commitRequest) (staged, error) {
	s := staged{id: id, base: c.store.table(id)}
	fresh := creates(body.Requirements)
	switch {
	case s.base == nil && !fresh:
		return staged{}, errNoTable
	case s.base != nil && fresh:
		return staged{}, errMetadataExists
	}
	var current table.Metadata
	var before map[string]string
	version := 0
	if s.base != nil {
		current, before, version = s.base.metadata, s.base.metadata.Properties(), s.base.version()+1
	}
	for _, req := range body.Requirements {
		if req.Validate(current) != nil {
			return staged{}, errRequirements
		}
	}
	meta, err := c.apply(s.base, body.Updates)
	if err != nil {
		return staged{}, err
	}
	if c.guards(before, meta.Properties()) {
		return staged{}, errGuarded
	}
	s.next, err = c.warehouse.write(meta, version)
	return s, err
}

// creates says whether the requirements expect that there is no table yet.
func creates(reqs table.Requirements) bool {
	want := table.AssertCreate().GetType()
	for _, req := range reqs {
		if req.GetType() == want {
			return true
		}
	}
	return false
}

// move is the compare-and-swap of every staged commit, all or none. What is not moved is removed. After begin nothing
// can fail.
func (c *Catalog) move(r *http.Request, all []staged, begin func(...staged) error) (err error) {
	defer func() {
		if err != nil {
			c.discard(all)
		}
	}()
	names := make([]string, 0, 2*len(all))
	moves := make([]move, 0, len(all))
	for _, s := range all {
		names = append(names, s.id.key())
		if s.base == nil {
			names = append(names, s.id.Namespace.key())
		}
		moves = append(moves, move{id: s.id, to: s.next})
	}
	release, err := c.locks.acquire(r.Context(), names...)
	if err != nil {
		return err
	}
	defer release()
	if err := c.compare(all); err != nil {
		return err
	}
	if err := begin(all...); err != nil {
		return err
	}
	c.store.swapAll(moves)
	return nil
}

// compare says whether every table is still what its commit began with.
func (c *Catalog) compare(all []staged) error {
	for i, s := range all {
		if c.store.table(s.id) != s.base {
			return refusedTable{i, errConflict}
		}
		if _, ok := c.store.namespace(s.id.Namespace); !ok {
			return refusedTable{i, errNoNamespace}
		}
	}
	return nil
}

func (c *Catalog) discard(all []staged) {
	for _, s := range all {
		c.warehouse.remove(s.next)
	}
}
