package vfs

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync/atomic"
)

// OS is the operating system's file system. The zero value is ready for use.
type OS struct{}

var _ FS = OS{}

// Create implements FS. The file is readable by its owner alone.
func (OS) Create(name string) (File, error) {
	return openOS(name, os.O_RDWR|os.O_CREATE|os.O_EXCL)
}

// Open implements FS.
func (OS) Open(name string) (File, error) {
	f, err := openOS(name, os.O_RDWR)
	if errors.Is(err, fs.ErrPermission) || isReadOnly(err) {
		return openOS(name, os.O_RDONLY)
	}
	return f, err
}

func openOS(name string, flag int) (File, error) {
	f, err := os.OpenFile(filepath.FromSlash(name), flag, 0o600)
	if err != nil {
		return nil, err
	}
	file := &osFile{f: f}
	file.name.Store(&name)
	return file, nil
}

// MkdirAll implements FS.
func (o OS) MkdirAll(dir string) error {
	path := filepath.FromSlash(dir)
	if info, err := os.Stat(path); err == nil {
		if !info.IsDir() {
			return &fs.PathError{Op: "mkdir", Path: dir, Err: fs.ErrExist}
		}
		return nil
	}
	parent := filepath.Dir(path)
	if parent != path {
		if err := o.MkdirAll(filepath.ToSlash(parent)); err != nil {
			return err
		}
	}
	if err := os.Mkdir(path, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return o.SyncDir(filepath.ToSlash(parent))
}

// ReadDir implements FS.
func (OS) ReadDir(dir string) ([]string, error) {
	entries, err := os.ReadDir(filepath.FromSlash(dir))
	if err != nil {
		return nil, err
	}
	names := make([]string, len(entries))
	for i, e := range entries {
		names[i] = e.Name()
	}
	return names, nil
}

// Rename implements FS.
func (OS) Rename(oldname, newname string) error {
	return os.Rename(filepath.FromSlash(oldname), filepath.FromSlash(newname))
}

// Remove implements FS.
func (OS) Remove(name string) error { return os.Remove(filepath.FromSlash(name)) }

// SyncDir implements FS.
func (OS) SyncDir(dir string) error {
	d, err := os.Open(filepath.FromSlash(dir))
	if err != nil {
		return err
	}
	return errors.Join(syncDirectory(d), d.Close())
}

// osFile is a File of the operating system. The name is kept for Linked alone.
type osFile struct {
	f    *os.File
	name atomic.Pointer[string]
}

func (f *osFile) ReadAt(p []byte, off int64) (int, error)  { return f.f.ReadAt(p, off) }
func (f *osFile) WriteAt(p []byte, off int64) (int, error) { return f.f.WriteAt(p, off) }
func (f *osFile) Close() error                             { return f.f.Close() }
func (f *osFile) Sync() error                              { return syncData(f.f) }
func (f *osFile) Allocate(size int64) error                { return allocate(f.f, size) }
func (f *osFile) Moved(name string)                        { f.name.Store(&name) }

func (f *osFile) Size() (int64, error) {
	info, err := f.f.Stat()
	if err != nil {
		return 0, err
	}
	return info.Size(), nil
}

func (f *osFile) Linked() (bool, error) {
	mine, err := f.f.Stat()
	if err != nil {
		return false, err
	}
	named, err := os.Stat(filepath.FromSlash(*f.name.Load()))
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("vfs: %w", err)
	}
	return os.SameFile(mine, named), nil
}
