package main

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// agreeing is one commit and the two events it must leave.
func agreeing() ([]call, []event) {
	c := call{service: serviceCatalog, id: "r1", method: "POST", template: "/v1/{prefix}/namespaces/{namespace}/tables/{table}", status: 200, events: []string{"e1", "e2"}}
	auth := event{ID: "e1", Action: "AUTH_ALLOW", Outcome: "allow"}
	auth.Data.RequestID, auth.Data.Resource = "r1", "POST "+c.template
	commit := event{ID: "e2", Action: "ICEBERG_COMMIT", Outcome: "allow"}
	commit.Data.RequestID = "r1"
	return []call{c}, []event{{ID: "e0", Action: "TRAIL_OPENED", Outcome: "system"}, auth, commit}
}

// flooded is two requests whose token was refused, of which the second has no event of its own.
func flooded(counted string) ([]call, []event) {
	c := call{service: serviceFlow, id: "r1", method: "POST", template: "/internal/v1/tasks", status: 401, events: []string{"e1"}}
	again := c
	again.id, again.events = "r2", []string{"e2"}
	auth := event{ID: "e1", Action: "AUTH_DENY", Outcome: "deny"}
	auth.Data.RequestID, auth.Data.Resource = "r1", "POST "+c.template
	sum := event{ID: "e2", Action: "DENIES_SUPPRESSED", Outcome: "system"}
	sum.Data.Details.Count = counted
	return []call{c, again}, []event{auth, sum}
}

func TestReconcile(t *testing.T) {
	tests := []struct {
		name   string
		change func(calls []call, events []event) ([]call, []event)
		agrees bool
	}{
		{"agrees", func(c []call, e []event) ([]call, []event) { return c, e }, true},
		{"agrees with a withheld id", func(c []call, e []event) ([]call, []event) {
			c[0].planted = true
			e[1].Data.RequestID, e[2].Data.RequestID = "[REDACTED:jwt]", "[REDACTED:jwt]"
			return c, e
		}, true},
		{"an event is missing", func(c []call, e []event) ([]call, []event) { return c, e[:2] }, false},
		{"an event is there twice", func(c []call, e []event) ([]call, []event) { return c, append(e, e[2]) }, false},
		{"of a withheld id twice", func(c []call, e []event) ([]call, []event) {
			c[0].planted = true
			return c, append(e, e[2])
		}, false},
		{"an event of no request", func(c []call, e []event) ([]call, []event) {
			e[2].Data.RequestID = "r2"
			return c, e
		}, false},
		{"a deny for what was done", func(c []call, e []event) ([]call, []event) {
			e[2].Action = "ICEBERG_COMMIT_DENY"
			return c, e
		}, false},
		{"an allow for what was refused", func(c []call, e []event) ([]call, []event) {
			c[0].status = 409
			return c, e
		}, false},
		{"another operation", func(c []call, e []event) ([]call, []event) {
			e[1].Data.Resource = "GET /v1/config"
			return c, e
		}, false},
		{"another id announced", func(c []call, e []event) ([]call, []event) {
			c[0].events = []string{"e1", "e3"}
			return c, e
		}, false},
		{"an id not announced", func(c []call, e []event) ([]call, []event) {
			c[0].events = nil
			return c, e
		}, false},
		{"an announced event is lost", func(c []call, e []event) ([]call, []event) { return c, e[:2] }, false},
		{"another service announces the last", func(c []call, e []event) ([]call, []event) {
			c[0].service, c[0].template, c[0].events = serviceAPI, "/api/v1/browser/urls", []string{"e2"}
			e[1].Data.Resource, e[2].Action = "POST /api/v1/browser/urls", "URL_MINT_ALLOW"
			return c, e
		}, true},
		{"another service announces the first", func(c []call, e []event) ([]call, []event) {
			c[0].service, c[0].template, c[0].events = serviceAPI, "/api/v1/browser/urls", []string{"e1"}
			e[1].Data.Resource, e[2].Action = "POST /api/v1/browser/urls", "URL_MINT_ALLOW"
			return c, e
		}, false},
		{"nobody answered", func(c []call, e []event) ([]call, []event) {
			c[0].status, c[0].events = 0, nil
			return c, e[:2]
		}, true},
		{"nobody answered, yet it is allowed", func(c []call, e []event) ([]call, []event) {
			c[0].status, c[0].events = 0, nil
			return c, e
		}, false},
		{"folded", func([]call, []event) ([]call, []event) { return flooded("1") }, true},
		{"folded and counted twice", func([]call, []event) ([]call, []event) { return flooded("2") }, false},
		{"folded and not counted", func([]call, []event) ([]call, []event) {
			c, e := flooded("1")
			return c, e[:1]
		}, false},
		{"an allow is folded", func([]call, []event) ([]call, []event) {
			c, e := flooded("1")
			c[1].template, c[1].status = "/none", 200
			return c, e
		}, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := reconcile(test.change(agreeing()))
			if test.agrees {
				assert.NoError(t, err)
			} else {
				assert.Error(t, err)
			}
		})
	}
}

func TestReconcileCounts(t *testing.T) {
	got, err := reconcile(flooded("1"))
	require.NoError(t, err)
	assert.Equal(t, tally{announced: 2, folded: 1}, got)
}
