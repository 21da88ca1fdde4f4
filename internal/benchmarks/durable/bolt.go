//go:build linux

package durable

import (
	"encoding/binary"
	"path/filepath"

	"go.etcd.io/bbolt"
)

var bucket = []byte("records")

func openBolt(dir string) (Store, error) {
	db, err := bbolt.Open(filepath.Join(dir, "bolt"), 0o600, &bbolt.Options{FreelistType: bbolt.FreelistMapType})
	if err != nil {
		return nil, err
	}
	return newGroup(func(records [][]byte) error {
		return db.Update(func(tx *bbolt.Tx) error {
			b, err := tx.CreateBucketIfNotExists(bucket)
			if err != nil {
				return err
			}
			b.FillPercent = 1 // keys only grow
			for _, r := range records {
				n, err := b.NextSequence()
				if err != nil {
					return err
				}
				if err := b.Put(binary.BigEndian.AppendUint64(nil, n), r); err != nil {
					return err
				}
			}
			return nil
		})
	}, db.Close), nil
}

func readBolt(dir string, visit func([]byte)) error {
	db, err := bbolt.Open(filepath.Join(dir, "bolt"), 0o600, nil)
	if err != nil {
		return err
	}
	if err := db.View(func(tx *bbolt.Tx) error {
		b := tx.Bucket(bucket)
		if b == nil {
			return nil
		}
		return b.ForEach(func(_, v []byte) error { visit(v); return nil })
	}); err != nil {
		return err
	}
	return db.Close()
}
