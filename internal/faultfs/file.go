package faultfs

import (
	"fmt"
	"io"
	"io/fs"
	"slices"
	"sync/atomic"
	"syscall"
)

// file is an open file. It stays readable when its name has gone, as on a real system.
type file struct {
	fs     *FS
	node   *inode
	name   string // guarded by fs.mu
	closed atomic.Bool
}

func (n *inode) content() []byte {
	if n.live != nil {
		return n.live
	}
	return n.stable
}

func (n *inode) describe(name string) string {
	return fmt.Sprintf("%s: %d bytes, %d writes unsynced, %d lost to a failed sync\n",
		name, len(n.content()), len(n.writes), len(n.limbo))
}

// apply carries a write out on a content and returns the result, which may be the same slice.
func (w write) apply(b []byte) []byte {
	end := w.off + int64(len(w.data))
	if grow := end - int64(len(b)); grow > 0 {
		b = append(b, make([]byte, grow)...)
	}
	copy(b[w.off:], w.data)
	return b
}

func (f *file) path() string {
	f.fs.mu.Lock()
	defer f.fs.mu.Unlock()
	return f.name
}

// ReadAt implements io.ReaderAt.
func (f *file) ReadAt(p []byte, off int64) (int, error) {
	if f.closed.Load() {
		return 0, fs.ErrClosed
	}
	if _, err := f.fs.enter(KindRead, f.path()); err != nil {
		return 0, err
	}
	defer f.fs.mu.Unlock()
	b := f.node.content()
	if off >= int64(len(b)) {
		return 0, io.EOF
	}
	n := copy(p, b[off:])
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

// WriteAt implements io.WriterAt. A short write has written what it says before it fails.
func (f *file) WriteAt(p []byte, off int64) (int, error) {
	if f.closed.Load() {
		return 0, fs.ErrClosed
	}
	short, err := f.fs.enter(KindWrite, f.path())
	if err != nil {
		if short == 0 {
			return 0, err
		}
		p = p[:min(short, len(p))]
		f.fs.mu.Lock()
	}
	defer f.fs.mu.Unlock()
	if !f.fs.growLocked(f.node, off+int64(len(p))) {
		return 0, failed(KindWrite, f.name, syscall.ENOSPC)
	}
	f.node.put(write{off: off, data: slices.Clone(p)})
	return len(p), err
}

func (n *inode) put(w write) {
	if n.live == nil {
		n.live = slices.Clone(n.stable)
	}
	n.live = w.apply(n.live)
	n.writes = append(n.writes, w)
}

// growLocked tells whether the file may have that size.
func (f *FS) growLocked(n *inode, size int64) bool {
	grow := size - int64(len(n.content()))
	return grow <= 0 || f.capacity == 0 || f.sizeLocked()+grow <= f.capacity
}

// Allocate implements vfs.File.
func (f *file) Allocate(size int64) error {
	if f.closed.Load() {
		return fs.ErrClosed
	}
	if _, err := f.fs.enter(KindAllocate, f.path()); err != nil {
		return err
	}
	defer f.fs.mu.Unlock()
	if !f.fs.growLocked(f.node, size) {
		return failed(KindAllocate, f.name, syscall.ENOSPC)
	}
	if size > int64(len(f.node.content())) {
		f.node.put(write{off: size})
	}
	return nil
}

// Sync implements vfs.File. When it fails, the writes that it should have made durable are in limbo for ever.
func (f *file) Sync() error {
	if f.closed.Load() {
		return fs.ErrClosed
	}
	_, err := f.fs.enter(KindSync, f.path())
	if err != nil {
		f.fs.mu.Lock()
		defer f.fs.mu.Unlock()
		f.node.limbo = append(f.node.limbo, f.node.writes...)
		f.node.writes = nil
		return err
	}
	defer f.fs.mu.Unlock()
	if len(f.node.writes) == 0 {
		return nil
	}
	b := slices.Clone(f.node.stable)
	for _, w := range f.node.writes {
		b = w.apply(b)
	}
	f.node.stable, f.node.writes = b, nil
	if len(f.node.limbo) == 0 {
		f.node.live = nil
	}
	return nil
}

// Size implements vfs.File.
func (f *file) Size() (int64, error) {
	f.fs.mu.Lock()
	defer f.fs.mu.Unlock()
	return int64(len(f.node.content())), nil
}

// Linked implements vfs.File.
func (f *file) Linked() (bool, error) {
	f.fs.mu.Lock()
	defer f.fs.mu.Unlock()
	return f.fs.live[f.name] == f.node, nil
}

// Moved implements vfs.File.
func (f *file) Moved(name string) {
	f.fs.mu.Lock()
	defer f.fs.mu.Unlock()
	f.name = name
}

// Close implements io.Closer. It syncs nothing.
func (f *file) Close() error {
	if f.closed.Swap(true) {
		return fs.ErrClosed
	}
	return nil
}
