package catalog

import (
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/apache/iceberg-go/table"
)

// pointer is what the catalog knows of a table: which metadata file is current, and its content. It is
// immutable; a commit replaces it, and two pointers are the same state exactly when they are the same
// pointer.
type pointer struct {
	location string
	metadata table.Metadata
}

// store holds namespaces and table pointers. Its methods are short critical sections in memory; whoever
// changes an entry holds that entry's name in locks.
type store struct {
	mu         sync.RWMutex
	namespaces map[string]map[string]string // key -> properties
	tables     map[string]tableEntry        // key -> entry
}

type tableEntry struct {
	id identifier
	at *pointer
}

func newStore() *store {
	return &store{namespaces: map[string]map[string]string{}, tables: map[string]tableEntry{}}
}

func (s *store) namespace(n namespace) (map[string]string, bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	props, ok := s.namespaces[n.key()]
	return maps.Clone(props), ok
}

func (s *store) putNamespace(n namespace, props map[string]string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.namespaces[n.key()] = maps.Clone(props)
}

func (s *store) deleteNamespace(n namespace) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.namespaces, n.key())
}

// children lists the keys of the namespaces directly below parent, sorted; nil means the top level.
func (s *store) children(parent namespace) []string {
	s.mu.RLock()
	defer s.mu.RUnlock()
	var keys []string
	for key := range s.namespaces {
		parts := namespace(strings.Split(key, separator))
		if slices.Equal(parts.parent(), parent) {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	return keys
}

// tableNames lists the names of the tables in n, sorted.
func (s *store) tableNames(n namespace) []string {
	s.mu.RLock()
	defer s.mu.RUnlock()
	var names []string
	for _, entry := range s.tables {
		if slices.Equal(entry.id.Namespace, n) {
			names = append(names, entry.id.Name)
		}
	}
	slices.Sort(names)
	return names
}

// table returns nil when there is none.
func (s *store) table(id identifier) *pointer {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.tables[id.key()].at
}

// swap moves the pointer of id to next; nil removes the table. The caller holds the name of id and has
// compared the current pointer with the one it started from.
func (s *store) swap(id identifier, next *pointer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.put(id, next)
}

// swapAll moves several pointers in one step: no reader sees some of them moved and others not.
func (s *store) swapAll(moves []move) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, m := range moves {
		s.put(m.id, m.to)
	}
}

type move struct {
	id identifier
	to *pointer
}

func (s *store) put(id identifier, to *pointer) {
	if to == nil {
		delete(s.tables, id.key())
		return
	}
	s.tables[id.key()] = tableEntry{id: id, at: to}
}
