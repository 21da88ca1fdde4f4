package compiletest

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"strings"
)

// Hole marks, in the source of a Program, where Check puts its text.
const Hole = "/*HOLE*/"

// Program is a Go source file with one hole. Its methods may be called from several goroutines.
type Program struct {
	exports       *Exports
	before, after string
}

// Problem is one message of the type checker.
type Problem struct {
	Line    int // line of the filling, from 1; 0 when it is about the program around it
	Message string
}

// New returns the program with this source. It is an error when the source has not exactly one Hole, or does not
// compile with the hole left empty.
func New(exports *Exports, source string) (*Program, error) {
	before, after, ok := strings.Cut(source, Hole)
	if !ok || strings.Contains(after, Hole) {
		return nil, fmt.Errorf("compiletest: the source needs exactly one %s", Hole)
	}
	p := &Program{exports: exports, before: before, after: after}
	if problems := p.Check(""); len(problems) > 0 {
		return nil, fmt.Errorf("compiletest: the program does not compile with an empty hole: %s", problems[0].Message)
	}
	return p, nil
}

// Check returns all that is wrong with the program when its hole holds filling; nothing means that it compiles.
func (p *Program) Check(filling string) []Problem {
	fset := token.NewFileSet()
	var problems []Problem
	first := strings.Count(p.before, "\n") + 1
	last := first + strings.Count(filling, "\n")
	add := func(pos token.Position, message string) {
		line := pos.Line - first + 1
		if pos.Line < first || pos.Line > last {
			line = 0
		}
		problems = append(problems, Problem{Line: line, Message: message})
	}
	file, err := parser.ParseFile(fset, "program.go", p.before+filling+p.after, parser.SkipObjectResolution)
	if err != nil {
		add(token.Position{}, err.Error())
		return problems
	}
	config := types.Config{
		Importer: p.exports.Importer(fset),
		Error: func(err error) {
			if te, ok := errors.AsType[types.Error](err); ok {
				add(fset.Position(te.Pos), te.Msg)
			}
		},
	}
	// The error is the first of those that config.Error has seen.
	_, _ = config.Check("program", fset, []*ast.File{file}, nil)
	return problems
}
