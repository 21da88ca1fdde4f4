package catalog

import (
	"iter"
	"slices"
	"strings"
)

// DefaultGuarded are the prefixes of the properties by which services govern a table, such as its retention.
func DefaultGuarded() []string { return []string{"arco."} }

func (c *Catalog) guarded(key string) bool {
	return slices.ContainsFunc(c.config.Guarded, func(prefix string) bool { return strings.HasPrefix(key, prefix) })
}

// checkGuarded refuses a request that names a guarded property.
func (c *Catalog) checkGuarded(keys iter.Seq[string]) error {
	for key := range keys {
		if c.guarded(key) {
			return errGuarded
		}
	}
	return nil
}

// guards reports whether a guarded property differs in the metadata that a commit would make, whichever update did it.
func (c *Catalog) guards(before, after map[string]string) bool {
	for key, value := range after {
		if old, had := before[key]; c.guarded(key) && (!had || old != value) {
			return true
		}
	}
	for key := range before {
		if _, kept := after[key]; c.guarded(key) && !kept {
			return true
		}
	}
	return false
}
