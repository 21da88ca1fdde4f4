package vfs

import (
	"os"
	"path/filepath"
	"syscall"
)

// MediumOf looks the directory up by the magic number of statfs(2).
func MediumOf(dir string) (Medium, error) {
	var s syscall.Statfs_t
	if err := syscall.Statfs(filepath.FromSlash(dir), &s); err != nil {
		return Medium{}, os.NewSyscallError("statfs", err)
	}
	// The field's width and sign differ between architectures.
	switch uint32(s.Type) {
	case 0xef53:
		return Medium{Name: "ext4"}, nil
	case 0x58465342:
		return Medium{Name: "xfs"}, nil
	case 0x9123683e:
		return Medium{Name: "btrfs"}, nil
	case 0x2fc12fc1:
		return Medium{Name: "zfs"}, nil
	case 0x01021994:
		return Medium{Name: "tmpfs", Volatile: true}, nil
	case 0x858458f6:
		return Medium{Name: "ramfs", Volatile: true}, nil
	case 0x794c7630:
		return Medium{Name: "overlay", Volatile: true}, nil
	case 0x6969:
		return Medium{Name: "nfs", Network: true}, nil
	case 0xff534d42, 0xfe534d42:
		return Medium{Name: "cifs", Network: true}, nil
	case 0x00c36400:
		return Medium{Name: "ceph", Network: true}, nil
	case 0x01021997:
		return Medium{Name: "9p", Network: true}, nil
	case 0x65735546:
		return Medium{Name: "fuse", Network: true}, nil
	}
	return Medium{Name: "unknown"}, nil
}
