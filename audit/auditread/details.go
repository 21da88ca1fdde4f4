package auditread

import "github.com/daxis-io/arco-audit/internal/wire"

// Detail is one member of an event's details: its path, such as "summary.added-records", and what it says.
type Detail struct {
	Path  string
	Value string
}

// Details are the details of an event in the order in which they stand; no path stands twice.
type Details []Detail

// Get returns the value at path, "" when there is none.
func (d Details) Get(path string) string {
	value, _ := d.Lookup(path)
	return value
}

// Lookup returns the value at path and whether there is one.
func (d Details) Lookup(path string) (value string, ok bool) {
	for i := range d {
		if d[i].Path == path {
			return d[i].Value, true
		}
	}
	return "", false
}

// Map returns the details by path, in a new map.
func (d Details) Map() map[string]string {
	m := make(map[string]string, len(d))
	for i := range d {
		m[d[i].Path] = d[i].Value
	}
	return m
}

// repeats reports whether a path stands twice. Few are compared with each other; many, which no writer of this
// version makes, need a set.
func (d Details) repeats() bool {
	const few = 24
	if len(d) > few {
		return len(d.Map()) < len(d)
	}
	for i := range d {
		if _, ok := d[:i].Lookup(d[i].Path); ok {
			return true
		}
	}
	return false
}

// details reads them; n is how many there are.
func details(p *wire.Parts, n int) Details {
	d := make(Details, 0, n)
	p.Details(func(path, value string) bool {
		d = append(d, Detail{Path: path, Value: value})
		return true
	})
	return d
}
