package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"

	"github.com/apache/iceberg-go"
	icebergcatalog "github.com/apache/iceberg-go/catalog"
	"github.com/apache/iceberg-go/table"
)

// step is one part of the day.
type step struct {
	hour int
	name string
	run  func(*world, context.Context) error
}

func steps() []step {
	return []step{
		{8, "namespaces", (*world).namespaces},
		{8, "tables", (*world).tables},
		{9, "users at work", (*world).traffic},
		{10, "append and scan Parquet", (*world).appendAndScan},
		{10, "two racing commits", (*world).race},
		{11, "users at work", (*world).traffic},
		{12, "the catalog is killed while destinations are down", (*world).kill},
		{13, "linus leaves", (*world).leave},
		{13, "users at work", (*world).traffic},
		{14, "a token in a table's name, secrets in names and headers", (*world).smuggle},
		{14, "tokens that are no good", (*world).authenticate},
		{15, "two floods of what is refused", (*world).floods},
		{15, "users at work", (*world).traffic},
		{16, "rename", (*world).rename},
		{16, "multi-table transaction", (*world).transaction},
		{16, "credentials of all kinds", (*world).vend},
		{17, "one request through all services", (*world).nightly},
		{17, "drop and register", (*world).drop},
	}
}

var (
	sales     = table.Identifier{"sales"}
	europe    = table.Identifier{"sales", "eu"}
	ops       = table.Identifier{"ops"}
	orders    = table.Identifier{"sales", "orders"}
	customers = table.Identifier{"sales", "customers"}
	archive   = table.Identifier{"sales", "orders_2025"}
	events    = table.Identifier{"ops", "events"}
)

func orderSchema() *iceberg.Schema {
	return iceberg.NewSchema(0,
		iceberg.NestedField{ID: 1, Name: "id", Type: iceberg.PrimitiveTypes.Int64, Required: true},
		iceberg.NestedField{ID: 2, Name: "city", Type: iceberg.PrimitiveTypes.String},
	)
}

// refused checks that a call failed as it had to.
func refused(what string, err, want error) error {
	if !errors.Is(err, want) {
		return fmt.Errorf("lakehouse: %s was not refused as expected", what)
	}
	return nil
}

func (w *world) namespaces(ctx context.Context) error {
	c := w.iceberg
	if err := c.CreateNamespace(ctx, sales, iceberg.Properties{"owner": "ada"}); err != nil {
		return err
	}
	if err := c.CreateNamespace(ctx, europe, nil); err != nil {
		return err
	}
	if err := w.who(edsger).iceberg.CreateNamespace(ctx, ops, nil); err != nil {
		return err
	}
	if _, err := c.UpdateNamespaceProperties(ctx, sales, []string{"owner"}, iceberg.Properties{"team": "revenue"}); err != nil {
		return err
	}
	found, err := c.ListNamespaces(ctx, sales)
	if err != nil {
		return err
	}
	if len(found) != 1 || !slices.Equal(found[0], europe) {
		return fmt.Errorf("lakehouse: listed %d namespaces below sales, expected 1", len(found))
	}
	err = c.CreateNamespace(ctx, sales, nil)
	if err := refused("a second namespace of one name", err, icebergcatalog.ErrNamespaceAlreadyExists); err != nil {
		return err
	}
	err = c.DropNamespace(ctx, table.Identifier{"nowhere"})
	return refused("dropping an unknown namespace", err, icebergcatalog.ErrNoSuchNamespace)
}

func (w *world) tables(ctx context.Context) error {
	c := w.iceberg
	if _, err := c.CreateTable(ctx, orders, orderSchema()); err != nil {
		return err
	}
	if _, err := w.who(edsger).iceberg.CreateTable(ctx, events, orderSchema()); err != nil {
		return err
	}
	// Staged: the create changes nothing, the commit with assert-create that follows does.
	staged := icebergcatalog.WithStagedUpdates(table.NewSetPropertiesUpdate(iceberg.Properties{"owner": "grace"}))
	if _, err := c.CreateTable(ctx, customers, orderSchema(), staged); err != nil {
		return err
	}
	_, err := c.CreateTable(ctx, orders, orderSchema())
	if err := refused("a second table of one name", err, icebergcatalog.ErrTableAlreadyExists); err != nil {
		return err
	}
	names := 0
	for _, err := range c.ListTables(c.SetPageSize(ctx, 1), sales) {
		if err != nil {
			return err
		}
		names++
	}
	if names != 2 {
		return fmt.Errorf("lakehouse: listed %d tables, expected 2", names)
	}
	return nil
}

func (w *world) rename(ctx context.Context) error {
	if _, err := w.iceberg.RenameTable(ctx, customers, table.Identifier{"sales", "clients"}); err != nil {
		return err
	}
	if _, err := w.iceberg.RenameTable(ctx, table.Identifier{"sales", "clients"}, customers); err != nil {
		return err
	}
	if err := w.do(ctx, http.StatusConflict, renameRequest(customers, orders)); err != nil {
		return err
	}
	return w.do(ctx, http.StatusNotAcceptable, renameRequest(customers, table.Identifier{"sales", "eu", "customers"}))
}

func renameRequest(from, to table.Identifier) request {
	return request{method: "POST", path: "/tables/rename", body: map[string]any{
		"source": wireIdentifier(from), "destination": wireIdentifier(to),
	}}
}

func wireIdentifier(id table.Identifier) map[string]any {
	return map[string]any{"namespace": icebergcatalog.NamespaceFromIdent(id), "name": icebergcatalog.TableNameFromIdent(id)}
}

func (w *world) drop(ctx context.Context) error {
	kept, err := w.iceberg.LoadTable(ctx, orders)
	if err != nil {
		return err
	}
	if err := w.iceberg.PurgeTable(ctx, orders); err == nil {
		return errors.New("lakehouse: a purge was not refused")
	}
	if err := w.iceberg.DropTable(ctx, orders); err != nil {
		return err
	}
	if _, err := w.iceberg.RegisterTable(ctx, archive, kept.MetadataLocation()); err != nil {
		return err
	}
	if err := w.do(ctx, http.StatusBadRequest, request{method: "POST", path: "/namespaces/sales/register", body: map[string]any{
		"name": "outside", "metadata-location": "file:///etc/hostname",
	}}); err != nil {
		return err
	}
	err = w.iceberg.DropNamespace(ctx, sales)
	if err := refused("dropping a namespace that is not empty", err, icebergcatalog.ErrNamespaceNotEmpty); err != nil {
		return err
	}
	if err := w.iceberg.DropNamespace(ctx, europe); err != nil {
		return err
	}
	// No route matches: there is no decision, only the authentication.
	return w.do(ctx, http.StatusNotFound, request{method: "GET", path: "/" + url.PathEscape("no such route")})
}
