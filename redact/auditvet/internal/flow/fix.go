package flow

import (
	"go/ast"
	"go/token"

	"golang.org/x/tools/go/analysis"
)

// fixes are the edits that are safe to apply: the text of a request's URL, where an operation is named, becomes its
// path, which has no query.
func (p *pkg) fixes(f *finding) []analysis.SuggestedFix {
	if f.sink != "audit.HTTPOperation" {
		return nil
	}
	var out []analysis.SuggestedFix
	for _, file := range p.pass.Files {
		if f.at < file.FileStart || file.FileEnd < f.at {
			continue
		}
		ast.Inspect(file, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if ok && (call.Lparen == f.at || call.Pos() == f.at) && len(call.Args) == 2 {
				if from, with := wholeURL(call.Args[1]); with != "" {
					out = append(out, analysis.SuggestedFix{Message: "use the path of the URL",
						TextEdits: []analysis.TextEdit{{Pos: from, End: call.Args[1].End(), NewText: []byte(with)}}})
				}
			}
			return true
		})
	}
	return out
}

// wholeURL recognises x.URL.String() and x.RequestURI, and returns what to write from which position on.
func wholeURL(e ast.Expr) (from token.Pos, with string) {
	if call, ok := e.(*ast.CallExpr); ok {
		method, ok := call.Fun.(*ast.SelectorExpr)
		if !ok || method.Sel.Name != "String" && method.Sel.Name != "RequestURI" && method.Sel.Name != "Redacted" {
			return 0, ""
		}
		if field, ok := method.X.(*ast.SelectorExpr); ok && field.Sel.Name == "URL" {
			return method.Sel.Pos(), "Path"
		}
		return 0, ""
	}
	if sel, ok := e.(*ast.SelectorExpr); ok && sel.Sel.Name == "RequestURI" {
		return sel.Sel.Pos(), "URL.Path"
	}
	return 0, ""
}
