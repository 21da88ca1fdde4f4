//go:build !(darwin || dragonfly || freebsd || linux || netbsd || openbsd || windows)

package vfs

import (
	"errors"
	"io"
)

// Lock implements FS: this platform has no lock that ends with its holder, so a journal on disk is refused.
func (OS) Lock(string) (io.Closer, error) { return nil, errors.ErrUnsupported }
