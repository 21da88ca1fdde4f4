package branch

import (
	"go/ast"
	"go/types"
	"slices"
	"strings"
)

// unmarked are the functions that serve a request, lead to an event, and are part of no decision function: nobody would
// look at their branches.
func (f *finder) unmarked() (list []string) {
	leads := f.leads()
	for _, object := range f.order {
		signature, is := object.Type().(*types.Signature)
		if is && !f.deciding[object] && (leads[object] && serves(signature.Params()) || authenticates(signature.Results())) {
			list = append(list, object.Name())
		}
	}
	return list
}

// leads are the functions that record, and all that call one of them. One that only names another, as a table of routes
// does, does not lead to it.
func (f *finder) leads() map[types.Object]bool {
	all := map[types.Object]bool{}
	for again := true; again; {
		again = false
		for _, object := range f.order {
			if d := f.bodies[object]; !all[object] && d.Body != nil && f.records(d.Body, all) {
				all[object], again = true, true
			}
		}
	}
	return all
}

// records reports a call, in a node, of Emit or Begin of a trail or an intent, or of one of the functions.
func (f *finder) records(n ast.Node, functions map[types.Object]bool) (found bool) {
	ast.Inspect(n, func(n ast.Node) bool {
		call, is := n.(*ast.CallExpr)
		if !is {
			return !found
		}
		switch called := ast.Unparen(call.Fun).(type) {
		case *ast.Ident:
			found = found || functions[f.p.TypesInfo.Uses[called]]
		case *ast.SelectorExpr:
			of := f.p.TypesInfo.TypeOf(called.X)
			found = found || functions[f.p.TypesInfo.Uses[called.Sel]] ||
				(called.Sel.Name == "Emit" || called.Sel.Name == "Begin") && (named(of, "audit", "Trail") || named(of, "audit", "Pending"))
		}
		return !found
	})
	return found
}

// serves reports whether a function is given a request.
func serves(params *types.Tuple) bool {
	return slices.ContainsFunc(slices.Collect(params.Variables()), func(v *types.Var) bool {
		return named(v.Type(), "http", "Request") || named(v.Type(), "structpb", "Struct") || named(v.Type(), "grpc", "ServerStream")
	})
}

// authenticates reports whether a function answers who makes a request.
func authenticates(results *types.Tuple) bool {
	return slices.ContainsFunc(slices.Collect(results.Variables()), func(v *types.Var) bool {
		return named(v.Type(), "audithttp", "Identity") || named(v.Type(), "auditgrpc", "Identity")
	})
}

// named reports whether t is, or points to, the type of a package with that name.
func named(t types.Type, pkg, name string) bool {
	if p, is := t.(*types.Pointer); is {
		t = p.Elem()
	}
	n, is := t.(*types.Named)
	return is && n.Obj().Name() == name && n.Obj().Pkg() != nil && strings.TrimRight(n.Obj().Pkg().Name(), "0123456789") == pkg
}
