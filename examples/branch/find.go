package branch

import (
	"errors"
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/tools/go/packages"
)

// Service is what is found of the packages of one service.
type Service struct {
	Roots     []string          // names of decision functions
	Recording []string          // branches of decision functions that leave an event on every path
	Quiet     []string          // branches of functions marked //audit:quiet that are no decision functions: what they let pass has no event
	Branches  []Branch          // of decision functions and what decides with them
	Statuses  []string          // that they name, such as "http.StatusOK" and "codes.NotFound"
	Reasons   []string          // codes that they name, such as "not_found"
	Unmarked  []string          // functions that decide for a request and are in no decision function
	Rewritten map[string][]byte // the packages' files with a call of servicetest.Reach in each branch, by absolute name
}

// Branch is one block.
type Branch struct {
	Place string // "package/file.go:line:column"
	In    string // the function's name
}

const (
	decides = "//audit:decision"
	quiet   = "//audit:quiet"
)

// Find reads the packages in these directories, tests aside.
func Find(dirs ...string) (*Service, error) {
	s := &Service{Rewritten: map[string][]byte{}}
	for _, dir := range dirs {
		if err := s.find(dir); err != nil {
			return nil, err
		}
	}
	s.Statuses, s.Reasons = unique(s.Statuses), unique(s.Reasons)
	return s, nil
}

func (s *Service) find(dir string) error {
	p, err := load(dir)
	if err != nil {
		return err
	}
	f := &finder{p: p, bodies: map[types.Object]*ast.FuncDecl{}, values: map[types.Object]ast.Expr{}, s: s}
	f.index()
	roots := f.marked(decides)
	if len(roots) == 0 {
		return errEmpty
	}
	for _, object := range roots {
		s.Roots = append(s.Roots, object.Name())
	}
	f.deciding = f.closure(roots)
	f.branches()
	s.Unmarked = append(s.Unmarked, f.unmarked()...)
	return f.rewrite()
}

func load(dir string) (*packages.Package, error) {
	list, err := packages.Load(&packages.Config{
		Mode: packages.NeedName | packages.NeedFiles | packages.NeedCompiledGoFiles | packages.NeedSyntax | packages.NeedTypes | packages.NeedTypesInfo | packages.NeedImports | packages.NeedExportFile,
		Dir:  dir,
	}, ".")
	if err != nil {
		return nil, err
	}
	if len(list) != 1 || len(list[0].Errors) > 0 {
		return nil, fmt.Errorf("branch: the package cannot be read: %v", list)
	}
	return list[0], nil
}

// finder works on one package.
type finder struct {
	p        *packages.Package
	bodies   map[types.Object]*ast.FuncDecl
	order    []types.Object
	values   map[types.Object]ast.Expr // of package-level variables and constants
	deciding map[types.Object]bool
	s        *Service
}

func (f *finder) index() {
	for _, file := range f.p.Syntax {
		for _, d := range file.Decls {
			switch d := d.(type) {
			case *ast.FuncDecl:
				object := f.p.TypesInfo.Defs[d.Name]
				f.bodies[object] = d
				f.order = append(f.order, object)
			case *ast.GenDecl:
				for _, s := range d.Specs {
					v, is := s.(*ast.ValueSpec)
					if !is {
						continue
					}
					for i, name := range v.Names {
						if i < len(v.Values) {
							f.values[f.p.TypesInfo.Defs[name]] = v.Values[i]
						}
					}
				}
			}
		}
	}
}

// marked are the functions whose comment has the directive.
func (f *finder) marked(directive string) (list []types.Object) {
	for _, object := range f.order {
		d := f.bodies[object]
		if d.Doc != nil && slices.ContainsFunc(d.Doc.List, func(c *ast.Comment) bool {
			return c.Text == directive || strings.HasPrefix(c.Text, directive+" ")
		}) {
			list = append(list, object)
		}
	}
	return list
}

// refers calls visit for each function, variable and constant of the package that a node names.
func (f *finder) refers(n ast.Node, visit func(types.Object)) {
	ast.Inspect(n, func(n ast.Node) bool {
		id, is := n.(*ast.Ident)
		if !is {
			return true
		}
		object := f.p.TypesInfo.Uses[id]
		if fn, is := object.(*types.Func); is {
			object = fn.Origin()
		}
		if object != nil && (f.bodies[object] != nil || f.values[object] != nil) {
			visit(object)
		}
		return true
	})
}

