package main

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"time"

	icebergcatalog "github.com/apache/iceberg-go/catalog"
	"github.com/apache/iceberg-go/table"

	"github.com/daxis-io/arco-audit/audit/auditread"
	"github.com/daxis-io/arco-audit/examples/catalog"
)

// inFlight is the request id of the request that the catalog died over.
const inFlight = "in-flight"

// kill ends the catalog with SIGKILL while Cloud Logging and the memory are down and one request is in flight: an
// answer was never given, so no allow may be recorded. The next life of the catalog takes the dead one's trail over.
func (w *world) kill(ctx context.Context) error {
	l := w.lake
	if err := l.processes[serviceCatalog].flush(); err != nil {
		return err
	}
	l.destinations.outage(true)
	for _, do := range []func(context.Context, *person) error{w.write, w.fetch, w.mark, w.fetch} {
		if err := do(ctx, w.who(ada)); err != nil {
			return err
		}
	}
	tables, err := w.remember(ctx)
	if err != nil {
		return err
	}
	if err := w.dieOver(ctx); err != nil {
		return err
	}
	w.next.CloseIdleConnections()
	w.waiting = l.waiting()
	l.destinations.outage(false)
	if err := l.start(ctx, serviceCatalog); err != nil {
		return err
	}
	if err := w.adopted(ctx); err != nil {
		return err
	}
	return w.restore(ctx, tables)
}

// waiting compares what the dead catalog had emitted with what of it is in Cloud Logging.
func (l *lake) waiting() int {
	entries := l.destinations.consumer.entries()
	last := entries[slices.IndexFunc(entries, func(e auditread.Entry) bool { return e.RequestID == inFlight })]
	n := int(last.Sequence) + 1
	for _, e := range l.destinations.logging.Stored() {
		if e.GetLabels()["trail"] == last.Trail.String() {
			n--
		}
	}
	return n
}

// dieOver kills the catalog while it waits for the storage, once the request is on record.
func (w *world) dieOver(ctx context.Context) error {
	l := w.lake
	l.authority.set(moodHang)
	defer l.authority.set(moodGrant)
	answered := make(chan error, 1)
	go func() {
		answered <- w.do(context.WithValue(ctx, ownID{}, inFlight), http.StatusOK, request{method: "GET", path: tablePath(orders) + "/credentials"})
	}()
	select {
	case <-l.authority.asked:
	case err := <-answered:
		return errors.Join(errors.New("lakehouse: a request was answered that should hang"), err)
	}
	err := until(ctx, "the authentication of the request in flight", func() bool {
		return slices.ContainsFunc(l.destinations.consumer.entries(), func(e auditread.Entry) bool { return e.RequestID == inFlight })
	})
	if err := errors.Join(err, l.processes[serviceCatalog].kill()); err != nil {
		return err
	}
	if err := <-answered; err == nil {
		return errors.New("lakehouse: a dead catalog answered")
	}
	return nil
}

// adopted waits until the destinations have what the dead catalog left. With a route that is blocked for ever its trail
// stays for that route, and is never closed.
func (w *world) adopted(ctx context.Context) error {
	l := w.lake
	if l.options.block {
		return until(ctx, "what the dead catalog left", func() bool {
			texts, err := l.destinations.texts()
			return err == nil && !slices.ContainsFunc(w.log.all(), func(c call) bool { return c.service == serviceCatalog && !hasAll(texts, c.events) })
		})
	}
	return until(ctx, "TRAIL_ADOPTED", func() bool {
		return slices.ContainsFunc(l.destinations.consumer.entries(), func(e auditread.Entry) bool { return e.ActionName == "TRAIL_ADOPTED" })
	})
}

// remember asks for the metadata files of all tables: the catalog has its pointers in memory.
func (w *world) remember(ctx context.Context) (map[string]string, error) {
	files := map[string]string{}
	for _, id := range []table.Identifier{orders, customers, events} {
		t, err := w.iceberg.LoadTable(ctx, id)
		if err != nil {
			return nil, err
		}
		files[icebergcatalog.TableNameFromIdent(id)] = t.MetadataLocation()
	}
	return files, nil
}

// restore registers the tables again.
func (w *world) restore(ctx context.Context, files map[string]string) error {
	for _, ns := range []table.Identifier{sales, europe, ops} {
		if err := w.iceberg.CreateNamespace(ctx, ns, nil); err != nil {
			return err
		}
	}
	for _, id := range []table.Identifier{orders, customers, events} {
		if _, err := w.iceberg.RegisterTable(ctx, id, files[icebergcatalog.TableNameFromIdent(id)]); err != nil {
			return err
		}
	}
	return nil
}

// leave is the last day of linus: his token is good for an hour, the storage knows that he is gone.
func (w *world) leave(ctx context.Context) error {
	p := w.who(linus)
	if err := w.fetch(ctx, p); err != nil {
		return err
	}
	w.lake.authority.dismiss(p.name)
	w.people = slices.DeleteFunc(w.people, func(o *person) bool { return o == p })
	defer func() { _ = p.iceberg.Close() }() // only releases connections
	for range 2 + w.source.IntN(3) {
		if err := w.do(ctx, http.StatusForbidden, request{method: "GET", path: tablePath(p.table) + "/credentials", token: &p.token}); err != nil {
			return err
		}
	}
	old, err := w.signClaims(catalog.Claims{Subject: p.name, Expires: time.Now().Add(-time.Hour).Unix()})
	if err != nil {
		return err
	}
	return w.do(ctx, http.StatusUnauthorized, request{method: "GET", path: tablePath(p.table) + "/credentials", token: &old})
}

// floodBurst is how many denies of one tenant, or of strangers, a service writes one by one.
const floodBurst = 100

// floods are a job with a token that has ended and a job that may not read what it wants, neither of which gives up.
func (w *world) floods(ctx context.Context) error {
	ended, err := w.signClaims(catalog.Claims{Subject: "etl", Tenant: "globex", Expires: time.Now().Add(-time.Minute).Unix()})
	if err != nil {
		return err
	}
	for range 3*floodBurst + w.source.IntN(floodBurst) {
		if err := w.do(ctx, http.StatusUnauthorized, request{method: "GET", path: "/namespaces", token: &ended}); err != nil {
			return err
		}
	}
	w.lake.authority.dismiss("crawler")
	crawler, err := w.sign("globex", "crawler")
	if err != nil {
		return err
	}
	for range 2*floodBurst + w.source.IntN(floodBurst) {
		if err := w.do(ctx, http.StatusForbidden, request{method: "GET", path: tablePath(events) + "/credentials", token: &crawler}); err != nil {
			return err
		}
	}
	return nil
}
