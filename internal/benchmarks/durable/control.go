//go:build linux

package durable

import (
	"errors"
	"os"
	"path/filepath"
)

// The control acknowledges without a sync. A harness that does not see it lose records proves nothing.
func openControl(dir string) (Store, error) {
	f, err := os.OpenFile(filepath.Join(dir, "control"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	return newGroup(func(records [][]byte) error {
		for _, r := range records {
			if _, err := f.Write(r); err != nil {
				return err
			}
		}
		return nil
	}, f.Close), nil
}

func readControl(dir string, visit func([]byte)) error {
	data, err := os.ReadFile(filepath.Join(dir, "control"))
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	framed(data, recordSize, visit)
	return err
}
