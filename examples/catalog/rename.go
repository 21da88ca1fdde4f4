package catalog

import (
	"net/http"
	"slices"
)

type renameRequest struct {
	Source      identifier `json:"source"`
	Destination identifier `json:"destination"`
}

func (c *Catalog) renameTable(w http.ResponseWriter, r *http.Request) error {
	var body renameRequest
	bodyErr := readJSON(r, &body)
	from, to := body.Source, body.Destination
	change := renamesTable(from, to, c.store.table(from))
	err := c.mutate(w, r, change, func(allow func() error) error {
		if err := c.checkWrite(r); err != nil {
			return err
		}
		if bodyErr != nil {
			return bodyErr
		}
		if !from.valid() || !to.valid() {
			return errIdentifier
		}
		if !slices.Equal(from.Namespace, to.Namespace) {
			return errCrossNamespace
		}
		release, err := c.locks.acquire(r.Context(), from.Namespace.key(), from.key(), to.key())
		if err != nil {
			return err
		}
		defer release()
		at := c.store.table(from)
		if at == nil {
			return errNoTable
		}
		if c.store.table(to) != nil {
			return errTableTaken
		}
		if err := allow(); err != nil {
			return err
		}
		c.store.swapAll([]move{{id: from}, {id: to, to: at}})
		return nil
	})
	if err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}