// closure is what these objects refer to, transitively, and they themselves.
func (f *finder) closure(from []types.Object) map[types.Object]bool {
	all := map[types.Object]bool{}
	for len(from) > 0 {
		object := from[0]
		from = from[1:]
		if all[object] {
			continue
		}
		all[object] = true
		if d := f.bodies[object]; d != nil && d.Body != nil {
			f.refers(d.Body, func(o types.Object) { from = append(from, o) })
		}
		if v := f.values[object]; v != nil {
			f.refers(v, func(o types.Object) { from = append(from, o) })
		}
	}
	return all
}

// branches fills in what the deciding functions and values hold.
func (f *finder) branches() {
	silent, leads := f.marked(quiet), f.leads()
	roots := f.marked(decides)
	for _, object := range f.order {
		d := f.bodies[object]
		if !f.deciding[object] || d.Body == nil {
			continue
		}
		for _, at := range blocks(d.Body) {
			place := f.place(at)
			f.s.Branches = append(f.s.Branches, Branch{place, object.Name()})
			root := slices.Contains(roots, object)
			switch silent := slices.Contains(silent, object); {
			case silent && !root:
				f.s.Quiet = append(f.s.Quiet, place)
			case root && !silent && leads[object]:
				f.s.Recording = append(f.s.Recording, place)
			}
		}
		f.named(d.Body)
	}
	for object, v := range f.values {
		if f.deciding[object] {
			f.named(v)
		}
	}
}

// blocks are the positions at which the statements of each block begin.
func blocks(body *ast.BlockStmt) (list []token.Pos) {
	ast.Inspect(body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.BlockStmt:
			if len(n.List) == 0 || !isClause(n.List[0]) {
				list = append(list, n.Lbrace+1)
			}
		case *ast.CaseClause:
			list = append(list, n.Colon+1)
		case *ast.CommClause:
			list = append(list, n.Colon+1)
		}
		return true
	})
	return list
}

func isClause(s ast.Stmt) bool {
	switch s.(type) {
	case *ast.CaseClause, *ast.CommClause:
		return true
	}
	return false
}

// named notes the statuses and reasons in a node.
func (f *finder) named(n ast.Node) {
	ast.Inspect(n, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.SelectorExpr:
			f.selected(n)
		case *ast.CallExpr:
			f.kinds(n)
		}
		return true
	})
}

func (f *finder) selected(n *ast.SelectorExpr) {
	c, is := f.p.TypesInfo.Uses[n.Sel].(*types.Const)
	if !is {
		return
	}
	switch path := c.Pkg().Path(); {
	case path == "net/http" && strings.HasPrefix(c.Name(), "Status"):
		f.s.Statuses = append(f.s.Statuses, "http."+c.Name())
	case strings.HasSuffix(path, "grpc/codes"):
		f.s.Statuses = append(f.s.Statuses, "codes."+c.Name())
	case reasonOf(c) != "":
		f.s.Reasons = append(f.s.Reasons, reasonOf(c))
	}
}

// kinds notes the reason of an event of a kind of the service's own.
func (f *finder) kinds(n *ast.CallExpr) {
	method, is := n.Fun.(*ast.SelectorExpr)
	if !is || len(n.Args) != 2 || method.Sel.Name != "Allow" && method.Sel.Name != "Deny" {
		return
	}
	if v := f.p.TypesInfo.Types[n.Args[1]].Value; v != nil && named(f.p.TypesInfo.TypeOf(method.X), "audit", "Kind") {
		f.s.Reasons = append(f.s.Reasons, strings.Trim(v.ExactString(), `"`))
	}
}

func (f *finder) place(at token.Pos) string {
	p := f.p.Fset.Position(at)
	return fmt.Sprintf("%s/%s:%d:%d", f.p.Name, filepath.Base(p.Filename), p.Line, p.Column)
}

func unique(list []string) []string {
	slices.Sort(list)
	return slices.Compact(list)
}

var errEmpty = errors.New("branch: no decision function is marked")
