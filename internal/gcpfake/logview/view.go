package logview

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"

	pb "cloud.google.com/go/logging/apiv2/loggingpb"
)

// View is a table of a database. Make it with Create.
type View struct {
	db   *sql.DB
	name string
}

// Create makes the table of a view, whose name has no backquote. The database stays the caller's.
func Create(ctx context.Context, db *sql.DB, name string) (*View, error) {
	if name == "" || strings.ContainsRune(name, '`') {
		return nil, errors.New("logview: the name of a view is empty or has a backquote")
	}
	_, err := db.ExecContext(ctx, "CREATE TABLE `"+name+"` (insert_id TEXT, log_name TEXT, timestamp TEXT, severity TEXT, labels TEXT, json_payload TEXT)")
	if err != nil {
		return nil, fmt.Errorf("logview: the table cannot be made: %w", err)
	}
	return &View{db, name}, nil
}

// Insert adds entries, all or none.
func (v *View) Insert(ctx context.Context, entries []*pb.LogEntry) error {
	tx, err := v.db.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("logview: %w", err)
	}
	defer func() { _ = tx.Rollback() }() // after Commit it does nothing
	insert, err := tx.PrepareContext(ctx, "INSERT INTO `"+v.name+"` VALUES (?, ?, ?, ?, ?, ?)")
	if err != nil {
		return fmt.Errorf("logview: %w", err)
	}
	for _, e := range entries {
		labels, err := json.Marshal(e.GetLabels())
		if err != nil {
			return fmt.Errorf("logview: %w", err)
		}
		payload, err := json.Marshal(e.GetJsonPayload().AsMap())
		if err != nil {
			return fmt.Errorf("logview: %w", err)
		}
		_, err = insert.ExecContext(ctx, e.GetInsertId(), e.GetLogName(), e.GetTimestamp().AsTime().Format(TimeLayout),
			e.GetSeverity().String(), string(labels), string(payload))
		if err != nil {
			return fmt.Errorf("logview: %w", err)
		}
	}
	return tx.Commit()
}

// Parameter is a query parameter of BigQuery.
type Parameter struct {
	Name  string
	Type  string // "STRING", "INT64" or "TIMESTAMP", in TimeLayout
	Value string
}

// Rows is what a statement selects. A NULL is the empty text.
type Rows struct {
	Columns []string
	Values  [][]string
}

// Select runs a statement of BigQuery over the tables of the database.
func (v *View) Select(ctx context.Context, statement string, parameters []Parameter) (r Rows, err error) {
	var arguments []any
	for _, p := range parameters {
		value, err := p.value()
		if err != nil {
			return r, err
		}
		arguments = append(arguments, sql.Named(p.Name, value))
	}
	rows, err := v.db.QueryContext(ctx, Translate(statement), arguments...)
	if err != nil {
		return r, fmt.Errorf("logview: the statement fails: %w", err)
	}
	defer func() { _ = rows.Close() }()
	if r.Columns, err = rows.Columns(); err != nil {
		return r, fmt.Errorf("logview: %w", err)
	}
	for rows.Next() {
		texts, targets := make([]sql.NullString, len(r.Columns)), make([]any, len(r.Columns))
		for i := range texts {
			targets[i] = &texts[i]
		}
		if err := rows.Scan(targets...); err != nil {
			return r, fmt.Errorf("logview: %w", err)
		}
		values := make([]string, len(texts))
		for i, t := range texts {
			values[i] = t.String
		}
		r.Values = append(r.Values, values)
	}
	return r, rows.Err()
}

func (p Parameter) value() (any, error) {
	if p.Type != "INT64" {
		return p.Value, nil
	}
	n, err := strconv.ParseInt(p.Value, 10, 64)
	if err != nil {
		return nil, fmt.Errorf("logview: the parameter %s is no INT64", p.Name)
	}
	return n, nil
}
