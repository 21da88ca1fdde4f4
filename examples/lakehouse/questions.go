package main

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	pb "cloud.google.com/go/logging/apiv2/loggingpb"
	"google.golang.org/api/iterator"
	"modernc.org/sqlite"

	"github.com/daxis-io/arco-audit/internal/gcpfake/logview"
	"github.com/daxis-io/arco-audit/sinks/gcplogsink"
)

// question is one of the cookbook, asked for a reader.
type question struct {
	text    string
	name    string
	params  map[string]string
	columns []string // that are printed
}

// questions are five of the cookbook's thirteen. The leaver is named by the pseudonym that the key's owner computes.
func questions(leaver string) []question {
	return []question{
		{"Who got credentials for the table sales.orders?", "credentials-for-table", map[string]string{"table": "sales.orders"},
			[]string{"timestamp", "actor", "access", "ttl_seconds", "request"}},
		{"What did linus do, who left during the day?", "actor", map[string]string{"actor": leaver},
			[]string{"service", "timestamp", "action", "reason", "resource"}},
		{"What happened in the request " + nightlyID + ", in all services?", "request", map[string]string{"request": nightlyID},
			[]string{"service", "timestamp", "action", "reason", "resource"}},
		{"What did acme create, drop or rename?", "catalog-changes", map[string]string{"tenant": "acme"},
			[]string{"timestamp", "operation", "kind", "resource", "destination"}},
		{"How many URLs did acme get for each domain?", "url-mints", map[string]string{"tenant": "acme"},
			[]string{"domain", "requests", "paths"}},
	}
}

// answer is what both engines say.
type answer struct {
	question
	filled gcplogsink.Filled
	rows   logview.Rows
}

// archiveView is a log view of what was delivered to Cloud Logging, in SQLite.
type archiveView struct {
	database *sql.DB
	view     *logview.View
}

const viewName = project + ".global.audit._AllLogs"

// registerFunctions gives SQLite what BigQuery has, once for the process.
var registerFunctions = sync.OnceValue(func() error {
	return logview.Register(func(name string, n int32, f logview.Function) error {
		return sqlite.RegisterDeterministicScalarFunction(name, n, func(_ *sqlite.FunctionContext, a []driver.Value) (driver.Value, error) { return f(a) })
	})
})

func openView(ctx context.Context, dir string, entries []*pb.LogEntry) (a archiveView, err error) {
	if err := registerFunctions(); err != nil {
		return a, err
	}
	if a.database, err = sql.Open("sqlite", filepath.Join(dir, "audit.db")); err != nil {
		return a, err
	}
	a.database.SetMaxOpenConns(1)
	if a.view, err = logview.Create(ctx, a.database, viewName); err == nil {
		err = a.view.Insert(ctx, entries)
	}
	if err != nil {
		err = errors.Join(err, a.database.Close())
	}
	return a, err
}

// ask asks both engines, and returns what they say when they say the same.
func (l *lake) ask(ctx context.Context, a archiveView, q question, since time.Time) (answer, error) {
	params := map[string]string{
		"log": auditLog, "view": viewName, "since": since.Format(time.RFC3339Nano), "until": time.Now().Add(time.Minute).Format(time.RFC3339Nano),
	}
	maps.Copy(params, q.params)
	filled, err := gcplogsink.Query(q.name, params)
	if err != nil {
		return answer{}, err
	}
	var arguments []logview.Parameter
	for _, argument := range filled.Arguments {
		arguments = append(arguments, logview.Parameter(argument))
	}
	rows, err := a.view.Select(ctx, filled.SQL, arguments)
	if err != nil {
		return answer{}, err
	}
	found, err := l.find(ctx, filled.Filter)
	if err != nil {
		return answer{}, err
	}
	reduce := projected
	if q.name == "url-mints" {
		reduce = mints
	}
	if want := reduce(found, rows.Columns); !slices.EqualFunc(want, rows.Values, slices.Equal) {
		return answer{}, fmt.Errorf("lakehouse: question %s: Cloud Logging finds %d entries, which are not the %d rows of SQL", q.name, len(found), len(rows.Values))
	}
	return answer{q, filled, rows}, nil
}

// find asks Cloud Logging through its client, page by page.
func (l *lake) find(ctx context.Context, filter string) (list []*pb.LogEntry, err error) {
	all := l.destinations.entries.ListLogEntries(ctx, &pb.ListLogEntriesRequest{ResourceNames: []string{"projects/" + project}, Filter: filter, PageSize: 100})
	for {
		e, err := all.Next()
		if errors.Is(err, iterator.Done) {
			return list, nil
		}
		if err != nil {
			return nil, err
		}
		list = append(list, e)
	}
}

// projected is what a statement selects of each entry: a label, or of the details what has the column's name.
func projected(entries []*pb.LogEntry, columns []string) (rows [][]string) {
	for _, e := range entries {
		row := make([]string, len(columns))
		for i, column := range columns {
			switch label, has := e.GetLabels()[column]; {
			case column == "insert_id":
				row[i] = e.GetInsertId()
			case column == "timestamp":
				row[i] = e.GetTimestamp().AsTime().Format(logview.TimeLayout)
			case has:
				row[i] = label
			default:
				row[i] = detail(e, camel(column))
			}
		}
		rows = append(rows, row)
	}
	return rows
}

// mints adds up as the SQL does.
func mints(entries []*pb.LogEntry, _ []string) (rows [][]string) {
	requests, paths := map[string]int{}, map[string]int{}
	for _, e := range entries {
		domain := detail(e, "domain")
		n, _ := strconv.Atoi(detail(e, "pathCount")) // 0 would differ from the SQL
		requests[domain]++
		paths[domain] += n
	}
	for _, domain := range slices.Sorted(maps.Keys(requests)) {
		rows = append(rows, []string{domain, strconv.Itoa(requests[domain]), strconv.Itoa(paths[domain])})
	}
	return rows
}

func detail(e *pb.LogEntry, name string) string {
	data := e.GetJsonPayload().GetFields()["data"].GetStructValue().GetFields()
	return data["details"].GetStructValue().GetFields()[name].GetStringValue()
}

// camel is the name in an event of a column of SQL.
func camel(column string) string {
	first, rest, _ := strings.Cut(column, "_")
	for part := range strings.SplitSeq(rest, "_") {
		if part != "" {
			first += strings.ToUpper(part[:1]) + part[1:]
		}
	}
	return first
}
