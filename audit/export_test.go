package audit

import "github.com/daxis-io/arco-audit/internal/journal/vfs"

// OpenOn is Open with a file system of the test's, which says that it is of the given kind.
func OpenOn(c Config, fsys vfs.FS, m vfs.Medium) (*Trail, error) {
	return open(c, place{fs: fsys, mediumOf: func(string) (vfs.Medium, error) { return m, nil }})
}

// PlaceOf is a place whose media are told by mediumOf.
func OpenWhere(c Config, fsys vfs.FS, mediumOf func(string) (vfs.Medium, error)) (*Trail, error) {
	return open(c, place{fs: fsys, mediumOf: mediumOf})
}
