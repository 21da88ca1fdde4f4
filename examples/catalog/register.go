package catalog

import (
	"cmp"
	"net/http"
)

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
		if err := cmp.Or(c.checkWrite(r), bodyErr, id.check()); err != nil {
			return err
		}
		var err error
		if found, err = c.warehouse.read(body.Location); err != nil {
			return err
		}
		return c.insert(r, id, found, allow)
	})
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, newTableResponse(found))
}
