// Package vfs is the narrow file system on which the journal stands: the operations whose durability
// matters and no others, so that a test can put a modelled disk in place of the real one.
package vfs

import (
	"errors"
	"io"
)

// ErrLocked is returned by FS.Lock when a living process, or another caller in this one, holds the lock.
var ErrLocked = errors.New("vfs: lock is held")

// FS is a file system. Names are slash-separated paths. Errors satisfy errors.Is with the fs.Err values and,
// where the operating system gave one, with its syscall.Errno. Methods may be called concurrently.
type FS interface {
	// Create makes a new, empty file; it fails with fs.ErrExist if the name is taken. The entry is durable
	// only after SyncDir of its directory.
	Create(name string) (File, error)
	// Open opens an existing file for reading and writing, read-only if writing is not permitted.
	Open(name string) (File, error)
	// MkdirAll makes a directory and its missing parents and makes their entries durable.
	MkdirAll(dir string) error
	// ReadDir returns the names in a directory, sorted.
	ReadDir(dir string) ([]string, error)
	// Rename replaces newname by oldname in one step; durable after SyncDir.
	Rename(oldname, newname string) error
	// Remove unlinks a file or an empty directory; durable after SyncDir of its parent.
	Remove(name string) error
	// SyncDir makes the entries of a directory durable.
	SyncDir(dir string) error
	// Lock takes an exclusive lock that ends with the process, creating the file if need be. It never
	// blocks: a held lock is ErrLocked. The name is guaranteed to refer to the locked file on return.
	Lock(name string) (io.Closer, error)
}

// File is an open file. Methods may be called concurrently, but none during or after Close.
type File interface {
	io.ReaderAt
	io.WriterAt
	io.Closer
	// Sync makes the data and the size durable, not the directory entry. After an error nothing is known of
	// what was written since the last success, and a later success proves nothing either.
	Sync() error
	// Allocate reserves blocks for and extends the file to size bytes, which read as zero.
	Allocate(size int64) error
	// Size returns the length in bytes.
	Size() (int64, error)
	// Linked tells whether the name under which the file was opened, or that it was given by Moved, still
	// refers to it.
	Linked() (bool, error)
	// Moved tells the file its new name after a Rename.
	Moved(name string)
}
