package flow

import (
	"go/ast"
	"go/constant"
	"go/token"

	"github.com/daxis-io/arco-audit/redact"
	"golang.org/x/tools/go/ssa"
)

// shortest is the length from which a constant is looked at: shorter ones are no secrets of a known shape.
const shortest = 16

// secretConstant is the value of a constant, which is a secret when the scanner takes it for one.
func (r *run) secretConstant(v *value) *value {
	if len(v.keys) != 1 || len(v.keys[0]) < shortest || !r.p.prog.ImportsAudit && len(r.p.prog.Below) == 0 {
		return v
	}
	kind, known := r.p.constants[v.keys[0]]
	if !known {
		if found, hit := redact.Scan(v.keys[0]); hit {
			kind = "constant that is a secret of kind " + found.Kind.String()
		}
		r.p.constants[v.keys[0]] = kind
	}
	if kind == "" {
		return v
	}
	w := *v
	w.t, w.empty = r.source(hard, kind), false
	return &w
}

// writtenOut reports whether a secret constant stands in the arguments of a call in the source: then analyzer auditconst
// reports it.
func (p *pkg) writtenOut(at ssa.CallInstruction) bool {
	if p.calls == nil {
		p.calls = make(map[token.Pos]*ast.CallExpr)
		for _, file := range p.pass.Files {
			ast.Inspect(file, func(n ast.Node) bool {
				if call, ok := n.(*ast.CallExpr); ok {
					p.calls[call.Lparen] = call
				}
				return true
			})
		}
	}
	call := p.calls[at.Common().Pos()]
	if call == nil {
		return false
	}
	found := false
	for _, arg := range call.Args {
		ast.Inspect(arg, func(n ast.Node) bool {
			if e, ok := n.(ast.Expr); ok {
				v := p.pass.TypesInfo.Types[e].Value
				found = found || v != nil && v.Kind() == constant.String && p.constants[constant.StringVal(v)] != ""
			}
			return !found
		})
	}
	return found
}
