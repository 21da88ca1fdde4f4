package cookbook_test

import (
	"cmp"
	"context"
	"database/sql"
	"database/sql/driver"
	"flag"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	pb "cloud.google.com/go/logging/apiv2/loggingpb"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/structpb"
	"modernc.org/sqlite"

	"github.com/daxis-io/arco-audit/internal/gcpfake"
	"github.com/daxis-io/arco-audit/internal/gcpfake/logview"
	"github.com/daxis-io/arco-audit/internal/traffic"
	"github.com/daxis-io/arco-audit/sinks/gcplogsink"
)

var events = flag.Int("events", 3000, "how many events the two engines are compared over")

const log = "projects/p/logs/arco-audit"

func TestMain(m *testing.M) {
	flag.Parse()
	err := logview.Register(func(name string, n int32, f logview.Function) error {
		return sqlite.RegisterDeterministicScalarFunction(name, n, func(_ *sqlite.FunctionContext, a []driver.Value) (driver.Value, error) { return f(a) })
	})
	if err != nil {
		panic(err)
	}
	m.Run()
}

// stores are the same entries behind a service and in a database. The database has those that were delivered
// twice two times, as an export does.
type stores struct {
	server   *gcpfake.Logging
	view     *logview.View
	database *sql.DB
	end      time.Time
}

func newStores(t *testing.T, n int) stores {
	t.Helper()
	list := traffic.Records(t, n, 11)
	s := stores{end: list[len(list)-1].Time()}
	server, err := gcpfake.ServeLogging(func() time.Time { return s.end.Add(time.Hour) })
	require.NoError(t, err)
	t.Cleanup(server.Close)
	server.Keep(10 * 365 * 24 * time.Hour)
	s.server = server
	client, err := server.Client(t.Context())
	require.NoError(t, err)
	t.Cleanup(func() { _ = client.Close() })
	require.NoError(t, gcplogsink.New(client, log).Deliver(t.Context(), list))
	require.NoError(t, gcplogsink.New(client, log).Deliver(t.Context(), list[:n/10]))
	require.NoError(t, gcplogsink.New(client, log+"2").Deliver(t.Context(), list[:n/10]))
	s.addLosses(t)
	s.export(t)
	return s
}

// addLosses writes entries of the actions that a healthy trail does not have, made from others.
func (s *stores) addLosses(t *testing.T) {
	t.Helper()
	var r pb.WriteLogEntriesRequest
	routed := s.server.Routed()
	for i := range 500 {
		e := routed[i*len(routed)/500]
		loss := proto.Clone(e).(*pb.LogEntry)
		loss.InsertId = fmt.Sprintf("loss-%d", i)
		loss.Labels["action"] = []string{"GAP_FOUND", "EVENTS_DROPPED", "DENIES_SUPPRESSED", "EVENT_QUARANTINED", "DECISION_ABANDONED", "CHECKPOINT"}[i%6]
		loss.Labels["outcome"] = "system"
		if details := loss.GetJsonPayload().GetFields()["data"].GetStructValue(); loss.Labels["action"] == "DENIES_SUPPRESSED" {
			count := structpb.NewStringValue(strconv.Itoa(2 + i%9))
			details.Fields["details"] = structpb.NewStructValue(&structpb.Struct{Fields: map[string]*structpb.Value{"count": count}})
		}
		r.Entries = append(r.Entries, loss)
	}
	_, err := s.server.WriteLogEntries(context.WithoutCancel(t.Context()), &r)
	require.NoError(t, err)
}

// export writes what was routed to SQLite, in the columns of a log view.
func (s *stores) export(t *testing.T) {
	t.Helper()
	var err error
	s.database, err = sql.Open("sqlite", ":memory:")
	require.NoError(t, err)
	s.database.SetMaxOpenConns(1)
	t.Cleanup(func() { _ = s.database.Close() })
	s.view, err = logview.Create(t.Context(), s.database, view)
	require.NoError(t, err)
	require.NoError(t, s.view.Insert(t.Context(), s.server.Routed()))
}

