package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/apache/iceberg-go"
	icebergcatalog "github.com/apache/iceberg-go/catalog"
	"github.com/apache/iceberg-go/table"
)

const rows = 700

// batch builds the rows that are appended.
func batch() (arrow.Table, error) {
	schema := arrow.NewSchema([]arrow.Field{
		{Name: "id", Type: arrow.PrimitiveTypes.Int64},
		{Name: "city", Type: arrow.BinaryTypes.String, Nullable: true},
	}, nil)
	var b strings.Builder
	for i := range rows {
		fmt.Fprintf(&b, "%s{\"id\":%d,\"city\":\"city-%d\"}", map[bool]string{true: "[", false: ","}[i == 0], i, i%7)
	}
	b.WriteByte(']')
	return array.TableFromJSON(memory.DefaultAllocator, schema, []string{b.String()})
}

// appendAndScan reads back what it adds.
func (w *world) appendAndScan(ctx context.Context) error {
	before, err := w.scan(ctx)
	if err != nil {
		return err
	}
	if err := w.write(ctx, w.who(ada)); err != nil {
		return err
	}
	after, err := w.scan(ctx)
	if want := before + rows/7; err == nil && after != want {
		return fmt.Errorf("lakehouse: scanned %d rows, expected %d", after, want)
	}
	return err
}

// scan counts the rows of one city.
func (w *world) scan(ctx context.Context) (int64, error) {
	t, err := w.iceberg.LoadTable(ctx, orders)
	if err != nil {
		return 0, err
	}
	scanned, err := t.Scan(table.WithRowFilter(iceberg.EqualTo(iceberg.Reference("city"), "city-3"))).ToArrowTable(ctx)
	if err != nil {
		return 0, err
	}
	defer scanned.Release()
	return scanned.NumRows(), nil
}

// race has two users commit to the same state of one table at once: one must win, the other must lose.
func (w *world) race(ctx context.Context) error {
	results := make(chan error, 2)
	ready := make(chan struct{})
	for _, c := range []icebergcatalog.Catalog{w.iceberg, w.second} {
		t, err := c.LoadTable(ctx, orders)
		if err != nil {
			return err
		}
		data, err := batch()
		if err != nil {
			return err
		}
		go func() {
			defer data.Release()
			<-ready
			_, err := t.AppendTable(ctx, data, rows, nil)
			results <- err
		}()
	}
	close(ready)
	first, second := <-results, <-results
	if (first == nil) == (second == nil) || !errors.Is(errors.Join(first, second), table.ErrCommitFailed) {
		return errors.New("lakehouse: of two racing commits not exactly one won")
	}
	return nil
}

// transaction commits to two tables at once, then shows that a stale one changes neither.
func (w *world) transaction(ctx context.Context) error {
	if err := w.commitBoth(ctx, nil); err != nil {
		return err
	}
	err := w.commitBoth(ctx, func() error {
		t, err := w.second.LoadTable(ctx, customers)
		if err != nil {
			return err
		}
		data, err := batch()
		if err != nil {
			return err
		}
		defer data.Release()
		_, err = t.AppendTable(ctx, data, rows, nil)
		return err
	})
	return refused("a stale transaction", err, table.ErrCommitFailed)
}

func (w *world) commitBoth(ctx context.Context, meanwhile func() error) error {
	all, err := icebergcatalog.NewMultiTableTransaction(w.iceberg)
	if err != nil {
		return err
	}
	for _, id := range []table.Identifier{orders, customers} {
		t, err := w.iceberg.LoadTable(ctx, id)
		if err != nil {
			return err
		}
		tx := t.NewTransaction()
		if err := tx.SetProperties(iceberg.Properties{"month": "2026-01"}); err != nil {
			return err
		}
		if err := all.AddTransaction(tx); err != nil {
			return err
		}
	}
	if meanwhile != nil {
		if err := meanwhile(); err != nil {
			return err
		}
	}
	return all.Commit(ctx)
}
