package unit

import (
	"cmp"
	"encoding/json"
	"fmt"
	"go/token"
	"io"
	"os"
	"runtime"
	"slices"

	"golang.org/x/tools/go/analysis"
)

// Findings are the diagnostics of one package.
type Findings struct {
	id     string
	fset   *token.FileSet
	list   []finding
	stdout string // where the go command wants what goes to standard output, "" for nowhere else
}

type finding struct {
	analyzer string
	analysis.Diagnostic
}

func (f *Findings) add(analyzer string, diagnostics []analysis.Diagnostic) {
	for _, d := range diagnostics {
		f.list = append(f.list, finding{analyzer, d})
	}
	slices.SortStableFunc(f.list, func(a, b finding) int { return cmp.Compare(a.Pos, b.Pos) })
}

// text prints one line for each finding, and returns the exit status.
func (f *Findings) text(w io.Writer) int {
	for _, d := range f.list {
		fmt.Fprintf(w, "%s: %s\n", f.fset.Position(d.Pos), d.Message)
	}
	if len(f.list) > 0 {
		return 1
	}
	return 0
}

// edit, fix and entry are the form in which go vet expects findings.
type edit struct {
	Filename string `json:"filename"`
	Start    int    `json:"start"`
	End      int    `json:"end"`
	New      string `json:"new"`
}

type fix struct {
	Message string `json:"message"`
	Edits   []edit `json:"edits"`
}

type entry struct {
	Category string  `json:"category,omitempty"`
	Posn     string  `json:"posn"`
	End      string  `json:"end"`
	Message  string  `json:"message"`
	Fixes    []fix   `json:"suggested_fixes,omitempty"`
	Related  []entry `json:"related,omitempty"`
}

// json prints the findings as go vet -json does: by package and analyzer.
func (f *Findings) json(w io.Writer) int {
	tree := make(map[string][]entry)
	for _, d := range f.list {
		e := f.entry(d.Pos, d.End, d.Message)
		e.Category = d.Category
		for _, s := range d.SuggestedFixes {
			e.Fixes = append(e.Fixes, f.fix(s))
		}
		for _, r := range d.Related {
			e.Related = append(e.Related, f.entry(r.Pos, r.End, r.Message))
		}
		tree[d.analyzer] = append(tree[d.analyzer], e)
	}
	if len(tree) == 0 {
		return 0
	}
	out := json.NewEncoder(w)
	out.SetIndent("", "\t")
	if err := out.Encode(map[string]any{f.id: tree}); err != nil {
		return 1
	}
	return 0
}

func (f *Findings) entry(pos, end token.Pos, message string) entry {
	if !end.IsValid() {
		end = pos
	}
	return entry{Posn: f.fset.Position(pos).String(), End: f.fset.Position(end).String(), Message: message}
}

func (f *Findings) fix(s analysis.SuggestedFix) fix {
	out := fix{Message: s.Message}
	for _, e := range s.TextEdits {
		at, end := f.fset.Position(e.Pos), f.fset.Position(e.End)
		out.Edits = append(out.Edits, edit{at.Filename, at.Offset, end.Offset, string(e.NewText)})
	}
	return out
}

// goarch is the architecture that the go command builds for.
func goarch() string {
	if arch := os.Getenv("GOARCH"); arch != "" {
		return arch
	}
	return runtime.GOARCH
}
