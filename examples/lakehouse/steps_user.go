package main

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"github.com/apache/iceberg-go"
)

// errands are what a user does of his own.
func errands() []func(*world, context.Context, *person) error {
	return []func(*world, context.Context, *person) error{
		(*world).look, (*world).fetch, (*world).write, (*world).mark, (*world).browse, (*world).pry, (*world).work, (*world).hurry,
	}
}

// traffic is an hour of normal users: who does what is drawn.
func (w *world) traffic(ctx context.Context) error {
	list := errands()
	for range 6 + w.source.IntN(5) {
		p := w.people[w.source.IntN(len(w.people))]
		if err := list[w.source.IntN(len(list))](w, ctx, p); err != nil {
			return err
		}
	}
	return nil
}

func (w *world) look(ctx context.Context, p *person) error {
	for _, err := range p.iceberg.ListTables(ctx, p.table[:1]) {
		if err != nil {
			return err
		}
	}
	_, err := p.iceberg.LoadTable(ctx, p.table)
	return err
}

// fetch asks for a credential as an engine does before it reads.
func (w *world) fetch(ctx context.Context, p *person) error {
	plan := url.Values{"planId": {"plan-" + strconv.Itoa(w.source.IntN(1000))}}
	return w.do(ctx, http.StatusOK, request{method: "GET", path: tablePath(p.table) + "/credentials", query: plan, token: &p.token})
}

func (w *world) write(ctx context.Context, p *person) error {
	t, err := p.iceberg.LoadTable(ctx, p.table)
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
}

func (w *world) mark(ctx context.Context, p *person) error {
	t, err := p.iceberg.LoadTable(ctx, p.table)
	if err != nil {
		return err
	}
	tx := t.NewTransaction()
	if err := tx.SetProperties(iceberg.Properties{"reviewed": strconv.Itoa(w.source.IntN(100))}); err != nil {
		return err
	}
	_, err = tx.Commit(ctx)
	return err
}

// published are paths that a browser may read, by domain.
var published = map[string]string{"catalog": "snapshots/", "executions": "runs/", "lineage": "edges/", "search": "index/"}

func (w *world) browse(ctx context.Context, p *person) error {
	domain := []string{"catalog", "executions", "lineage", "search"}[w.source.IntN(4)]
	var paths []string
	for range 1 + w.source.IntN(4) {
		paths = append(paths, published[domain]+strconv.Itoa(w.source.IntN(1000))+".parquet")
	}
	return w.mint(ctx, http.StatusOK, p, domain, paths...)
}

// pry asks for what is not published.
func (w *world) pry(ctx context.Context, p *person) error {
	switch w.source.IntN(4) {
	case 0:
		return w.mint(ctx, http.StatusForbidden, p, "catalog", "snapshots/../../etc/passwd")
	case 1:
		return w.mint(ctx, http.StatusForbidden, p, "catalog", "snapshots/1.parquet", "ledger/1.json")
	case 2:
		return w.mint(ctx, http.StatusForbidden, p, "lineage", "drafts/1.parquet")
	}
	return w.mint(ctx, http.StatusBadRequest, p, "payroll", "salaries.parquet")
}

// mint asks the API for signed URLs, each of which is a secret.
func (w *world) mint(ctx context.Context, want int, p *person, domain string, paths ...string) error {
	b, err := w.read(ctx, want, request{service: serviceAPI, method: "POST", path: "/api/v1/browser/urls", token: &p.token,
		body: map[string]any{"domain": domain, "paths": paths}})
	if err != nil || want != http.StatusOK {
		return err
	}
	var minted struct {
		URLs []struct{ URL string }
	}
	if err := json.Unmarshal(b, &minted); err != nil {
		return err
	}
	for _, m := range minted.URLs {
		u, err := url.Parse(m.URL)
		if err != nil {
			return err
		}
		w.plants = append(w.plants, plant{kind: "minted url", text: m.URL, secrets: []string{u.Query().Get("signature")}})
	}
	return nil
}

// dispatched is one attempt of a task of the flow.
type dispatched struct {
	id, run, tenant string
	token           string
}

// dispatch queues a task as the scheduler does. The token that it answers with is a secret.
func (w *world) dispatch(ctx context.Context, tenant string) (dispatched, error) {
	w.tasks++
	t := dispatched{id: "task-" + strconv.Itoa(w.tasks), run: "run-" + strconv.Itoa(w.tasks), tenant: tenant}
	b, err := w.read(ctx, http.StatusCreated, request{service: serviceFlow, method: "POST", path: "/internal/v1/tasks", token: &w.scheduler,
		body: map[string]any{"taskId": t.id, "tenantId": tenant, "workspaceId": workspace, "runId": t.run, "attempt": 1}})
	if err != nil {
		return t, err
	}
	var answer struct{ Token string }
	if err := json.Unmarshal(b, &answer); err != nil {
		return t, err
	}
	t.token = answer.Token
	w.plants = append(w.plants, plantToken(t.token))
	return t, nil
}

// report calls back for a task.
func (w *world) report(ctx context.Context, want int, t dispatched, what string) error {
	q := request{service: serviceFlow, method: "POST", path: "/api/v1/tasks/" + t.id + "/" + what, token: &t.token}
	if what == "completed" {
		q.body = map[string]string{"result": "succeeded"}
	}
	return w.do(ctx, want, q)
}

// work is the life of a task.
func (w *world) work(ctx context.Context, p *person) error {
	t, err := w.dispatch(ctx, p.tenant)
	if err != nil {
		return err
	}
	reports := slices.Concat([]string{"started"}, slices.Repeat([]string{"heartbeat"}, w.source.IntN(3)), []string{"completed"})
	for _, what := range reports {
		if err := w.report(ctx, http.StatusNoContent, t, what); err != nil {
			return err
		}
	}
	return nil
}

// hurry reports the end of a task before its beginning, and once more after its end.
func (w *world) hurry(ctx context.Context, p *person) error {
	t, err := w.dispatch(ctx, p.tenant)
	if err != nil {
		return err
	}
	for _, r := range []struct {
		what string
		want int
	}{{"completed", http.StatusConflict}, {"started", http.StatusNoContent}, {"completed", http.StatusNoContent}, {"heartbeat", http.StatusGone}} {
		if err := w.report(ctx, r.want, t, r.what); err != nil {
			return err
		}
	}
	return nil
}

// nightly is a job that goes through all services under one request id.
func (w *world) nightly(ctx context.Context) error {
	ctx = context.WithValue(ctx, ownID{}, nightlyID)
	p := w.who(grace)
	t, err := w.dispatch(ctx, p.tenant)
	if err != nil {
		return err
	}
	for _, do := range []func() error{
		func() error { return w.report(ctx, http.StatusNoContent, t, "started") },
		func() error { return w.fetch(ctx, p) },
		func() error { return w.write(ctx, p) },
		func() error { return w.browse(ctx, p) },
		func() error { return w.report(ctx, http.StatusNoContent, t, "completed") },
		func() error { return w.rpc(ctx, "Get", t.tenant, t.run) },
		func() error { return w.rpc(ctx, "Cancel", t.tenant, t.run) },
	} {
		if err := do(); err != nil {
			return err
		}
	}
	if w.rpc(ctx, "Cancel", t.tenant, t.run) == nil {
		return errors.New("lakehouse: a run was cancelled twice")
	}
	return nil
}

// nightlyID is the request id of that job.
const nightlyID = "nightly-42"
