package catalog

import (
	"cmp"
	"maps"
	"net/http"
	"strings"

	"github.com/apache/iceberg-go/table"
)

// tableResponse is what create, register and load answer. Location is empty for a staged table.
type tableResponse struct {
	Location    string              `json:"metadata-location,omitempty"`
	Metadata    table.Metadata      `json:"metadata"`
	Config      map[string]string   `json:"config"`
	Credentials []storageCredential `json:"storage-credentials,omitempty"`
}

func newTableResponse(p *pointer) tableResponse {
	return tableResponse{Location: p.location, Metadata: p.metadata, Config: map[string]string{}}
}

func (c *Catalog) listTables(_ http.Header, r *http.Request) (answer, error) {
	n, _, err := c.findNamespace(r)
	if err != nil {
		return answer{}, err
	}
	names, next, err := page(r, c.store.tableNames(n))
	if err != nil {
		return answer{}, err
	}
	out := struct {
		Identifiers []identifier `json:"identifiers"`
		Next        string       `json:"next-page-token,omitempty"`
	}{Identifiers: []identifier{}, Next: next}
	for _, name := range names {
		out.Identifiers = append(out.Identifiers, identifier{Namespace: n, Name: name})
	}
	return ok(out), nil
}

func (c *Catalog) tableExists(_ http.Header, r *http.Request) (answer, error) {
	if _, err := c.findTable(r); err != nil {
		return answer{}, err
	}
	return done(), nil
}

func (c *Catalog) findTable(r *http.Request) (*pointer, error) {
	if err := c.checkPrefix(r); err != nil {
		return nil, err
	}
	at := c.store.table(pathTable(r))
	if at == nil {
		return nil, errNoTable
	}
	return at, nil
}

// loadTable answers with the table, and lends a credential with it.
//
//audit:decision
//audit:quiet a load alone decides nothing
func (c *Catalog) loadTable(h http.Header, r *http.Request) (answer, error) {
	at, err := c.findTable(r)
	if err != nil {
		return answer{}, err
	}
	out := newTableResponse(at)
	out.Credentials, err = c.lend(h, r, pathTable(r), at)
	return ok(out), err
}

// lend vends a credential with a table only when the client asks for it by header. A refused one leaves the table
// readable without it; one that cannot be recorded is an error.
func (c *Catalog) lend(h http.Header, r *http.Request, id identifier, at *pointer) ([]storageCredential, error) {
	mode := delegationOf(r.Header, delegationNone)
	if mode == delegationNone || c.config.Provider == nil {
		return nil, nil
	}
	creds, err := c.vends(h, r, id, at, mode).vend()
	if causeOf(err) == causeAudit {
		return nil, err
	}
	return creds, nil
}

// reportMetrics accepts the two report types of the specification. A report decides nothing: its only event
// is that of the authentication.
func (c *Catalog) reportMetrics(_ http.Header, r *http.Request) (answer, error) {
	if _, err := c.findTable(r); err != nil {
		return answer{}, err
	}
	var body struct {
		Type string `json:"report-type"`
	}
	if err := readJSON(r, &body); err != nil {
		return answer{}, err
	}
	if body.Type != "scan-report" && body.Type != "commit-report" {
		return answer{}, errBody
	}
	return done(), nil
}

// createTable makes a table and lends a credential with it. The two are decisions of their own: a credential that
// cannot be recorded is left out, because the table is there.
//
//audit:decision
func (c *Catalog) createTable(h http.Header, r *http.Request) (answer, error) {
	var body createRequest
	bodyErr := readJSON(r, &body)
	id := identifier{Namespace: pathNamespace(r), Name: body.Name}
	out, err := c.mutate(h, r, createsTable(id), func(allow func() error) (answer, error) {
		if err := cmp.Or(c.checkWrite(r), bodyErr, id.check(), c.checkGuarded(maps.Keys(body.Properties))); err != nil {
			return answer{}, err
		}
		made, err := c.makeTable(r, id, body, allow)
		if err != nil {
			return answer{}, err
		}
		return ok(newTableResponse(made)), nil
	})
	if made, is := out.body.(tableResponse); is && err == nil {
		made.Credentials, _ = c.lend(h, r, id, &pointer{location: made.Location, metadata: made.Metadata})
		out.body = made
	}
	return out, err
}

func (c *Catalog) makeTable(r *http.Request, id identifier, body createRequest, allow func() error) (*pointer, error) {
	meta, err := body.metadata(c.warehouse)
	if err != nil {
		return nil, err
	}
	if body.Stage {
		return c.stage(id, meta)
	}
	made, err := c.warehouse.write(meta, 0)
	if err != nil {
		return nil, err
	}
	if err := c.insert(r, id, made, allow); err != nil {
		c.warehouse.remove(made)
		return nil, err
	}
	return made, nil
}

// stage answers what a create would make. It changes nothing, so it is no allow decision: that is taken by
// the commit with assert-create that follows.
//
//audit:quiet
func (c *Catalog) stage(id identifier, meta table.Metadata) (*pointer, error) {
	if _, ok := c.store.namespace(id.Namespace); !ok {
		return nil, errNoNamespace
	}
	if c.store.table(id) != nil {
		return nil, errTableTaken
	}
	if _, err := c.warehouse.inside(meta.Location()); err != nil {
		return nil, err
	}
	return &pointer{metadata: meta}, nil
}

// insert makes a metadata file the current one of a new table.
func (c *Catalog) insert(r *http.Request, id identifier, made *pointer, allow func() error) error {
	release, err := c.locks.acquire(r.Context(), id.Namespace.key(), id.key())
	if err != nil {
		return err
	}
	defer release()
	if _, ok := c.store.namespace(id.Namespace); !ok {
		return errNoNamespace
	}
	if c.store.table(id) != nil {
		return errTableTaken
	}
	if err := allow(); err != nil {
		return err
	}
	c.store.swap(id, made)
	return nil
}

//audit:decision
func (c *Catalog) dropTable(h http.Header, r *http.Request) (answer, error) {
	id := pathTable(r)
	return c.mutate(h, r, dropsTable(id, c.store.table(id)), func(allow func() error) (answer, error) {
		if err := c.checkWrite(r); err != nil {
			return answer{}, err
		}
		if strings.EqualFold(r.URL.Query().Get("purgeRequested"), "true") {
			return answer{}, errPurge
		}
		return done(), c.removeTable(r, id, allow)
	})
}

func (c *Catalog) removeTable(r *http.Request, id identifier, allow func() error) error {
	release, err := c.locks.acquire(r.Context(), id.key())
	if err != nil {
		return err
	}
	defer release()
	if c.store.table(id) == nil {
		return errNoTable
	}
	if err := allow(); err != nil {
		return err
	}
	c.store.swap(id, nil)
	return nil
}
