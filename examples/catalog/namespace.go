package catalog

import (
	"cmp"
	"maps"
	"net/http"
	"slices"
	"strings"
)

type namespaceBody struct {
	Namespace  namespace         `json:"namespace"`
	Properties map[string]string `json:"properties"`
}

func (c *Catalog) listNamespaces(w http.ResponseWriter, r *http.Request) error {
	if err := c.checkPrefix(r); err != nil {
		return err
	}
	var parent namespace
	if p := r.URL.Query().Get("parent"); p != "" {
		parent = strings.Split(p, separator)
		if _, ok := c.store.namespace(parent); !ok {
			return errNoNamespace
		}
	}
	keys, next, err := page(r, c.store.children(parent))
	if err != nil {
		return err
	}
	out := struct {
		Namespaces []namespace `json:"namespaces"`
		Next       string      `json:"next-page-token,omitempty"`
	}{Namespaces: []namespace{}, Next: next}
	for _, key := range keys {
		out.Namespaces = append(out.Namespaces, strings.Split(key, separator))
	}
	return writeJSON(w, http.StatusOK, out)
}

func (c *Catalog) loadNamespace(w http.ResponseWriter, r *http.Request) error {
	n, props, err := c.findNamespace(r)
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, namespaceBody{Namespace: n, Properties: props})
}

func (c *Catalog) namespaceExists(w http.ResponseWriter, r *http.Request) error {
	if _, _, err := c.findNamespace(r); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

func (c *Catalog) findNamespace(r *http.Request) (namespace, map[string]string, error) {
	if err := c.checkPrefix(r); err != nil {
		return nil, nil, err
	}
	n := pathNamespace(r)
	props, ok := c.store.namespace(n)
	if !ok {
		return nil, nil, errNoNamespace
	}
	if props == nil {
		props = map[string]string{}
	}
	return n, props, nil
}

func (c *Catalog) createNamespace(w http.ResponseWriter, r *http.Request) error {
	var body namespaceBody
	bodyErr := readJSON(r, &body)
	n := body.Namespace
	err := c.mutate(w, r, createsNamespace(n), func(allow func() error) error {
		if err := cmp.Or(c.checkWrite(r), bodyErr, n.check()); err != nil {
			return err
		}
		return c.addNamespace(r, n, body.Properties, allow)
	})
	if err != nil {
		return err
	}
	if body.Properties == nil {
		body.Properties = map[string]string{}
	}
	return writeJSON(w, http.StatusOK, body)
}

func (c *Catalog) addNamespace(r *http.Request, n namespace, props map[string]string, allow func() error) error {
	release, err := c.locks.acquire(r.Context(), n.key(), n.parent().key())
	if err != nil {
		return err
	}
	defer release()
	if parent := n.parent(); parent != nil {
		if _, ok := c.store.namespace(parent); !ok {
			return errNoNamespace
		}
	}
	if _, ok := c.store.namespace(n); ok {
		return errNamespaceTaken
	}
	if err := allow(); err != nil {
		return err
	}
	c.store.putNamespace(n, props)
	return nil
}

func (c *Catalog) dropNamespace(w http.ResponseWriter, r *http.Request) error {
	n := pathNamespace(r)
	err := c.mutate(w, r, dropsNamespace(n), func(allow func() error) error {
		if err := c.checkWrite(r); err != nil {
			return err
		}
		release, err := c.locks.acquire(r.Context(), n.key())
		if err != nil {
			return err
		}
		defer release()
		if _, ok := c.store.namespace(n); !ok {
			return errNoNamespace
		}
		if len(c.store.children(n)) > 0 || len(c.store.tableNames(n)) > 0 {
			return errNotEmpty
		}
		if err := allow(); err != nil {
			return err
		}
		c.store.deleteNamespace(n)
		return nil
	})
	if err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

type propertiesRequest struct {
	Removals []string          `json:"removals"`
	Updates  map[string]string `json:"updates"`
}

type propertiesResponse struct {
	Updated []string `json:"updated"`
	Removed []string `json:"removed"`
	Missing []string `json:"missing"`
}

func (c *Catalog) updateNamespace(w http.ResponseWriter, r *http.Request) error {
	n := pathNamespace(r)
	var out propertiesResponse
	err := c.mutate(w, r, setsProperties(n), func(allow func() error) error {
		var body propertiesRequest
		if err := cmp.Or(c.checkWrite(r), readJSON(r, &body), body.check()); err != nil {
			return err
		}
		var err error
		out, err = c.changeProperties(r, n, body, allow)
		return err
	})
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, out)
}

func (c *Catalog) changeProperties(
	r *http.Request, n namespace, body propertiesRequest, allow func() error,
) (propertiesResponse, error) {
	release, err := c.locks.acquire(r.Context(), n.key())
	if err != nil {
		return propertiesResponse{}, err
	}
	defer release()
	props, ok := c.store.namespace(n)
	if !ok {
		return propertiesResponse{}, errNoNamespace
	}
	if err := allow(); err != nil {
		return propertiesResponse{}, err
	}
	out := body.apply(&props)
	c.store.putNamespace(n, props)
	return out, nil
}

// check refuses a key that is to be set and removed at once.
func (b *propertiesRequest) check() error {
	for _, key := range b.Removals {
		if _, both := b.Updates[key]; both {
			return errBody
		}
	}
	return nil
}

// apply changes props and reports what was done, sorted and without null lists.
func (b propertiesRequest) apply(props *map[string]string) propertiesResponse {
	out := propertiesResponse{Updated: []string{}, Removed: []string{}, Missing: []string{}}
	if *props == nil {
		*props = map[string]string{}
	}
	for _, key := range b.Removals {
		if _, ok := (*props)[key]; ok {
			out.Removed = append(out.Removed, key)
			delete(*props, key)
		} else {
			out.Missing = append(out.Missing, key)
		}
	}
	maps.Copy(*props, b.Updates)
	out.Updated = slices.AppendSeq(out.Updated, maps.Keys(b.Updates))
	slices.Sort(out.Updated)
	slices.Sort(out.Removed)
	slices.Sort(out.Missing)
	return out
}
