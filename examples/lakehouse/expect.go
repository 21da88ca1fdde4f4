package main

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
)

// expected are the actions of the events that a call must have left, by what was seen of it outside.
func expected(c call) []string {
	if c.status == http.StatusUnauthorized {
		return []string{"AUTH_DENY"}
	}
	return append([]string{"AUTH_ALLOW"}, c.decisions()...)
}

func (c call) decisions() []string {
	ok := c.status < 300
	switch c.method + " " + strings.TrimPrefix(c.template, "/v1/{prefix}/") {
	case "GET namespaces/{namespace}/tables/{table}/credentials":
		return one(ok, "CRED_VEND_ALLOW", "CRED_VEND_DENY")
	case "GET namespaces/{namespace}/tables/{table}":
		if !c.asked || !ok {
			return nil
		}
		return one(c.vended, "CRED_VEND_ALLOW", "CRED_VEND_DENY")
	case "POST namespaces/{namespace}/tables/{table}":
		return one(ok, "ICEBERG_COMMIT", "ICEBERG_COMMIT_DENY")
	case "POST transactions/commit":
		return slices.Repeat(one(ok, "ICEBERG_COMMIT", "ICEBERG_COMMIT_DENY"), max(1, c.tables))
	case "POST namespaces/{namespace}/tables":
		if ok && c.staged {
			return nil
		}
		return one(ok, "CATALOG_MUTATE", "CATALOG_MUTATE_DENY")
	case "POST namespaces", "DELETE namespaces/{namespace}", "POST namespaces/{namespace}/properties",
		"POST namespaces/{namespace}/register", "DELETE namespaces/{namespace}/tables/{table}", "POST tables/rename":
		return one(ok, "CATALOG_MUTATE", "CATALOG_MUTATE_DENY")
	}
	return nil
}

func one(ok bool, allow, deny string) []string {
	if ok {
		return []string{allow}
	}
	return []string{deny}
}

// reconcile compares the request log with the events. Calls whose id is in the trail are compared one by
// one; the rest, whose id was a secret, together.
func reconcile(calls []call, events []event) error {
	got := map[string][]string{}
	for _, e := range events {
		if e.system() {
			continue
		}
		got[e.Data.RequestID] = append(got[e.Data.RequestID], e.what())
	}
	var hidden []string
	for _, c := range calls {
		want := c.want()
		if c.planted {
			hidden = append(hidden, want...)
			continue
		}
		if have := got[c.id]; !sameSet(want, have) {
			return fmt.Errorf("lakehouse: %s %s answered %d: events %v, expected %v", c.method, c.template, c.status, have, want)
		}
		delete(got, c.id)
	}
	if have := slices.Concat(slices.Collect(maps.Values(got))...); !sameSet(hidden, have) {
		return fmt.Errorf("lakehouse: requests whose id was withheld: events %v, expected %v", have, hidden)
	}
	return headers(calls, events)
}

// want is expected with the operation added to AUTH events, as event.what has it.
func (c call) want() []string {
	list := expected(c)
	template := c.template
	if template == "" {
		template = "unmatched"
	}
	list[0] += " " + c.method + " " + template
	return list
}

// headers checks the ids that each response announced: they are the events of that call, and every event but
// the trail's own was announced once.
func headers(calls []call, events []event) error {
	byID := map[string]event{}
	for _, e := range events {
		if !e.system() {
			byID[e.ID] = e
		}
	}
	for _, c := range calls {
		var have []string
		for _, id := range c.events {
			have = append(have, byID[id].what())
			delete(byID, id)
		}
		if want := c.want(); !sameSet(want, have) {
			return fmt.Errorf("lakehouse: %s %s announced %v, expected %v", c.method, c.template, have, want)
		}
	}
	if len(byID) > 0 {
		return fmt.Errorf("lakehouse: %d events were announced to nobody", len(byID))
	}
	return nil
}

func sameSet(a, b []string) bool {
	return slices.Equal(slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b)))
}
