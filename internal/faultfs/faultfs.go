// Package faultfs is a file system in memory that knows what a disk would have kept. It tells data that was synced from
// data that was only written, and directory entries that were synced from those only made; it fails on demand; and
// at any moment it yields the states in which a crash could leave the disk.
//
// The model of a crash: what was synced is there. Of the rest, each 512-byte sector of each write and each change of
// a directory may have reached the disk or not, independently of all others and in any order. A sector is never torn.
// After a failed Sync the writes that it covered may or may not be on the disk, and no later Sync changes that,
// although reads go on to return them.
package faultfs

import (
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"
	"syscall"

	"github.com/daxis-io/arco-audit/internal/journal/vfs"
)

// Sector is the unit that a disk writes as a whole.
const Sector = 512

// FS is the file system. The zero value is not usable; New makes an empty one. Methods may be called concurrently.
type FS struct {
	mu       sync.Mutex
	live     map[string]*inode // what programs see
	stable   map[string]*inode // what a crash leaves for certain
	changes  []change          // of directories, not yet synced, in order
	locks    map[string]bool
	capacity int64 // bytes, 0 for no limit
	rules    []*Rule
	observe  func(Op)
}

var _ vfs.FS = (*FS)(nil)

// change is one unsynced change of a directory: to gets the inode, from loses it; either may be empty.
type change struct {
	dir      string
	from, to string
	node     *inode
}

// inode is a file or directory. stable is never written to in place, so that crash states can share it.
type inode struct {
	dir    bool
	stable []byte
	live   []byte // nil while equal to stable
	writes []write
	limbo  []write // covered by a failed sync
}

// write is an unsynced write; a nil data means an extension to off bytes.
type write struct {
	off  int64
	data []byte
}

// New returns an empty file system whose root directory "/" exists.
func New() *FS {
	root := &inode{dir: true}
	return &FS{
		live:   map[string]*inode{"/": root},
		stable: map[string]*inode{"/": root},
		locks:  make(map[string]bool),
	}
}

// SetCapacity limits the sum of all file sizes; 0 lifts the limit. Growth beyond it fails with ENOSPC.
func (f *FS) SetCapacity(bytes int64) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.capacity = bytes
}

// Observe has fn called before every operation that changes something, outside of all locks; nil ends it.
func (f *FS) Observe(fn func(Op)) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.observe = fn
}

// enter announces an operation and returns what the rules make of it. On success the caller holds the lock.
func (f *FS) enter(kind Kind, name string) (short int, err error) {
	op := Op{Kind: kind, Name: name}
	f.mu.Lock()
	observe := f.observe
	rule := f.matchLocked(op)
	f.mu.Unlock()
	if observe != nil && kind.mutates() {
		observe(op)
	}
	if rule != nil {
		if rule.Block != nil {
			<-rule.Block
		}
		if rule.Err != nil {
			return rule.Short, &fs.PathError{Op: kind.String(), Path: name, Err: rule.Err}
		}
	}
	f.mu.Lock()
	return 0, nil
}

func failed(kind Kind, name string, err error) error {
	return &fs.PathError{Op: kind.String(), Path: name, Err: err}
}

// Create implements vfs.FS.
func (f *FS) Create(name string) (vfs.File, error) {
	name = path.Clean(name)
	if _, err := f.enter(KindCreate, name); err != nil {
		return nil, err
	}
	defer f.mu.Unlock()
	if f.live[name] != nil {
		return nil, failed(KindCreate, name, fs.ErrExist)
	}
	if parent := f.live[path.Dir(name)]; parent == nil || !parent.dir {
		return nil, failed(KindCreate, name, fs.ErrNotExist)
	}
	node := &inode{}
	f.live[name] = node
	f.changes = append(f.changes, change{dir: path.Dir(name), to: name, node: node})
	return &file{fs: f, node: node, name: name}, nil
}

// Open implements vfs.FS.
func (f *FS) Open(name string) (vfs.File, error) {
	name = path.Clean(name)
	if _, err := f.enter(KindOpen, name); err != nil {
		return nil, err
	}
	defer f.mu.Unlock()
	node := f.live[name]
	if node == nil || node.dir {
		return nil, failed(KindOpen, name, fs.ErrNotExist)
	}
	return &file{fs: f, node: node, name: name}, nil
}

// MkdirAll implements vfs.FS.
func (f *FS) MkdirAll(dir string) error {
	dir = path.Clean(dir)
	if _, err := f.enter(KindMkdir, dir); err != nil {
		return err
	}
	defer f.mu.Unlock()
	for at := dir; f.live[at] == nil; at = path.Dir(at) {
		node := &inode{dir: true}
		f.live[at] = node
		f.stable[at] = node
	}
	return nil
}

