package mutation

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"path/filepath"
	"strings"
)

// writer writes sources with mutants in them: each text it returns has those of the node, with switches around them.
type writer struct {
	set      *token.FileSet
	info     *types.Info
	source   []byte
	function string
	around   []ast.Node // the nodes that the one that is written stands in
	mutants  []Mutant
}

func (w *writer) span(n ast.Node) (from, to int) {
	return w.set.Position(n.Pos()).Offset, w.set.Position(n.End()).Offset
}

// raw is the source of the node.
func (w *writer) raw(n ast.Node) string {
	from, to := w.span(n)
	return string(w.source[from:to])
}

// mutant adds a mutant at the node and returns its number.
func (w *writer) mutant(n ast.Node, from, to string) int {
	p := w.set.Position(n.Pos())
	m := Mutant{
		Number: len(w.mutants) + 1, Place: fmt.Sprintf("%s:%d:%d", filepath.Base(p.Filename), p.Line, p.Column), Function: w.function,
		Change: strings.Join(strings.Fields(from+" => "+to), " "),
	}
	w.mutants = append(w.mutants, m)
	return m.Number
}

// text writes a node.
func (w *writer) text(n ast.Node) string {
	w.around = append(w.around, n)
	defer func() { w.around = w.around[:len(w.around)-1] }()
	switch x := n.(type) {
	case *ast.ArrayType, *ast.CompositeLit:
		return w.raw(n)
	case *ast.GenDecl:
		if x.Tok != token.VAR {
			return w.raw(n)
		}
	case *ast.BinaryExpr:
		return w.binary(x)
	case *ast.BasicLit:
		return w.number(x)
	case *ast.Ident:
		if x.Name == "true" || x.Name == "false" {
			return fmt.Sprintf("(%s != mutantIs(%d))", x.Name, w.mutant(x, w.inContext(x, x.Name), w.inContext(x, "!"+x.Name)))
		}
	case *ast.AssignStmt:
		if x.Tok != token.DEFINE {
			return w.removable(x)
		}
	case *ast.IncDecStmt:
		return w.removable(x)
	case *ast.ExprStmt:
		return w.removable(x)
	case *ast.ForStmt:
		return w.loop(x)
	case *ast.IfStmt:
		return w.branch(x)
	case *ast.SwitchStmt:
		return w.choice(x)
	}
	return w.children(n)
}

// children writes a node as it is around its children.
func (w *writer) children(n ast.Node) string {
	at, end := w.span(n)
	var out strings.Builder
	ast.Inspect(n, func(c ast.Node) bool {
		if c == nil || c == n {
			return true
		}
		if _, comment := c.(*ast.CommentGroup); comment {
			return false
		}
		if from, to := w.span(c); from >= at {
			text := w.text(c)
			out.Write(w.source[at:from])
			out.WriteString(text)
			at = to
		}
		return false
	})
	out.Write(w.source[at:end])
	return out.String()
}

// others are what a comparison is mistaken for: its neighbour and its contrary.
var others = map[token.Token][]string{
	token.EQL: {"!="}, token.NEQ: {"=="}, token.LSS: {"<=", ">="}, token.LEQ: {"<", ">"}, token.GTR: {">=", "<="}, token.GEQ: {">", "<"},
	token.LAND: {"||"}, token.LOR: {"&&"},
}

// binary writes an expression of two sides.
func (w *writer) binary(x *ast.BinaryExpr) string {
	if w.info.Types[x].Value != nil {
		return w.raw(x)
	}
	written := w.text(x.X) + " " + x.Op.String() + " " + w.text(x.Y)
	others, known := others[x.Op]
	if !known {
		return written
	}
	var instead []string
	for _, o := range others {
		instead = append(instead, w.raw(x.X)+" "+o+" "+w.raw(x.Y))
	}
	if x.Op == token.LAND || x.Op == token.LOR {
		instead = append(instead, w.raw(x.X), w.raw(x.Y))
	}
	written = "(" + written + ")"
	for _, i := range instead {
		number := w.mutant(x, w.raw(x), i)
		written = fmt.Sprintf("(mutantIs(%d) && (%s) || !mutantIs(%d) && %s)", number, i, number, written)
	}
	return written
}

// number writes a whole number, one more and one less, but not what a neighbouring comparison makes of it.
func (w *writer) number(x *ast.BasicLit) string {
	t := w.info.Types[x].Type
	if x.Kind != token.INT || t == nil || t.String() != "int" || w.unread() {
		return w.raw(x)
	}
	written := []string{x.Value}
	for _, sign := range []string{"+", "-"} {
		if w.neighbour(x, sign) {
			continue
		}
		number := w.mutant(x, w.inContext(x, x.Value), w.inContext(x, x.Value+sign+"1"))
		written = append(written, fmt.Sprintf("%smutantBy(%d)", sign, number))
	}
	return "(" + strings.Join(written, "") + ")"
}

// unread reports whether the node is a result beside false: nobody reads it.
func (w *writer) unread() bool {
	for i := len(w.around) - 2; i > 0; i-- {
		switch x := w.around[i].(type) {
		case *ast.ReturnStmt:
			last, ok := x.Results[len(x.Results)-1].(*ast.Ident)
			return ok && last.Name == "false"
		case *ast.BlockStmt, *ast.CallExpr:
			return false
		}
	}
	return false
}

// neighbour reports whether the number with the sign's step is what the neighbour of the comparison around it says too.
func (w *writer) neighbour(x *ast.BasicLit, sign string) bool {
	parent, ok := w.around[len(w.around)-2].(*ast.BinaryExpr)
	if !ok || parent.Y != x {
		return false
	}
	switch parent.Op {
	case token.LSS, token.GEQ:
		return sign == "+"
	case token.LEQ, token.GTR:
		return sign == "-"
	}
	return false
}

// inContext is the source of the smallest thing around a node that tells where it is, with text in place of the node.
func (w *writer) inContext(n ast.Node, text string) string {
	top := n
	for i := len(w.around) - 2; i >= 0; i-- {
		switch w.around[i].(type) {
		case *ast.BinaryExpr, *ast.ParenExpr, *ast.UnaryExpr, *ast.SliceExpr, *ast.IndexExpr, *ast.CallExpr, *ast.AssignStmt, *ast.ReturnStmt, *ast.RangeStmt:
			top = w.around[i]
		}
		if b, ok := top.(*ast.BinaryExpr); top != n && (!ok || others[b.Op] != nil) {
			break
		}
	}
	from, to := w.span(top)
	at, end := w.span(n)
	if r, ok := top.(*ast.RangeStmt); ok {
		to = w.set.Position(r.Body.Pos()).Offset
	}
	return string(w.source[from:at]) + text + string(w.source[end:to])
}

// removable writes a statement that a mutant leaves out.
func (w *writer) removable(x ast.Stmt) string {
	if call, ok := x.(*ast.ExprStmt); ok {
		if c, ok := call.X.(*ast.CallExpr); !ok || w.raw(c.Fun) == "panic" {
			return w.children(x)
		}
	}
	written := w.children(x)
	return fmt.Sprintf("if !mutantIs(%d) { %s }", w.mutant(x, w.raw(x), "nothing"), written)
}
