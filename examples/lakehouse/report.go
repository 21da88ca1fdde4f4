package main

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
)

// reportWidth is the widest line that a report prints.
const reportWidth = 120

// report writes the trail for a person: every event, then counts, then what was withheld where.
func report(w io.Writer, events []event) error {
	if err := reportTrail(w, events); err != nil {
		return err
	}
	if err := reportCounts(w, events); err != nil {
		return err
	}
	return reportWithheld(w, events)
}

// reportTrail has fixed columns, so that trails of any length line up.
func reportTrail(w io.Writer, events []event) error {
	const layout = "%4s  %-12s  %-19s  %-22s  %-9s  %s\n"
	const left = 4 + 2 + 12 + 2 + 19 + 2 + 22 + 2 + 9 + 2
	var b strings.Builder
	fmt.Fprintf(&b, layout, "SEQ", "TIME", "ACTION", "REASON", "ACTOR", "RESOURCE")
	for _, e := range events {
		_, clock, _ := strings.Cut(strings.TrimSuffix(e.Time, "Z"), "T")
		fmt.Fprintf(&b, layout, e.number(), clock, clip(e.Action, 19), clip(e.Data.Reason, 22),
			clip(e.Data.Actor, 9), clipMiddle(strings.Replace(e.Data.Resource, " /v1/{prefix}", " …", 1), reportWidth-left))
	}
	_, err := io.WriteString(w, b.String())
	return err
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

func reportCounts(w io.Writer, events []event) error {
	counts := map[string]int{}
	for _, e := range events {
		counts[e.Action]++
	}
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintf(t, "\nEVENTS\tACTION\n")
	for _, action := range slices.Sorted(maps.Keys(counts)) {
		fmt.Fprintf(t, "%d\t%s\n", counts[action], action)
	}
	return t.Flush()
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
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintf(t, "\nWITHHELD\t%s\n", strings.Join(columns, "\t"))
	for _, kind := range slices.Sorted(maps.Keys(kinds)) {
		fmt.Fprint(t, kind)
		for _, field := range columns {
			cell := "-"
			if n := counts[redaction{Field: field, Kind: kind}]; n > 0 {
				cell = strconv.Itoa(n)
			}
			fmt.Fprint(t, "\t", cell)
		}
		fmt.Fprintln(t)
	}
	return t.Flush()
}