// ReadDir implements vfs.FS.
func (f *FS) ReadDir(dir string) ([]string, error) {
	dir = path.Clean(dir)
	if _, err := f.enter(KindReadDir, dir); err != nil {
		return nil, err
	}
	defer f.mu.Unlock()
	if node := f.live[dir]; node == nil || !node.dir {
		return nil, failed(KindReadDir, dir, fs.ErrNotExist)
	}
	return f.childrenLocked(dir), nil
}

func (f *FS) childrenLocked(dir string) []string {
	var names []string
	for name := range f.live {
		if name != dir && path.Dir(name) == dir {
			names = append(names, path.Base(name))
		}
	}
	slices.Sort(names)
	return names
}

// Rename implements vfs.FS, within one directory.
func (f *FS) Rename(oldname, newname string) error {
	oldname, newname = path.Clean(oldname), path.Clean(newname)
	if _, err := f.enter(KindRename, oldname); err != nil {
		return err
	}
	defer f.mu.Unlock()
	node := f.live[oldname]
	if node == nil || path.Dir(oldname) != path.Dir(newname) {
		return failed(KindRename, oldname, fs.ErrNotExist)
	}
	delete(f.live, oldname)
	f.live[newname] = node
	f.changes = append(f.changes, change{dir: path.Dir(newname), from: oldname, to: newname, node: node})
	return nil
}

// Remove implements vfs.FS.
func (f *FS) Remove(name string) error {
	name = path.Clean(name)
	if _, err := f.enter(KindRemove, name); err != nil {
		return err
	}
	defer f.mu.Unlock()
	node := f.live[name]
	if node == nil {
		return failed(KindRemove, name, fs.ErrNotExist)
	}
	if node.dir && len(f.childrenLocked(name)) > 0 {
		return failed(KindRemove, name, syscall.ENOTEMPTY)
	}
	delete(f.live, name)
	f.changes = append(f.changes, change{dir: path.Dir(name), from: name, node: node})
	return nil
}

// SyncDir implements vfs.FS.
func (f *FS) SyncDir(dir string) error {
	dir = path.Clean(dir)
	if _, err := f.enter(KindSyncDir, dir); err != nil {
		return err
	}
	defer f.mu.Unlock()
	if f.live[dir] == nil {
		return failed(KindSyncDir, dir, fs.ErrNotExist)
	}
	f.changes = slices.DeleteFunc(f.changes, func(c change) bool {
		if c.dir == dir {
			c.apply(f.stable)
		}
		return c.dir == dir
	})
	return nil
}

// apply carries the change out on a name space, as far as it makes sense there.
func (c change) apply(names map[string]*inode) {
	if c.from != "" {
		if names[c.from] == c.node {
			delete(names, c.from)
		}
	}
	if c.to != "" {
		names[c.to] = c.node
	}
}

// Lock implements vfs.FS.
func (f *FS) Lock(name string) (io.Closer, error) {
	name = path.Clean(name)
	if _, err := f.enter(KindLock, name); err != nil {
		return nil, err
	}
	defer f.mu.Unlock()
	if f.live[path.Dir(name)] == nil {
		return nil, failed(KindLock, name, fs.ErrNotExist)
	}
	if f.locks[name] {
		return nil, failed(KindLock, name, vfs.ErrLocked)
	}
	if f.live[name] == nil {
		node := &inode{}
		f.live[name] = node
		f.changes = append(f.changes, change{dir: path.Dir(name), to: name, node: node})
	}
	f.locks[name] = true
	return unlocker(func() {
		f.mu.Lock()
		defer f.mu.Unlock()
		delete(f.locks, name)
	}), nil
}

type unlocker func()

func (u unlocker) Close() error { u(); return nil }

// Size returns the bytes that all files together take.
func (f *FS) Size() int64 {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.sizeLocked()
}

func (f *FS) sizeLocked() int64 {
	var n int64
	for _, node := range f.live {
		n += int64(len(node.content()))
	}
	return n
}

// Mutate changes the content of a file behind everybody's back, in memory and on the disk: damage, or a restored
// backup. fn may return a shorter or longer slice; it owns the one it gets.
func (f *FS) Mutate(name string, fn func([]byte) []byte) error {
	name = path.Clean(name)
	f.mu.Lock()
	defer f.mu.Unlock()
	node := f.live[name]
	if node == nil || node.dir {
		return failed(KindOpen, name, fs.ErrNotExist)
	}
	node.stable = fn(slices.Clone(node.content()))
	node.live, node.writes, node.limbo = nil, nil, nil
	return nil
}

// Files returns the names of all files, sorted.
func (f *FS) Files() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	var names []string
	for name, node := range f.live {
		if !node.dir {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// String lists the files with their sizes and what is unsynced of them, for failure messages.
func (f *FS) String() string {
	var b strings.Builder
	for _, name := range f.Files() {
		f.mu.Lock()
		node := f.live[name]
		if node != nil {
			b.WriteString(node.describe(name))
		}
		f.mu.Unlock()
	}
	return b.String()
}
