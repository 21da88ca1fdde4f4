// Package mutation finds the places where a package records a decision, and rewrites its sources so that each can be
// removed or doubled by an environment variable: one build, many mutants.
package mutation

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Variable names the environment variable that picks a mutant: the ID of a place and Removed or Doubled.
const Variable = "AUDIT_MUTANT"

// What can be done to a place.
const (
	Removed = "-removed"
	Doubled = "-doubled"
)

// Place is one call that records a decision.
type Place struct {
	ID    string // "file.go:line:column"
	Where string // the same with the call's name
}

// recorders are the methods that record, with the types of what they return and what stands in when they are removed.
var recorders = map[string]struct{ types, zero string }{
	"Emit":    {"(audit.ID, error)", "return audit.ID{}, nil"},
	"allow":   {"error", "return nil"},
	"deny":    {"", "return"},
	"flooded": {"", "return"},
}

// Instrument parses the files of the package in dir, tests aside, and returns the places in them and the rewritten
// sources by absolute name.
func Instrument(dir string) ([]Place, map[string][]byte, error) {
	names, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		return nil, nil, err
	}
	var places []Place
	files := map[string][]byte{}
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		source, err := os.ReadFile(name)
		if err != nil {
			return nil, nil, err
		}
		found, rewritten, err := rewrite(filepath.Base(name), source)
		if err != nil {
			return nil, nil, err
		}
		if len(found) > 0 {
			places, files[name] = append(places, found...), rewritten
		}
	}
	return places, files, nil
}

// edit replaces the bytes from at to end.
type edit struct {
	at, end int
	text    string
}

func rewrite(name string, source []byte) ([]Place, []byte, error) {
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, name, source, 0)
	if err != nil {
		return nil, nil, err
	}
	var places []Place
	var edits []edit
	ast.Inspect(file, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return true
		}
		method, ok := call.Fun.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		r, ok := recorders[method.Sel.Name]
		if !ok {
			return true
		}
		at, end := set.Position(call.Pos()), set.Position(call.End())
		id := fmt.Sprintf("%s:%d:%d", name, at.Line, at.Column)
		places = append(places, Place{ID: id, Where: id + " " + method.Sel.Name})
		edits = append(edits, edit{at.Offset, end.Offset, mutants(id, string(source[at.Offset:end.Offset]), r.types, r.zero)})
		return true
	})
	if len(edits) == 0 {
		return nil, nil, nil
	}
	at := set.Position(file.Name.End()).Offset
	edits = append(edits, edit{at, at, "\nimport mutants \"os\"\n"})
	slices.SortFunc(edits, func(a, b edit) int { return b.at - a.at })
	for _, e := range edits {
		source = slices.Concat(source[:e.at], []byte(e.text), source[e.end:])
	}
	return places, source, nil
}

// mutants is the call with its two mutants around it. Arguments are evaluated in each, as they are by the call.
func mutants(id, call, types, zero string) string {
	again, twice := "return "+call, call
	switch {
	case types == "":
		again = call
	case strings.HasPrefix(types, "("):
		twice = "_, _ = " + call
	default:
		twice = "_ = " + call
	}
	return fmt.Sprintf("func() %s { switch mutants.Getenv(%q) { case %q: %s; case %q: %s }; %s }()",
		types, Variable, id+Removed, zero, id+Doubled, twice, again)
}
