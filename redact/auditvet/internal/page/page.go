// Package page has a page about each finding that the analyzers can report.
package page

import (
	"cmp"
	"embed"
	"slices"
	"strings"
)

//go:embed *.md
var files embed.FS

// Page is the page about one finding.
type Page struct {
	Name     string // of the finding: the category of its diagnostics
	Analyzer string // that reports it
	Summary  string // one line
	Text     string // the whole page, as Markdown
}

// All are the pages in the order of their names.
func All() []Page {
	entries, err := files.ReadDir(".")
	if err != nil {
		return nil // the directory is embedded
	}
	out := make([]Page, 0, len(entries))
	for _, e := range entries {
		if p, ok := Find(strings.TrimSuffix(e.Name(), ".md")); ok {
			out = append(out, p)
		}
	}
	return out
}

// Find returns the page about a finding.
func Find(name string) (Page, bool) {
	data, err := files.ReadFile(name + ".md")
	if err != nil {
		return Page{}, false
	}
	p := Page{Name: name, Text: string(data)}
	_, rest, _ := strings.Cut(p.Text, "\n\n")
	p.Summary, rest, _ = strings.Cut(rest, "\n\n")
	p.Analyzer, _, _ = strings.Cut(strings.TrimPrefix(rest, "Reported by "), ".")
	return p, true
}

// URL is where the page about a finding can be read.
func URL(name string) string {
	return "https://github.com/daxis-io/arco-audit/blob/main/redact/auditvet/internal/page/" + name + ".md"
}

// Nearest are the names of findings that somebody may have meant who wrote this one: those that share a word with it, or
// differ in a third of the letters at most. The nearest is first, and there are at most three.
func Nearest(name string) []string {
	type candidate struct {
		name     string
		distance int
	}
	var near []candidate
	for _, p := range All() {
		d := distance(name, p.Name)
		if 3*d <= max(len(name), len(p.Name)) || sharesWord(name, p.Name) {
			near = append(near, candidate{p.Name, d})
		}
	}
	slices.SortStableFunc(near, func(a, b candidate) int { return cmp.Compare(a.distance, b.distance) })
	var out []string
	for _, c := range near[:min(len(near), 3)] {
		out = append(out, c.name)
	}
	return out
}

func sharesWord(a, b string) bool {
	words := strings.Split(b, "-")
	return slices.ContainsFunc(strings.FieldsFunc(a, func(r rune) bool { return r == '-' || r == '_' || r == ' ' }),
		func(w string) bool { return len(w) > 2 && slices.Contains(words, w) })
}

// distance is the number of bytes to insert, delete or replace that make b of a.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			keep := diagonal
			if a[i] != b[j] {
				keep++
			}
			diagonal = row[j+1]
			row[j+1] = min(keep, diagonal+1, row[j]+1)
		}
	}
	return row[len(b)]
}
