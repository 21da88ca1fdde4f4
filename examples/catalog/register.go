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
//
//audit:decision
func (c *Catalog) registerTable(h http.Header, r *http.Request) (answer, error) {
	var body registerRequest
	bodyErr := readJSON(r, &body)
	id := identifier{Namespace: pathNamespace(r), Name: body.Name}
	return c.mutate(h, r, registersTable(id), func(allow func() error) (answer, error) {
		if err := cmp.Or(c.checkWrite(r), bodyErr, id.check()); err != nil {
			return answer{}, err
		}
		found, err := c.warehouse.read(body.Location)
		if err != nil {
			return answer{}, err
		}
		return ok(newTableResponse(found)), c.insert(r, id, found, allow)
	})
}
