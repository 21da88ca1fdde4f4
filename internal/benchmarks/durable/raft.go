//go:build linux

package durable

import (
	"errors"

	"github.com/hashicorp/raft"
	wal "github.com/hashicorp/raft-wal"
	"github.com/hashicorp/raft-wal/metadb"
)

// raftLog opens the log with a metadata store of ours, because closing the log leaves its own open and locked.
func raftLog(dir string) (w *wal.WAL, release func() error, err error) {
	meta := &metadb.BoltMetaDB{}
	w, err = wal.Open(dir, wal.WithMetaStore(meta))
	if err != nil {
		return nil, nil, errors.Join(err, meta.Close())
	}
	return w, func() error { return errors.Join(w.Close(), meta.Close()) }, nil
}

func openRaft(dir string) (Store, error) {
	w, release, err := raftLog(dir)
	if err != nil {
		return nil, err
	}
	next, err := w.LastIndex()
	if err != nil {
		return nil, err
	}
	var batch []*raft.Log
	return newGroup(func(records [][]byte) error {
		batch = batch[:0]
		for _, r := range records {
			next++
			batch = append(batch, &raft.Log{Index: next, Data: r})
		}
		return w.StoreLogs(batch)
	}, release), nil
}

func readRaft(dir string, visit func([]byte)) error {
	w, release, err := raftLog(dir)
	if err != nil {
		return err
	}
	first, err := w.FirstIndex()
	if err != nil {
		return err
	}
	last, err := w.LastIndex()
	if err != nil {
		return err
	}
	var record raft.Log
	for i := max(first, 1); i <= last; i++ {
		if err := w.GetLog(i, &record); err != nil {
			return err
		}
		visit(record.Data)
	}
	return release()
}
