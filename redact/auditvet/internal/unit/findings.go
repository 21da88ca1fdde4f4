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
	id   string
	fset *token.FileSet
	list []finding
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

// json prints the findings as go vet -json does: by package and analyzer.
func (f *Findings) json(w io.Writer) int {
	type entry struct {
		Category string `json:"category,omitempty"`
		Posn     string `json:"posn"`
		Message  string `json:"message"`
	}
	tree := make(map[string][]entry)
	for _, d := range f.list {
		tree[d.analyzer] = append(tree[d.analyzer], entry{d.Category, f.fset.Position(d.Pos).String(), d.Message})
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

// goarch is the architecture that the go command builds for.
func goarch() string {
	if arch := os.Getenv("GOARCH"); arch != "" {
		return arch
	}
	return runtime.GOARCH
}