// filtered are the entries that the filter finds.
func (s *stores) filtered(t *testing.T, filter string) []*pb.LogEntry {
	t.Helper()
	var list []*pb.LogEntry
	r := &pb.ListLogEntriesRequest{ResourceNames: []string{"projects/p"}, Filter: filter, PageSize: 1000}
	for {
		answer, err := s.server.ListLogEntries(t.Context(), r)
		require.NoError(t, err)
		list = append(list, answer.GetEntries()...)
		if r.PageToken = answer.GetNextPageToken(); r.PageToken == "" {
			return list
		}
	}
}

// selected are the rows of the statement, values joined by a bar.
func (s *stores) selected(t *testing.T, filled gcplogsink.Filled) []string {
	t.Helper()
	var parameters []logview.Parameter
	for _, a := range filled.Arguments {
		parameters = append(parameters, logview.Parameter(a))
	}
	rows, err := s.view.Select(t.Context(), filled.SQL, parameters)
	require.NoError(t, err, filled.SQL)
	list := []string{}
	for _, values := range rows.Values {
		list = append(list, strings.Join(values, "|"))
	}
	return list
}

// detail is a text of the details of an entry's event.
func detail(e *pb.LogEntry, name string) string {
	data := e.GetJsonPayload().GetFields()["data"].GetStructValue().GetFields()
	return data["details"].GetStructValue().GetFields()[name].GetStringValue()
}

func at(e *pb.LogEntry) string { return e.GetTimestamp().AsTime().Format(logview.TimeLayout) }

// table is the second part of a resource.
func table(e *pb.LogEntry) string { return strings.Split(e.GetLabels()["resource"], ":")[1] }

// ids is what most statements return first.
func ids(found []*pb.LogEntry, _ map[string]string) []string {
	list := []string{}
	for _, e := range found {
		list = append(list, e.GetInsertId())
	}
	return list
}

func spikes(found []*pb.LogEntry, params map[string]string) []string {
	type bucket struct{ tenant, hour string }
	counts := map[bucket]int{}
	for _, e := range found {
		times := 1
		if e.GetLabels()["action"] == "DENIES_SUPPRESSED" {
			times, _ = strconv.Atoi(detail(e, "count"))
		}
		counts[bucket{e.GetLabels()["tenant"], e.GetTimestamp().AsTime().Truncate(time.Hour).Format(logview.TimeLayout)}] += times
	}
	threshold, _ := strconv.Atoi(params["threshold"])
	list := []string{}
	for _, b := range slices.SortedFunc(maps.Keys(counts), func(a, b bucket) int {
		return cmp.Or(cmp.Compare(a.tenant, b.tenant), cmp.Compare(a.hour, b.hour))
	}) {
		if counts[b] >= threshold {
			list = append(list, fmt.Sprintf("%s|%s|%d", b.tenant, b.hour, counts[b]))
		}
	}
	return list
}

func mints(found []*pb.LogEntry, _ map[string]string) []string {
	requests, paths := map[string]int{}, map[string]int{}
	for _, e := range found {
		n, _ := strconv.Atoi(detail(e, "pathCount"))
		requests[detail(e, "domain")]++
		paths[detail(e, "domain")] += n
	}
	list := []string{}
	for _, k := range slices.Sorted(maps.Keys(requests)) {
		list = append(list, fmt.Sprintf("%s|%d|%d", k, requests[k], paths[k]))
	}
	return list
}

func withoutCommit(found []*pb.LogEntry, _ map[string]string) []string {
	commits := map[string][]time.Time{}
	for _, e := range found {
		if e.GetLabels()["action"] == "ICEBERG_COMMIT" {
			k := e.GetLabels()["actor"] + "|" + table(e)
			commits[k] = append(commits[k], e.GetTimestamp().AsTime())
		}
	}
	list := []string{}
	for _, e := range found {
		ttl, _ := strconv.Atoi(detail(e, "ttlSeconds"))
		k, from := e.GetLabels()["actor"]+"|"+table(e), e.GetTimestamp().AsTime()
		if e.GetLabels()["action"] == "CRED_VEND_ALLOW" && !slices.ContainsFunc(commits[k], func(c time.Time) bool {
			return !c.Before(from) && c.Before(from.Add(time.Duration(ttl+1)*time.Second))
		}) {
			list = append(list, e.GetInsertId()+"|"+at(e)+"|"+k+"|"+strconv.Itoa(ttl))
		}
	}
	return list
}

