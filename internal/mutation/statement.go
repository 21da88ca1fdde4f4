package mutation

import (
	"fmt"
	"go/ast"
	"go/token"
	"strings"
)

// loop writes a for statement; what it begins with and what it does after each round stay as they are.
func (w *writer) loop(x *ast.ForStmt) string {
	var out strings.Builder
	out.WriteString("for ")
	if x.Init != nil || x.Post != nil {
		if x.Init != nil {
			out.WriteString(w.raw(x.Init))
		}
		out.WriteString("; ")
	}
	if x.Cond != nil {
		out.WriteString(w.text(x.Cond))
	}
	if x.Init != nil || x.Post != nil {
		out.WriteString("; ")
		if x.Post != nil {
			out.WriteString(w.raw(x.Post))
		}
	}
	return out.String() + " " + w.text(x.Body)
}

// branch writes an if statement.
func (w *writer) branch(x *ast.IfStmt) string {
	out := "if " + w.beginning(x.Init) + w.condition(x.Cond) + " " + w.text(x.Body)
	if x.Else != nil {
		out += " else " + w.text(x.Else)
	}
	return out
}

// beginning writes the statement before a condition.
func (w *writer) beginning(x ast.Stmt) string {
	switch a, ok := x.(*ast.AssignStmt); {
	case x == nil:
		return ""
	case ok && a.Tok == token.DEFINE:
		return w.children(x) + "; "
	}
	return w.raw(x) + "; "
}

// condition writes a condition; one that does not compare is also taken as always and never true.
func (w *writer) condition(x ast.Expr) string {
	if b, ok := x.(*ast.BinaryExpr); ok && others[b.Op] != nil {
		return w.text(x)
	}
	written := w.text(x)
	always, never := w.mutant(x, "if "+w.raw(x), "if true"), w.mutant(x, "if "+w.raw(x), "if false")
	return fmt.Sprintf("(mutantIs(%d) || !mutantIs(%d) && %s)", always, never, written)
}

// choice writes a switch statement. The cases of one with a tag stay as they are.
func (w *writer) choice(x *ast.SwitchStmt) string {
	var out strings.Builder
	out.WriteString("switch " + w.beginning(x.Init))
	if x.Tag != nil {
		out.WriteString(w.raw(x.Tag))
	}
	out.WriteString(" {\n")
	for _, s := range x.Body.List {
		clause, _ := s.(*ast.CaseClause)
		var list []string
		for _, e := range clause.List {
			if x.Tag == nil {
				list = append(list, w.condition(e))
			} else {
				list = append(list, w.raw(e))
			}
		}
		if list == nil {
			out.WriteString("default:\n")
		} else {
			out.WriteString("case " + strings.Join(list, ", ") + ":\n")
		}
		for _, b := range clause.Body {
			out.WriteString(w.text(b) + "\n")
		}
	}
	return out.String() + "}"
}
