package catalog

import (
	"net/http"
	"slices"
	"strings"
)

// separator joins the parts of a namespace in paths and in the parent parameter, as the REST specification
// has it by default. No part may contain it, so a joined namespace is also a unique key.
const separator = "\x1f"

// namespace is a non-empty list of non-empty parts.
type namespace []string

func (n namespace) key() string { return strings.Join(n, separator) }

func (n namespace) valid() bool {
	return len(n) > 0 && !slices.ContainsFunc(n, func(part string) bool {
		return part == "" || strings.Contains(part, separator)
	})
}

func (n namespace) check() error {
	if !n.valid() {
		return errIdentifier
	}
	return nil
}

// parent is nil for a top-level namespace.
func (n namespace) parent() namespace {
	if len(n) < 2 {
		return nil
	}
	return n[:len(n)-1]
}

// identifier names a table; it is also its JSON form.
type identifier struct {
	Namespace namespace `json:"namespace"`
	Name      string    `json:"name"`
}

// key cannot collide with the key of a namespace, whose parts are never empty.
func (id identifier) key() string { return id.Namespace.key() + separator + separator + id.Name }

func (id identifier) valid() bool {
	return id.Namespace.valid() && id.Name != "" && !strings.Contains(id.Name, separator)
}

func (id identifier) check() error {
	if !id.valid() {
		return errIdentifier
	}
	return nil
}

func (id identifier) equal(other identifier) bool {
	return id.Name == other.Name && slices.Equal(id.Namespace, other.Namespace)
}

// pathNamespace reads {namespace}. The value may be invalid: the caller needs it for the event of the
// refusal.
func pathNamespace(r *http.Request) namespace {
	return strings.Split(r.PathValue("namespace"), separator)
}

func pathTable(r *http.Request) identifier {
	return identifier{Namespace: pathNamespace(r), Name: r.PathValue("table")}
}

// checkPrefix refuses requests for another catalog than the one served.
func (c *Catalog) checkPrefix(r *http.Request) error {
	if r.PathValue("prefix") != c.config.Prefix {
		return errPrefix
	}
	return nil
}

// checkWrite is the first step of every change.
func (c *Catalog) checkWrite(r *http.Request) error {
	if err := c.checkPrefix(r); err != nil {
		return err
	}
	if c.config.ReadOnly {
		return errReadOnly
	}
	return nil
}
