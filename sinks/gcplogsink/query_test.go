package gcplogsink_test

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/daxis-io/arco-audit/audit/auditread"
	"github.com/daxis-io/arco-audit/internal/lql"
	"github.com/daxis-io/arco-audit/sinks/gcplogsink"
)

// asked is a question with its parameters and, said in Go over the events, what its filter finds.
type asked struct {
	name   string
	params map[string]string
	finds  func(e auditread.Entry) bool
}

func questions(s store) []asked {
	actor := s.events[slices.IndexFunc(s.events, func(e auditread.Entry) bool { return e.ActionName == "ICEBERG_COMMIT" && e.Tenant == "acme" })].Actor
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		berlin = time.UTC
	}
	acme := func(e auditread.Entry) bool { return e.Tenant == "acme" }
	is := func(names ...string) func(auditread.Entry) bool {
		return func(e auditread.Entry) bool { return slices.Contains(names, e.ActionName) }
	}
	deny := func(e auditread.Entry) bool { return e.OutcomeName == "deny" }
	return []asked{
		{"credentials-for-table", map[string]string{"table": "sales.orders"}, func(e auditread.Entry) bool {
			return is("CRED_VEND_ALLOW")(e) && (e.Resource == "iceberg/table:sales.orders" || strings.HasPrefix(e.Resource, "iceberg/table:sales.orders:"))
		}},
		{"tenant-denies", map[string]string{"tenant": "ACME"}, func(e auditread.Entry) bool { return deny(e) && acme(e) }},
		{"commits-by-actor", map[string]string{"actor": actor}, func(e auditread.Entry) bool { return is("ICEBERG_COMMIT")(e) && e.Actor == actor }},
		{"deny-spikes", map[string]string{"threshold": "5"}, func(e auditread.Entry) bool { return deny(e) || is("DENIES_SUPPRESSED")(e) }},
		{"out-of-hours", map[string]string{"zone": "Europe/Berlin", "hours": "20,22,01,03"}, func(e auditread.Entry) bool {
			return is("CRED_VEND_ALLOW", "URL_MINT_ALLOW", "ICEBERG_COMMIT")(e) && slices.Contains([]int{20, 22, 1, 3}, e.Time.In(berlin).Hour())
		}},
		{"request", map[string]string{"request": "r-1"}, func(e auditread.Entry) bool { return e.RequestID == "r-1" }},
		{"actor", map[string]string{"actor": actor}, func(e auditread.Entry) bool { return e.Actor == actor }},
		{"url-mints", map[string]string{"tenant": "acme"}, func(e auditread.Entry) bool { return is("URL_MINT_ALLOW")(e) && acme(e) }},
		{"catalog-changes", map[string]string{"tenant": "acme"}, func(e auditread.Entry) bool {
			return is("CATALOG_MUTATE")(e) && acme(e) && slices.Contains([]string{"create", "drop", "rename"}, e.Details.Get("operation"))
		}},
		{"withheld", map[string]string{}, func(e auditread.Entry) bool { return len(e.Redactions) > 0 }},
		{"vended-without-commit", map[string]string{"tenant": "acme"}, func(e auditread.Entry) bool {
			return acme(e) && (is("ICEBERG_COMMIT")(e) || is("CRED_VEND_ALLOW")(e) && e.Details.Get("access") == "read_write")
		}},
		{"first-access", map[string]string{"tenant": "acme"}, func(e auditread.Entry) bool { return is("CRED_VEND_ALLOW")(e) && acme(e) }},
		{"trail-whole", map[string]string{}, is(losses...)},
	}
}

// fill sets the window so that the second event that matches is its first instant, and the last but one its end.
func (s *store) fill(t *testing.T, q asked) (gcplogsink.Filled, []string) {
	t.Helper()
	var times []time.Time
	for _, e := range s.events {
		if q.finds(e) {
			times = append(times, e.Time)
		}
	}
	require.Greater(t, len(times), 5, "too few events match to say anything")
	since, until := times[1], times[len(times)-2]
	q.params["log"], q.params["view"] = log, "p.audit._AllLogs"
	q.params["since"], q.params["until"] = since.Format(time.RFC3339Nano), until.Format(time.RFC3339Nano)
	filled, err := gcplogsink.Query(q.name, q.params)
	require.NoError(t, err)
	return filled, s.want(q.finds, func(e auditread.Entry) bool {
		return e.Time.Before(until) && (q.name == "first-access" || !e.Time.Before(since))
	})
}

