//go:build linux

package durable

import (
	"path/filepath"

	"github.com/tidwall/wal"
)

func openTidwall(dir string) (Store, error) {
	l, err := wal.Open(filepath.Join(dir, "wal"), nil) // its default syncs every batch
	if err != nil {
		return nil, err
	}
	next, err := l.LastIndex()
	if err != nil {
		return nil, err
	}
	var batch wal.Batch
	return newGroup(func(records [][]byte) error {
		batch.Clear()
		for _, r := range records {
			next++
			batch.Write(next, r)
		}
		return l.WriteBatch(&batch)
	}, l.Close), nil
}

func readTidwall(dir string, visit func([]byte)) error {
	l, err := wal.Open(filepath.Join(dir, "wal"), nil)
	if err != nil {
		return err
	}
	first, err := l.FirstIndex()
	if err != nil {
		return err
	}
	last, err := l.LastIndex()
	if err != nil {
		return err
	}
	for i := max(first, 1); i <= last; i++ {
		record, err := l.Read(i)
		if err != nil {
			return err
		}
		visit(record)
	}
	return l.Close()
}
