package catalog

import (
	"cmp"
	"net/http"
	"slices"
)

type renameRequest struct {
	Source      identifier `json:"source"`
	Destination identifier `json:"destination"`
}

//audit:decision
func (c *Catalog) renameTable(h http.Header, r *http.Request) (answer, error) {
	var body renameRequest
	bodyErr := readJSON(r, &body)
	from, to := body.Source, body.Destination
	change := renamesTable(from, to, c.store.table(from))
	return c.mutate(h, r, change, func(allow func() error) (answer, error) {
		if err := cmp.Or(c.checkWrite(r), bodyErr, from.check(), to.check()); err != nil {
			return answer{}, err
		}
		if !slices.Equal(from.Namespace, to.Namespace) {
			return answer{}, errCrossNamespace
		}
		return done(), c.moveName(r, from, to, allow)
	})
}

func (c *Catalog) moveName(r *http.Request, from, to identifier, allow func() error) error {
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
}
