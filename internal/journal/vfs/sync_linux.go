package vfs

import (
	"errors"
	"os"
	"runtime"
	"syscall"
)

// syncData flushes data and size; fdatasync leaves out the timestamps, which nothing here reads.
func syncData(f *os.File) error {
	for {
		err := syscall.Fdatasync(int(f.Fd()))
		runtime.KeepAlive(f)
		if !errors.Is(err, syscall.EINTR) {
			return os.NewSyscallError("fdatasync", err)
		}
	}
}

func syncDirectory(d *os.File) error { return d.Sync() }

// allocate asks for real blocks, so that a full disk shows here and not under a batch.
func allocate(f *os.File, size int64) error {
	for {
		err := syscall.Fallocate(int(f.Fd()), 0, 0, size)
		runtime.KeepAlive(f)
		switch {
		case errors.Is(err, syscall.EINTR):
			continue
		case errors.Is(err, syscall.EOPNOTSUPP), errors.Is(err, syscall.ENOSYS):
			return f.Truncate(size)
		default:
			return os.NewSyscallError("fallocate", err)
		}
	}
}

func isReadOnly(err error) bool { return errors.Is(err, syscall.EROFS) }
