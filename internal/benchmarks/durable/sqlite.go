//go:build linux

package durable

import (
	"database/sql"
	"errors"
	"path/filepath"

	_ "modernc.org/sqlite" // the driver
)

func sqliteDB(dir string) (*sql.DB, error) {
	name := "file:" + filepath.ToSlash(filepath.Join(dir, "sqlite")) + "?_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)"
	db, err := sql.Open("sqlite", name)
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	_, err = db.Exec("CREATE TABLE IF NOT EXISTS records (n INTEGER PRIMARY KEY, payload BLOB)")
	return db, err
}

func openSQLite(dir string) (Store, error) {
	db, err := sqliteDB(dir)
	if err != nil {
		return nil, err
	}
	insert, err := db.Prepare("INSERT INTO records (payload) VALUES (?)")
	if err != nil {
		return nil, err
	}
	return newGroup(func(records [][]byte) error {
		tx, err := db.Begin()
		if err != nil {
			return err
		}
		s := tx.Stmt(insert)
		for _, r := range records {
			if _, err := s.Exec(r); err != nil {
				return errors.Join(err, tx.Rollback())
			}
		}
		return tx.Commit()
	}, func() error { return errors.Join(insert.Close(), db.Close()) }), nil
}

func readSQLite(dir string, visit func([]byte)) error {
	db, err := sqliteDB(dir)
	if err != nil {
		return err
	}
	rows, err := db.Query("SELECT payload FROM records ORDER BY n")
	if err != nil {
		return err
	}
	for rows.Next() {
		var record []byte
		if err := rows.Scan(&record); err != nil {
			return err
		}
		visit(record)
	}
	return errors.Join(rows.Err(), rows.Close(), db.Close())
}
