package branch

import (
	"fmt"
	"go/ast"
	"go/constant"
	"go/types"
	"slices"
)

// Read is what a handler reads of a request beside its path and body.
type Read struct {
	Query, Header []string // names, sorted
}

// Reads finds what each of these functions or methods of the package in dir reads, or what they call does.
func Reads(dir string, handlers []string) (map[string]Read, error) {
	p, err := load(dir)
	if err != nil {
		return nil, err
	}
	f := &finder{p: p, bodies: map[types.Object]*ast.FuncDecl{}, values: map[types.Object]ast.Expr{}}
	f.index()
	all := map[string]Read{}
	for _, object := range f.order {
		if slices.Contains(handlers, object.Name()) {
			all[object.Name()] = f.reads(object)
		}
	}
	if len(all) != len(handlers) {
		return nil, fmt.Errorf("branch: of %d handlers %d are found", len(handlers), len(all))
	}
	return all, nil
}

func (f *finder) reads(handler types.Object) (r Read) {
	for object := range f.closure([]types.Object{handler}) {
		d := f.bodies[object]
		if d == nil || d.Body == nil {
			continue
		}
		ast.Inspect(d.Body, func(n ast.Node) bool {
			call, is := n.(*ast.CallExpr)
			if !is || len(call.Args) != 1 {
				return true
			}
			method, is := call.Fun.(*ast.SelectorExpr)
			name := f.p.TypesInfo.Types[call.Args[0]].Value
			if !is || name == nil || name.Kind() != constant.String || !slices.Contains([]string{"Get", "Has", "Values"}, method.Sel.Name) {
				return true
			}
			switch of := f.p.TypesInfo.TypeOf(method.X); {
			case named(of, "url", "Values"):
				r.Query = append(r.Query, constant.StringVal(name))
			case named(of, "http", "Header"):
				r.Header = append(r.Header, constant.StringVal(name))
			}
			return true
		})
	}
	return Read{unique(r.Query), unique(r.Header)}
}
