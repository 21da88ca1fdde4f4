//go:build !linux

package vfs

import (
	"os"
	"runtime"
)

// syncData flushes everything; on Darwin the standard library asks the drive to flush its cache too.
func syncData(f *os.File) error { return f.Sync() }

// syncDirectory does nothing on Windows, where a directory cannot be flushed and NTFS orders its entries.
func syncDirectory(d *os.File) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	return d.Sync()
}

func allocate(f *os.File, size int64) error { return f.Truncate(size) }

func isReadOnly(error) bool { return false }