func TestQueryFiltersFind(t *testing.T) {
	s := newStore(t, 3000)
	all := questions(s)
	for _, q := range all {
		t.Run(q.name, func(t *testing.T) {
			filled, want := s.fill(t, q)
			got, err := s.find(t, filled.Filter)
			require.NoError(t, err, filled.Filter)
			assert.Equal(t, want, got, filled.Filter)
		})
	}
	var names []string
	for _, q := range gcplogsink.Questions() {
		names = append(names, q.Name)
		assert.Greater(t, len(q.About), 150, "%s says too little", q.Name)
	}
	var tested []string
	for _, q := range all {
		tested = append(tested, q.name)
	}
	assert.ElementsMatch(t, names, tested)
}

// TestQueryQuotes asks for names that look like parts of a query.
func TestQueryQuotes(t *testing.T) {
	base := map[string]string{"log": log, "view": "p.audit._AllLogs", "since": "2026-01-01T00:00:00Z", "until": "2026-01-02T00:00:00Z"}
	hostile := []string{`x" OR "1"="1`, `=HYPERLINK(`, `a.b`, `a|b`, `^`, `$`, `\`, `\"`, `(?i)x`, `{tenant}`, `{log}`, `@tenant`, "tab\t", "line\n-- ", "`; DROP TABLE x", `é`, `[x]`, `.*`, `'`}
	for _, value := range hostile {
		for name, parameter := range map[string]string{"tenant-denies": "tenant", "request": "request", "actor": "actor", "credentials-for-table": "table"} {
			params := map[string]string{parameter: value}
			maps.Copy(params, base)
			filled, err := gcplogsink.Query(name, params)
			require.NoError(t, err)
			params[parameter] = "plain"
			plain, err := gcplogsink.Query(name, params)
			require.NoError(t, err)
			assert.Equal(t, plain.SQL, filled.SQL, "the value is in the SQL")
			assert.Contains(t, filled.Arguments, gcplogsink.Argument{Name: parameter, Type: "STRING", Value: value})
			f, err := lql.Parse(filled.Filter)
			require.NoError(t, err, filled.Filter)
			entry := func(v string) lql.Entry {
				return lql.Entry{
					"logName": log, "timestamp": time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC), "labels": map[string]any{
						"outcome": "deny", "action": "CRED_VEND_ALLOW", "tenant": v, "actor": v, "request": v, "resource": "iceberg/table:" + v,
					}}
			}
			assert.True(t, f.Match(entry(value)), "%s: %s", value, filled.Filter)
			for _, other := range append([]string{"x", "1", "a", "b", value + "x", "x" + value, ""}, hostile...) {
				if other != value {
					assert.False(t, f.Match(entry(other)), "%q finds %q: %s", value, other, filled.Filter)
				}
			}
		}
	}
}

func TestQueryRefuses(t *testing.T) {
	good := map[string]string{"log": log, "view": "p.audit._AllLogs", "since": "2026-01-01T00:00:00Z", "until": "2026-01-02T00:00:00Z", "zone": "Europe/Berlin", "hours": "20,21"}
	tests := []struct{ name, parameter, value, says string }{
		{"missing", "log", "", "log is missing"},
		{"unknown", "tenant", "acme", "does not have"},
		{"log", "log", `logs/l`, "log is not"},
		{"view", "view", "p.audit.x` WHERE TRUE", "view is not"},
		{"since", "since", "yesterday", "since is not"},
		{"until", "until", "2026-01-01", "until is not"},
		{"empty window", "until", "2026-01-01T01:00:00+01:00", "not after since"},
		{"zone", "zone", `UTC")`, "zone is not"},
		{"hours", "hours", "20-23", "hours is not"},
		{"no hour", "hours", "24", "hours is not"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			params := map[string]string{}
			maps.Copy(params, good)
			params[test.parameter] = test.value
			if test.value == "" {
				delete(params, test.parameter)
			}
			_, err := gcplogsink.Query("out-of-hours", params)
			require.ErrorContains(t, err, test.says)
			if test.value != "" {
				assert.NotContains(t, err.Error(), test.value)
			}
		})
	}
	_, err := gcplogsink.Query("out-of-hours", good)
	require.NoError(t, err)
	for _, name := range []string{"", "none", "../query", "actor.lql"} {
		_, err = gcplogsink.Query(name, good)
		assert.ErrorContains(t, err, "no such question")
	}
	for _, threshold := range []string{"0", "-1", "many", "1e9"} {
		_, err = gcplogsink.Query("deny-spikes", map[string]string{"log": log, "view": "a.b", "since": good["since"], "until": good["until"], "threshold": threshold})
		assert.ErrorContains(t, err, "threshold is not")
	}
	_, err = gcplogsink.Query("tenant-denies", map[string]string{"log": log, "view": "a.b", "since": good["since"], "until": good["until"], "tenant": "\xff"})
	assert.ErrorContains(t, err, "tenant is not")
}
