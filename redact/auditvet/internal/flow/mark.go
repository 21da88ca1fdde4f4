package flow

import (
	"go/ast"
	"go/token"
	"go/types"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"
)

// Mark is the fact that a field or function carries a directive: //audit:secret or //audit:safe reason.
type Mark struct{ Secret, Safe bool }

// AFact marks Mark as a fact.
func (*Mark) AFact() {}

// String describes the mark in tests.
func (m *Mark) String() string {
	if m.Secret {
		return "secret"
	}
	return "safe"
}

const (
	secretDirective = "//audit:secret"
	safeDirective   = "//audit:safe"
)

// marks are the directives of one package.
type marks struct {
	objects map[types.Object]*Mark
	lines   map[string]map[int]bool // lines that //audit:safe speaks of, by file
}

// readMarks reads the directives. A safe directive needs a reason; without one it is reported and ignored.
func readMarks(pass *analysis.Pass) *marks {
	m := &marks{objects: make(map[types.Object]*Mark), lines: make(map[string]map[int]bool)}
	for _, file := range pass.Files {
		m.readLines(pass, file, pass.Report)
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.FuncDecl:
				m.add(pass, n.Doc, n.Name)
			case *ast.Field:
				m.add(pass, n.Doc, n.Names...)
				m.add(pass, n.Comment, n.Names...)
			case *ast.GenDecl:
				for _, spec := range n.Specs {
					if v, ok := spec.(*ast.ValueSpec); ok {
						m.add(pass, n.Doc, v.Names...)
						m.add(pass, v.Doc, v.Names...)
						m.add(pass, v.Comment, v.Names...)
					}
				}
			}
			return true
		})
	}
	return m
}

// readLines notes the lines of a file that are safe, and reports directives without a reason.
func (m *marks) readLines(pass *analysis.Pass, file *ast.File, report func(analysis.Diagnostic)) {
	for _, group := range file.Comments {
		for _, c := range group.List {
			reason, ok := directive(c.Text, safeDirective)
			if !ok {
				continue
			}
			if reason == "" {
				report(analysis.Diagnostic{Pos: c.Pos(), End: c.End(), Category: "safe-without-reason",
					Message: "audit:safe needs a reason: write //audit:safe and why the value is no secret"})
				continue
			}
			at := pass.Fset.Position(c.Pos())
			if m.lines[at.Filename] == nil {
				m.lines[at.Filename] = make(map[int]bool)
			}
			m.lines[at.Filename][at.Line] = true
			m.lines[at.Filename][pass.Fset.Position(group.End()).Line+1] = true
		}
	}
}

func directive(text, name string) (rest string, ok bool) {
	rest, ok = strings.CutPrefix(text, name)
	if !ok || rest != "" && rest[0] != ' ' && rest[0] != '\t' {
		return "", false
	}
	rest, _, _ = strings.Cut(rest, "//")
	return strings.TrimSpace(rest), true
}

func (m *marks) add(pass *analysis.Pass, doc *ast.CommentGroup, names ...*ast.Ident) {
	if doc == nil {
		return
	}
	mark := &Mark{}
	for _, c := range doc.List {
		if _, ok := directive(c.Text, secretDirective); ok {
			mark.Secret = true
		}
		if reason, ok := directive(c.Text, safeDirective); ok && reason != "" {
			mark.Safe = true
		}
	}
	if !mark.Secret && !mark.Safe {
		return
	}
	for _, name := range names {
		if obj := pass.TypesInfo.Defs[name]; obj != nil {
			m.objects[obj] = mark
			pass.ExportObjectFact(obj, mark)
		}
	}
}

// safeLine reports whether a directive lets what is at pos pass.
func (m *marks) safeLine(fset *token.FileSet, pos token.Pos) bool {
	if !pos.IsValid() {
		return false
	}
	at := fset.Position(pos)
	return m.lines[at.Filename][at.Line]
}

// mark returns the directive of an object of any package.
func (p *pkg) mark(obj types.Object) *Mark {
	if obj == nil || obj.Pkg() == nil {
		return nil
	}
	if obj.Pkg() == p.pass.Pkg {
		return p.marks.objects[obj]
	}
	if m, ok := p.imported[obj]; ok {
		return m
	}
	m := new(Mark)
	if !p.pass.ImportObjectFact(obj, m) {
		m = nil
	}
	p.imported[obj] = m
	return m
}

func (p *pkg) safeField(f *types.Var) bool {
	m := p.mark(f.Origin())
	return m != nil && m.Safe
}

func (p *pkg) secretField(f *types.Var) bool {
	m := p.mark(f.Origin())
	return m != nil && m.Secret
}

func (p *pkg) safeFunc(f *types.Func) bool {
	m := p.mark(f)
	return m != nil && m.Safe
}

// secretFunc says what the result of a marked function is, "" for others.
func (p *pkg) secretFunc(f *types.Func) string {
	if m := p.mark(f); m != nil && m.Secret {
		return "result of " + f.Name() + ", marked //audit:secret"
	}
	return ""
}

// marked is what is stored in a field: in one that is marked, everything but a constant is a secret.
func (r *run) marked(addr ssa.Value, v *value) *value {
	at, ok := addr.(*ssa.FieldAddr)
	if !ok || v != nil && v.empty {
		return v
	}
	s, ok := structOf(at.X.Type().Underlying().(*types.Pointer).Elem())
	if !ok || !r.p.secretField(s.Field(at.Field)) || !textual(s.Field(at.Field).Type()) {
		return v
	}
	t := r.source(hard, "field "+s.Field(at.Field).Name()+", marked //audit:secret")
	if v == nil {
		return tainted(t)
	}
	w := *v
	w.t, w.keys = w.t.union(t), nil
	return &w
}
