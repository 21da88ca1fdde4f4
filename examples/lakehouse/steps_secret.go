package main

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/apache/iceberg-go/table"

	"github.com/daxis-io/arco-audit/examples/catalog"
)

func (w *world) vend(ctx context.Context) error {
	// With a load, as the Iceberg client asks by default.
	if _, err := w.vending.LoadTable(ctx, orders); err != nil {
		return err
	}
	path := tablePath(orders) + "/credentials"
	plan := url.Values{"planId": {"plan-7f3a"}}
	if err := w.do(ctx, http.StatusOK, request{method: "GET", path: path, query: plan}); err != nil {
		return err
	}
	if err := w.vendRefused(ctx, path); err != nil {
		return err
	}
	// A load whose credential is denied still loads the table.
	w.lake.authority.set(moodDeny)
	defer w.lake.authority.set(moodGrant)
	_, err := w.vending.LoadTable(ctx, orders)
	return err
}

func (w *world) vendRefused(ctx context.Context, path string) error {
	for _, c := range []struct {
		mood   mood
		status int
		header string
		path   string
	}{
		{moodDeny, http.StatusForbidden, "vended-credentials", path},
		{moodFail, http.StatusBadGateway, "vended-credentials,remote-signing", path},
		{moodGrant, http.StatusBadRequest, "remote-signing", path},
		{moodGrant, http.StatusNotFound, "", "/namespaces/sales/tables/nothing/credentials"},
	} {
		w.lake.authority.set(c.mood)
		headers := map[string]string{"X-Iceberg-Access-Delegation": c.header}
		if err := w.do(ctx, c.status, request{method: "GET", path: c.path, headers: headers}); err != nil {
			return err
		}
	}
	return nil
}

// authenticate sends every kind of token that must be refused.
func (w *world) authenticate(ctx context.Context) error {
	now := time.Now()
	later := now.Add(time.Hour).Unix()
	tokens := []string{"", "opaque-but-not-a-token"}
	for _, c := range []catalog.Claims{
		{Subject: "ada", Expires: now.Add(-time.Minute).Unix()},
		{Subject: "ada", Expires: later, NotBefore: later},
		{Subject: "ada", Expires: later, Issuer: "https://elsewhere.example"},
		{Subject: "ada", Expires: later, Audience: "another-service"},
	} {
		token, err := w.signClaims(c)
		if err != nil {
			return err
		}
		tokens = append(tokens, token)
	}
	// The last one is a good token with another signature.
	head := w.token[:strings.LastIndexByte(w.token, '.')+1]
	tokens = append(tokens, head+w.source.text(32))
	for _, token := range tokens {
		if err := w.do(ctx, http.StatusUnauthorized, request{method: "GET", path: "/namespaces", token: &token}); err != nil {
			return err
		}
	}
	return nil
}

// smuggle hides each secret in every place a client can write to.
func (w *world) smuggle(ctx context.Context) error {
	now := time.Now()
	planted := append([]plant{plantToken(w.token)}, w.source.plants(now)...)
	w.plants = append(w.plants, planted...)
	for _, p := range planted {
		if err := w.smuggleOne(ctx, p); err != nil {
			return err
		}
	}
	return nil
}

func (w *world) smuggleOne(ctx context.Context, p plant) error {
	secretTable := table.Identifier{"sales", p.text}
	list := request{method: "GET", path: "/namespaces"}
	id := list
	id.planted, id.headers = true, map[string]string{"X-Request-Id": strings.ReplaceAll(p.text, " ", "+")}
	agent := list
	agent.headers = map[string]string{"User-Agent": "PyIceberg/0.9.0 (" + p.text + ")", "Traceparent": p.text,
		"X-Forwarded-For": p.text, "Referer": p.text}
	product := list
	product.headers = map[string]string{"User-Agent": p.text}
	plan := request{method: "GET", path: tablePath(orders) + "/credentials", query: url.Values{"planId": {p.text}}}
	missing := request{method: "GET", path: tablePath(secretTable) + "/credentials"}
	space := request{method: "DELETE", path: "/namespaces/" + url.PathEscape(p.text)}
	target := renameRequest(customers, table.Identifier{"sales", "eu", p.text})
	create := request{method: "POST", path: "/namespaces/sales/tables", body: map[string]any{
		"name": p.text, "schema": orderSchema(), "properties": map[string]string{"token": p.text}}}
	commit := request{method: "POST", path: tablePath(secretTable), body: map[string]any{
		"requirements": []any{}, "updates": []any{map[string]any{"action": "set-properties", "updates": map[string]string{"secret": p.text}}}}}
	drop := request{method: "DELETE", path: tablePath(secretTable)}
	mint := request{service: serviceAPI, method: "POST", path: "/api/v1/browser/urls",
		body: map[string]any{"domain": "search", "paths": []string{p.text}}}
	task := request{service: serviceFlow, method: "POST", path: "/internal/v1/tasks", token: &w.scheduler,
		body: map[string]any{"taskId": p.text, "attempt": 1}}
	return errors.Join(
		w.do(ctx, http.StatusOK, id),
		w.do(ctx, http.StatusOK, agent),
		w.do(ctx, http.StatusOK, product),
		w.do(ctx, http.StatusOK, plan),
		w.do(ctx, http.StatusNotFound, missing),
		w.do(ctx, http.StatusNotFound, space),
		w.do(ctx, http.StatusNotAcceptable, target),
		w.do(ctx, http.StatusOK, create),
		w.do(ctx, http.StatusOK, commit),
		w.do(ctx, http.StatusNoContent, drop),
		w.do(ctx, http.StatusForbidden, mint),
		w.do(ctx, http.StatusBadRequest, task),
	)
}
