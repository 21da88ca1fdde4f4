package catalog

import (
	"cmp"
	"net/http"

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

func (c *Catalog) listTables(w http.ResponseWriter, r *http.Request) error {
	n, _, err := c.findNamespace(r)
	if err != nil {
		return err
	}
	names, next, err := page(r, c.store.tableNames(n))
	if err != nil {
		return err
	}
	out := struct {
		Identifiers []identifier `json:"identifiers"`
		Next        string       `json:"next-page-token,omitempty"`
	}{Identifiers: []identifier{}, Next: next}
	for _, name := range names {
		out.Identifiers = append(out.Identifiers, identifier{Namespace: n, Name: name})
	}
	return writeJSON(w, http.StatusOK, out)
}

func (c *Catalog) tableExists(w http.ResponseWriter, r *http.Request) error {
	if _, err := c.findTable(r); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
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

// loadTable vends a credential with the table only when the client asks for it by header; a refused one
// leaves the table readable without it. A vend that cannot be recorded fails the request.
func (c *Catalog) loadTable(w http.ResponseWriter, r *http.Request) error {
	at, err := c.findTable(r)
	if err != nil {
		return err
	}
	out := newTableResponse(at)
	if mode := delegationOf(r.Header, delegationNone); mode != delegationNone && c.config.Provider != nil {
		out.Credentials, err = c.vend(w, r, pathTable(r), at, mode)
		if causeOf(err) == causeAudit {
			return err
		}
	}
	return writeJSON(w, http.StatusOK, out)
}

// reportMetrics accepts the two report types of the specification. A report decides nothing: its only event
// is that of the authentication.
func (c *Catalog) reportMetrics(w http.ResponseWriter, r *http.Request) error {
	if _, err := c.findTable(r); err != nil {
		return err
	}
	var body struct {
		Type string `json:"report-type"`
	}
	if err := readJSON(r, &body); err != nil {
		return err
	}
	if body.Type != "scan-report" && body.Type != "commit-report" {
		return errBody
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

func (c *Catalog) createTable(w http.ResponseWriter, r *http.Request) error {
	var body createRequest
	bodyErr := readJSON(r, &body)
	id := identifier{Namespace: pathNamespace(r), Name: body.Name}
	var made *pointer
	err := c.mutate(w, r, createsTable(id), func(allow func() error) error {
		if err := cmp.Or(c.checkWrite(r), bodyErr, id.check()); err != nil {
			return err
		}
		meta, err := body.metadata(c.warehouse)
		if err != nil {
			return err
		}
		if body.Stage {
			made, err = c.stage(id, meta)
			return err
		}
		if made, err = c.warehouse.write(meta, 0); err != nil {
			return err
		}
		if err := c.insert(r, id, made, allow); err != nil {
			c.warehouse.remove(made)
			return err
		}
		return nil
	})
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, newTableResponse(made))
}

// stage answers what a create would make. It changes nothing, so it is no allow decision: that is taken by
// the commit with assert-create that follows.
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

func (c *Catalog) dropTable(w http.ResponseWriter, r *http.Request) error {
	id := pathTable(r)
	err := c.mutate(w, r, dropsTable(id, c.store.table(id)), func(allow func() error) error {
		if err := c.checkWrite(r); err != nil {
			return err
		}
		if r.URL.Query().Get("purgeRequested") == "true" {
			return errPurge
		}
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
	})
	if err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}
