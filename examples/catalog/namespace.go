package catalog

import (
	"cmp"
	"iter"
	"maps"
	"net/http"
	"slices"
	"strings"
)

type namespaceBody struct {
	Namespace  namespace         `json:"namespace"`
	Properties map[string]string `json:"properties"`
}

func (c *Catalog) listNamespaces(_ http.Header, r *http.Request) (answer, error) {
	if err := c.checkPrefix(r); err != nil {
		return answer{}, err
	}
	var parent namespace
	if p := r.URL.Query().Get("parent"); p != "" {
		parent = strings.Split(p, separator)
		if _, ok := c.store.namespace(parent); !ok {
			return answer{}, errNoNamespace
		}
	}
	keys, next, err := page(r, c.store.children(parent))
	if err != nil {
		return answer{}, err
	}
	out := struct {
		Namespaces []namespace `json:"namespaces"`
		Next       string      `json:"next-page-token,omitempty"`
	}{Namespaces: []namespace{}, Next: next}
	for _, key := range keys {
		out.Namespaces = append(out.Namespaces, strings.Split(key, separator))
	}
	return ok(out), nil
}

func (c *Catalog) loadNamespace(_ http.Header, r *http.Request) (answer, error) {
	n, props, err := c.findNamespace(r)
	if err != nil {
		return answer{}, err
	}
	return ok(namespaceBody{Namespace: n, Properties: props}), nil
}

func (c *Catalog) namespaceExists(_ http.Header, r *http.Request) (answer, error) {
	if _, _, err := c.findNamespace(r); err != nil {
		return answer{}, err
	}
	return done(), nil
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

//audit:decision
func (c *Catalog) createNamespace(h http.Header, r *http.Request) (answer, error) {
	var body namespaceBody
	bodyErr := readJSON(r, &body)
	n := body.Namespace
	return c.mutate(h, r, createsNamespace(n), func(allow func() error) (answer, error) {
		if err := cmp.Or(c.checkWrite(r), bodyErr, n.check(), c.checkGuarded(maps.Keys(body.Properties))); err != nil {
			return answer{}, err
		}
		if body.Properties == nil {
			body.Properties = map[string]string{}
		}
		return ok(body), c.addNamespace(r, n, body.Properties, allow)
	})
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

//audit:decision
func (c *Catalog) dropNamespace(h http.Header, r *http.Request) (answer, error) {
	n := pathNamespace(r)
	return c.mutate(h, r, dropsNamespace(n), func(allow func() error) (answer, error) {
		if err := c.checkWrite(r); err != nil {
			return answer{}, err
		}
		return done(), c.removeNamespace(r, n, allow)
	})
}

func (c *Catalog) removeNamespace(r *http.Request, n namespace, allow func() error) error {
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

//audit:decision
func (c *Catalog) updateNamespace(h http.Header, r *http.Request) (answer, error) {
	n := pathNamespace(r)
	return c.mutate(h, r, setsProperties(n), func(allow func() error) (answer, error) {
		var body propertiesRequest
		if err := cmp.Or(c.checkWrite(r), readJSON(r, &body), body.check(), c.checkGuarded(body.keys())); err != nil {
			return answer{}, err
		}
		out, err := c.changeProperties(r, n, body, allow)
		return ok(out), err
	})
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
	out := body.apply(props)
	c.store.putNamespace(n, props)
	return out, nil
}

// keys are all that the request would change.
func (b *propertiesRequest) keys() iter.Seq[string] {
	return slices.Values(slices.AppendSeq(slices.Clone(b.Removals), maps.Keys(b.Updates)))
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
func (b propertiesRequest) apply(props map[string]string) propertiesResponse {
	out := propertiesResponse{Updated: []string{}, Removed: []string{}, Missing: []string{}}
	for _, key := range b.Removals {
		if _, ok := props[key]; ok {
			out.Removed = append(out.Removed, key)
			delete(props, key)
		} else {
			out.Missing = append(out.Missing, key)
		}
	}
	maps.Copy(props, b.Updates)
	out.Updated = slices.AppendSeq(out.Updated, maps.Keys(b.Updates))
	slices.Sort(out.Updated)
	slices.Sort(out.Removed)
	slices.Sort(out.Missing)
	return out
}
