package branch

import (
	"fmt"
	"go/ast"
	"go/token"
	"os"
	"slices"
)

// reach is the call that instrumented code makes.
const reach = `; probes.Reach(%q); `

// rewrite puts a call into each branch.
func (f *finder) rewrite() error {
	for _, file := range f.p.Syntax {
		var at []token.Pos
		for _, d := range file.Decls {
			if fn, is := d.(*ast.FuncDecl); is && fn.Body != nil && f.deciding[f.p.TypesInfo.Defs[fn.Name]] {
				at = append(at, blocks(fn.Body)...)
			}
		}
		if len(at) == 0 {
			continue
		}
		name := f.p.Fset.Position(file.Pos()).Filename
		source, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		slices.Sort(at)
		slices.Reverse(at)
		for _, pos := range at {
			offset := f.p.Fset.Position(pos).Offset
			source = slices.Concat(source[:offset], fmt.Appendf(nil, reach, f.place(pos)), source[offset:])
		}
		offset := f.p.Fset.Position(file.Name.End()).Offset
		f.s.Rewritten[name] = slices.Concat(source[:offset], []byte("\nimport probes \"github.com/daxis-io/arco-audit/examples/servicetest\"\n"), source[offset:])
	}
	return nil
}
