package catalog

import "net/http"

type registerRequest struct {
	Name     string `json:"name"`
	Location string `json:"metadata-location"`
}

// registerTable brings an existing metadata file of the warehouse under a name. The file is not written, so
// a refusal leaves it where it is.
func (c *Catalog) registerTable(w http.ResponseWriter, r *http.Request) error {
	var body registerRequest
	bodyErr := readJSON(r, &body)
	id := identifier{Namespace: pathNamespace(r), Name: body.Name}
	var found *pointer
	err := c.mutate(w, r, registersTable(id), func(allow func() error) error {
		if err := c.checkWrite(r); err != nil {
			return err
		}
		if bodyErr != nil {
			return bodyErr
		}
		if !id.valid() {
			return errIdentifier
		}
		var err error
		if found, err = c.warehouse.read(body.Location); err != nil {
			return err
		}
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
		c.store.swap(id, found)
		return nil
	})
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, newTableResponse(found))
}
