package gcplogsink_test

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	pb "cloud.google.com/go/logging/apiv2/loggingpb"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/daxis-io/arco-audit/audit/auditread"
	"github.com/daxis-io/arco-audit/internal/gcpfake"
	"github.com/daxis-io/arco-audit/internal/lql"
	"github.com/daxis-io/arco-audit/internal/traffic"
	"github.com/daxis-io/arco-audit/sinks/gcplogsink"
)

// losses are the actions of a trail that is not whole.
var losses = []string{"GAP_FOUND", "EVENTS_DROPPED", "DENIES_SUPPRESSED", "EVENT_QUARANTINED", "DECISION_ABANDONED"}

// store is a bucket with events of three services.
type store struct {
	server *gcpfake.Logging
	events []auditread.Entry // of the log, by time and id
}

// newStore fills a bucket through the sink, some events twice, and puts entries of another log beside them.
func newStore(t *testing.T, n int) store {
	t.Helper()
	list := traffic.Records(t, n, 7)
	end := list[len(list)-1].Time()
	server, err := gcpfake.ServeLogging(func() time.Time { return end })
	require.NoError(t, err)
	t.Cleanup(server.Close)
	client, err := server.Client(t.Context())
	require.NoError(t, err)
	t.Cleanup(func() { _ = client.Close() })
	for _, batch := range [][2]int{{0, len(list)}, {0, n / 10}} {
		require.NoError(t, gcplogsink.New(client, log).Deliver(t.Context(), list[batch[0]:batch[1]]))
	}
	require.NoError(t, gcplogsink.New(client, log+"2").Deliver(t.Context(), list))
	s := store{server: server}
	s.addLosses(t)
	for _, e := range server.Stored() {
		if e.GetLogName() == log {
			event, err := auditread.Decode(rebuilt(t, e))
			require.NoError(t, err)
			s.events = append(s.events, event)
		}
	}
	slices.SortFunc(s.events, func(a, b auditread.Entry) int {
		return cmp.Or(a.Time.Compare(b.Time), strings.Compare(a.ID.String(), b.ID.String()))
	})
	return s
}

// addLosses writes what a trail says of a loss, made from the entries that trails opened with, since a healthy
// trail says no such thing.
func (s *store) addLosses(t *testing.T) {
	t.Helper()
	r := &pb.WriteLogEntriesRequest{}
	for _, e := range s.server.Stored() {
		if strings.Contains(e.GetInsertId(), "-loss") || e.GetLabels()["action"] != "TRAIL_OPENED" {
			continue
		}
		for i, action := range losses {
			loss := proto.CloneOf(e)
			at := loss.GetTimestamp().AsTime().Add(time.Duration(i+1) * time.Minute)
			loss.Timestamp.Seconds = at.Unix()
			loss.InsertId = e.GetInsertId()[:34] + []string{"a", "b", "c", "d", "e"}[i] + e.GetInsertId()[35:]
			loss.Labels["action"] = action
			payload, data := loss.GetJsonPayload().GetFields(), loss.GetJsonPayload().GetFields()["data"].GetStructValue().GetFields()
			time := structpb.NewStringValue(at.Format("2006-01-02T15:04:05.000Z"))
			payload["action"], data["action"] = structpb.NewStringValue(action), structpb.NewStringValue(action)
			payload["id"], data["eventId"] = structpb.NewStringValue(loss.GetInsertId()), structpb.NewStringValue(loss.GetInsertId())
			payload["time"], data["timestamp"] = time, time
			r.Entries = append(r.Entries, loss)
		}
	}
	_, err := s.server.WriteLogEntries(context.WithoutCancel(t.Context()), r)
	require.NoError(t, err)
}

// find asks the service, page by page.
func (s *store) find(t *testing.T, filter string) ([]string, error) {
	t.Helper()
	found := []string{}
	r := &pb.ListLogEntriesRequest{ResourceNames: []string{"projects/p"}, Filter: filter, PageSize: 1000}
	for {
		answer, err := s.server.ListLogEntries(t.Context(), r)
		if err != nil {
			return nil, err
		}
		for _, e := range answer.GetEntries() {
			found = append(found, e.GetInsertId())
		}
		if r.PageToken = answer.GetNextPageToken(); r.PageToken == "" {
			return found, nil
		}
	}
}

// want returns the ids of the events that satisfy all.
func (s *store) want(all ...func(auditread.Entry) bool) []string {
	list := []string{}
	for _, e := range s.events {
		if !slices.ContainsFunc(all, func(f func(auditread.Entry) bool) bool { return !f(e) }) {
			list = append(list, e.ID.String())
		}
	}
	return list
}

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
		{"out-of-hours", map[string]string{"zone": "Europe/Berlin", "hours": "20,21,22,23,00,01,02,03"}, func(e auditread.Entry) bool {
			h := e.Time.In(berlin).Hour()
			return is("CRED_VEND_ALLOW", "URL_MINT_ALLOW", "ICEBERG_COMMIT")(e) && (h >= 20 || h <= 3)
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

// mutants returns the filter with one constant or operator changed at a time.
func mutants(t *testing.T, filter string) map[string]string {
	t.Helper()
	tokens, err := lql.Tokens(filter)
	require.NoError(t, err)
	list := map[string]string{}
	for i, token := range tokens {
		replace := func(text string) {
			list[token.Text+" -> "+text] = filter[:token.Start] + text + filter[token.End:]
		}
		other := map[string][]string{"=": {"!="}, ">=": {"<", ">"}, "<": {">=", "<="}, "=~": {"!~"}, "OR": {"AND"}, "AND": {"OR"}}
		for _, text := range other[token.Text] {
			replace(text)
		}
		if token.Kind != lql.KindString {
			continue
		}
		if tokens[i-2].Text == "timestamp" && tokens[i-1].Kind == lql.KindOperator {
			at, err := time.Parse(time.RFC3339Nano, token.Text)
			require.NoError(t, err)
			replace(lql.Quote(at.Add(time.Microsecond).Format(time.RFC3339Nano)))
			continue
		}
		replace(lql.Quote(token.Text + "x"))
		replace(lql.Quote(token.Text[:len(token.Text)-1]))
		for at, c := range token.Text {
			if '0' <= c && c <= '9' && tokens[i-1].Text != "(" {
				replace(lql.Quote(token.Text[:at] + string('0'+(c-'0'+1)%10) + token.Text[at+1:]))
			}
		}
	}
	return list
}

// TestQueryFiltersHaveNothingIdle changes every constant and operator of every filter, and finds something else.
func TestQueryFiltersHaveNothingIdle(t *testing.T) {
	s := newStore(t, 3000)
	for _, q := range questions(s) {
		t.Run(q.name, func(t *testing.T) {
			filled, want := s.fill(t, q)
			list := mutants(t, filled.Filter)
			assert.Greater(t, len(list), 6)
			for name, mutant := range list {
				got, err := s.find(t, mutant)
				assert.False(t, err == nil && slices.Equal(want, got), "%s changes nothing", name)
			}
		})
	}
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
