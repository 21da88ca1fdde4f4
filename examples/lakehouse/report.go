package main

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"

	"github.com/daxis-io/arco-audit/internal/gcpfake/logview"
)

const (
	// reportWidth is the widest line that a report prints, and cellWidth the widest cell.
	reportWidth = 120
	cellWidth   = 46
	// mostRows is how many rows of an answer are printed.
	mostRows = 20
)

// reportDay has a row for each step of the day.
func reportDay(w io.Writer, calls []call) error {
	t := table120(w)
	fmt.Fprintln(t, "HOUR\tWHAT\tREQUESTS\tREFUSED")
	for i, s := range steps() {
		requests, refused := 0, 0
		for _, c := range calls {
			if c.step == i+1 {
				requests++
				if !c.ok() || c.status == 0 {
					refused++
				}
			}
		}
		fmt.Fprintf(t, "%02d\t%s\t%d\t%d\n", s.hour, s.name, requests, refused)
	}
	return t.Flush()
}

func table120(w io.Writer) *tabwriter.Writer { return tabwriter.NewWriter(w, 0, 0, 2, ' ', 0) }

// reportCounts has a row for each action and a column for each service. How many events counted what was folded is a
// matter of time, so these are said in a line of their own.
func reportCounts(w io.Writer, events []event, folded int) error {
	counts := map[string]map[string]int{}
	for _, e := range events {
		if counts[e.Action] == nil {
			counts[e.Action] = map[string]int{}
		}
		counts[e.Action][e.service()]++
	}
	delete(counts, "DENIES_SUPPRESSED")
	t := table120(w)
	fmt.Fprintf(t, "\nEVENTS\t%s\n", strings.Join(services, "\t"))
	for _, action := range slices.Sorted(maps.Keys(counts)) {
		fmt.Fprint(t, action)
		for _, service := range services {
			fmt.Fprint(t, "\t"+count(counts[action][service]))
		}
		fmt.Fprintln(t)
	}
	if err := t.Flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintf(w, "%d denies of the floods have no event of their own: DENIES_SUPPRESSED counts exactly these.\n", folded)
	return err
}

func count(n int) string {
	if n == 0 {
		return "-"
	}
	return strconv.Itoa(n)
}

// reportWithheld has a row for each kind and a column for each field.
func reportWithheld(w io.Writer, events []event) error {
	counts := map[redaction]int{}
	kinds, fields := map[string]bool{}, map[string]bool{}
	for _, e := range events {
		for _, r := range e.Data.Redactions {
			counts[r]++
			kinds[r.Kind], fields[r.Field] = true, true
		}
	}
	columns := slices.Sorted(maps.Keys(fields))
	t := table120(w)
	fmt.Fprintf(t, "\nWITHHELD\t%s\n", strings.Join(columns, "\t"))
	for _, kind := range slices.Sorted(maps.Keys(kinds)) {
		fmt.Fprint(t, kind)
		for _, field := range columns {
			fmt.Fprint(t, "\t"+count(counts[redaction{Field: field, Kind: kind}]))
		}
		fmt.Fprintln(t)
	}
	return t.Flush()
}

// reportAnswers prints what both engines answered.
func reportAnswers(w io.Writer, answers []answer) error {
	for i, a := range answers {
		_, err := fmt.Fprintf(w, "\n%d. %s (%s: %s)\n", i+1, a.text, a.name, plural(len(a.rows.Values), "row"))
		if err != nil {
			return err
		}
		if err := reportRows(w, a.columns, a.rows); err != nil {
			return err
		}
	}
	return nil
}

func plural(n int, what string) string {
	if n != 1 {
		what += "s"
	}
	return strconv.Itoa(n) + " " + what
}

// reportRows prints some columns. Rows of several services are grouped: two clocks cannot tell which of two events in
// one millisecond came first.
func reportRows(w io.Writer, columns []string, rows logview.Rows) error {
	at := make([]int, len(columns))
	for i, c := range columns {
		at[i] = slices.Index(rows.Columns, c)
	}
	values := slices.Clone(rows.Values)
	if by := slices.Index(rows.Columns, "service"); by >= 0 {
		slices.SortStableFunc(values, func(a, b []string) int { return strings.Compare(a[by], b[by]) })
	}
	t := table120(w)
	fmt.Fprintln(t, "   "+strings.ToUpper(strings.Join(columns, "\t")))
	for _, row := range values[:min(len(values), mostRows)] {
		cells := make([]string, len(columns))
		for i, column := range columns {
			cells[i] = cell(column, row[at[i]])
		}
		fmt.Fprintln(t, "   "+strings.Join(cells, "\t"))
	}
	if err := t.Flush(); err != nil || len(values) <= mostRows {
		return err
	}
	_, err := fmt.Fprintf(w, "   and %s more\n", plural(len(values)-mostRows, "row"))
	return err
}

// cell is a value for a person.
func cell(column, value string) string {
	switch {
	case value == "":
		return "-"
	case column == "timestamp":
		_, clock, _ := strings.Cut(value, "T")
		return clock[:len("15:04:05.000")]
	case column == "actor":
		return clip(value, 13)
	}
	return clipMiddle(strings.Replace(value, " /v1/{prefix}", " …", 1), cellWidth)
}

// clip cuts a text to n runes and shows that it did.
func clip(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n-1]) + "…"
	}
	return s
}

// clipMiddle is clip for resources, whose beginning and end say the most.
func clipMiddle(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n/2]) + "…" + string(r[len(r)-(n-n/2-1):])
	}
	return s
}