func first(found []*pb.LogEntry, params map[string]string) []string {
	earliest := map[string]string{}
	for _, e := range found { // by time
		k := e.GetLabels()["actor"] + "|" + table(e)
		if _, seen := earliest[k]; !seen {
			earliest[k] = at(e)
		}
	}
	since, _ := time.Parse(time.RFC3339, params["since"])
	keys := slices.SortedFunc(maps.Keys(earliest), func(a, b string) int { return cmp.Or(cmp.Compare(earliest[a], earliest[b]), cmp.Compare(a, b)) })
	list := []string{}
	for _, k := range keys {
		if earliest[k] >= since.Format(logview.TimeLayout) {
			list = append(list, k+"|"+earliest[k])
		}
	}
	return list
}

// reductions say in Go what a statement makes of the events that the filter finds.
var reductions = map[string]func([]*pb.LogEntry, map[string]string) []string{
	"deny-spikes": spikes, "url-mints": mints, "vended-without-commit": withoutCommit, "first-access": first,
}

// TestEnginesAgree asks every question of both for two windows of the events.
func TestEnginesAgree(t *testing.T) {
	s := newStores(t, *events)
	actor := ""
	for _, e := range s.server.Routed() {
		if e.GetLabels()["action"] == "ICEBERG_COMMIT" && e.GetLabels()["tenant"] == "acme" {
			actor = e.GetLabels()["actor"]
		}
	}
	whole := s.end.Sub(traffic.Start)
	windows := [][2]time.Time{{traffic.Start, s.end.Add(time.Second)}, {traffic.Start.Add(whole / 50), s.end.Add(-whole / 3)}}
	for _, q := range gcplogsink.Questions() {
		t.Run(q.Name, func(t *testing.T) {
			for _, window := range windows {
				all := map[string]string{
					"log": log, "view": view, "since": window[0].Format(time.RFC3339), "until": window[1].Format(time.RFC3339), "tenant": "acme", "actor": actor,
					"request": "r-1", "table": "sales.=HYPERLINK(1)", "zone": "America/New_York", "hours": "20,21,22,23,00,01", "threshold": "5",
				}
				params := map[string]string{}
				for _, need := range q.Needs {
					params[need] = all[need]
				}
				filled, err := gcplogsink.Query(q.Name, params)
				require.NoError(t, err)
				rows := s.selected(t, filled)
				reduce := reductions[q.Name]
				if reduce == nil {
					reduce = ids
					for i := range rows {
						rows[i], _, _ = strings.Cut(rows[i], "|")
					}
				}
				found := s.filtered(t, filled.Filter)
				want := reduce(found, params)
				assert.NotEmpty(t, want)
				assert.Equal(t, want, rows)
				t.Logf("%d entries, %d rows", len(found), len(rows))
			}
		})
	}
}

// TestHostileNamesFindNothing asks both engines for names that look like parts of a query, of which there are no events.
func TestHostileNamesFindNothing(t *testing.T) {
	s := newStores(t, 1000)
	hostile := []string{
		`x" OR "1"="1`, `x' OR '1'='1`, `x" OR labels.tenant:*`, `"`, `'`, `\`, `\"`, "`; DROP TABLE x; --", "x\n-- ", `=HYPERLINK("x")`, `@tenant`, `{tenant}`, `.*`, `%`, `_`, `a|b`, `)`, `é`,
	}
	for _, q := range gcplogsink.Questions() {
		for _, value := range hostile {
			all := map[string]string{
				"log": log, "view": view, "since": traffic.Start.Format(time.RFC3339), "until": s.end.Add(time.Hour).Format(time.RFC3339),
				"tenant": value, "actor": value, "request": value, "table": value, "zone": "UTC", "hours": "00", "threshold": "1",
			}
			params, free := map[string]string{}, false
			for _, need := range q.Needs {
				params[need] = all[need]
				free = free || all[need] == value
			}
			if !free {
				continue
			}
			filled, err := gcplogsink.Query(q.Name, params)
			require.NoError(t, err)
			assert.Empty(t, s.filtered(t, filled.Filter), "%s: %s", q.Name, value)
			assert.Empty(t, s.selected(t, filled), "%s: %s", q.Name, value)
		}
	}
	var left int
	require.NoError(t, s.database.QueryRow("SELECT COUNT(*) FROM `"+view+"`").Scan(&left))
	assert.Greater(t, left, 1000)
}
