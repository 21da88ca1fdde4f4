package main

import (
	"strings"
	"testing"

	"github.com/daxis-io/arco-audit/audit"
	"github.com/daxis-io/arco-audit/audit/audittest"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestTemplateOf(t *testing.T) {
	tests := map[string]string{
		"/v1/config":                                   "/v1/config",
		"/v1/main/namespaces":                          "/v1/{prefix}/namespaces",
		"/v1/main/namespaces/a%2Fb":                    "/v1/{prefix}/namespaces/{namespace}",
		"/v1/main/namespaces/a/properties":             "/v1/{prefix}/namespaces/{namespace}/properties",
		"/v1/main/namespaces/a/tables/b":               "/v1/{prefix}/namespaces/{namespace}/tables/{table}",
		"/v1/main/namespaces/a/tables/rename/metrics":  "/v1/{prefix}/namespaces/{namespace}/tables/{table}/metrics",
		"/v1/main/tables/rename":                       "/v1/{prefix}/tables/rename",
		"/v1/main/transactions/commit":                 "/v1/{prefix}/transactions/commit",
		"/v1/main/namespaces/a/views":                  "",
		"/v1/main":                                     "",
		"/":                                            "",
		"/v2/config":                                   "",
		"/v1/main/namespaces/a/tables/b/credentials/c": "",
	}
	for path, want := range tests {
		assert.Equal(t, want, templateOf(path), path)
	}
}

// agreeing is one commit and the two events it must leave.
func agreeing() ([]call, []event) {
	c := call{id: "r1", method: "POST", template: "/v1/{prefix}/namespaces/{namespace}/tables/{table}", status: 200, events: []string{"e1", "e2"}}
	auth := event{ID: "e1", Action: "AUTH_ALLOW", Outcome: "allow"}
	auth.Data.RequestID, auth.Data.Resource = "r1", "POST "+c.template
	commit := event{ID: "e2", Action: "ICEBERG_COMMIT", Outcome: "allow"}
	commit.Data.RequestID = "r1"
	return []call{c}, []event{{ID: "e0", Action: "TRAIL_OPENED", Outcome: "system"}, auth, commit}
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
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			err := reconcile(test.change(agreeing()))
			if test.agrees {
				assert.NoError(t, err)
			} else {
				assert.Error(t, err)
			}
		})
	}
}

func TestDecisionsOfACall(t *testing.T) {
	const table = "/v1/{prefix}/namespaces/{namespace}/tables/{table}"
	tests := []struct {
		name string
		call call
		want []string
	}{
		{"refused caller", call{method: "POST", template: table, status: 401}, []string{"AUTH_DENY"}},
		{"plain load", call{method: "GET", template: table, status: 200}, []string{"AUTH_ALLOW"}},
		{"load with a credential", call{method: "GET", template: table, status: 200, asked: true, vended: true}, []string{"AUTH_ALLOW", "CRED_VEND_ALLOW"}},
		{"load without the credential", call{method: "GET", template: table, status: 200, asked: true}, []string{"AUTH_ALLOW", "CRED_VEND_DENY"}},
		{"load of nothing", call{method: "GET", template: table, status: 404, asked: true}, []string{"AUTH_ALLOW"}},
		{"transaction", call{method: "POST", template: "/v1/{prefix}/transactions/commit", status: 204, tables: 2},
			[]string{"AUTH_ALLOW", "ICEBERG_COMMIT", "ICEBERG_COMMIT"}},
		{"transaction of nothing", call{method: "POST", template: "/v1/{prefix}/transactions/commit", status: 400},
			[]string{"AUTH_ALLOW", "ICEBERG_COMMIT_DENY"}},
		{"staged create", call{method: "POST", template: "/v1/{prefix}/namespaces/{namespace}/tables", status: 200, staged: true}, []string{"AUTH_ALLOW"}},
		{"drop", call{method: "DELETE", template: table, status: 204}, []string{"AUTH_ALLOW", "CATALOG_MUTATE"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) { assert.Equal(t, test.want, expected(test.call)) })
	}
}

func TestParseTrailRefusesWhatIsNoCloudEvent(t *testing.T) {
	good := `{"specversion":"1.0","id":"1","source":"//catalog/dev/x","type":"t","action":"A","data":{}}`
	events, err := parseTrail(good + "\n")
	require.NoError(t, err)
	assert.Len(t, events, 1)
	for _, bad := range []string{`{`, `{}`, `{"specversion":"1.0","id":"","source":"s","type":"t"}`, good + "\n" + `{"specversion":"0.1"}`} {
		_, err := parseTrail(bad)
		assert.Error(t, err, bad)
	}
}

func TestCheckSinks(t *testing.T) {
	p := plantGoogle()
	_, events := agreeing()
	for i := range events {
		events[i].Sequence = string(rune('0' + i))
	}
	text := `{"id":"e0"}{"id":"e1"}{"id":"e2"}`
	require.NoError(t, checkSinks(map[string]string{"a": text, "b": text}, events, []plant{p}))
	for name, bad := range map[string]string{
		"a secret":  text + p.text,
		"one less":  text[:22],
		"one twice": text + `{"id":"e2"}`,
	} {
		err := checkSinks(map[string]string{"a": text, "b": bad}, events, []plant{p})
		require.Error(t, err, name)
		assert.Contains(t, err.Error(), "sink b", name)
		assert.NotContains(t, err.Error(), p.text)
	}
	events[0], events[1] = events[1], events[0]
	assert.Error(t, checkSinks(map[string]string{"a": text}, events, nil))
}

func TestCheckCopies(t *testing.T) {
	var list []string
	for _, r := range audittest.Records(t, audit.AuthAllow(audit.RPCOperation("/a.B/C"), audit.AuthMethodJWT), audit.URLMintDeny(audit.DomainSearch, audit.MintReasonTraversal)) {
		list = append(list, r.JSON())
	}
	file := strings.Join(list, "\n") + "\n"
	require.NoError(t, checkCopies(file, "copy", list[1]+"\n"+list[0]))
	for name, bad := range map[string]string{
		"one less":    list[0],
		"other bytes": list[0] + "\n" + strings.ReplaceAll(list[1], "traversal", "reversal"),
		"no event":    list[0] + "\n{}",
	} {
		assert.Error(t, checkCopies(file, "copy", bad), name)
	}
	assert.Error(t, checkCopies(list[0], "copy", file), "one more")
}
