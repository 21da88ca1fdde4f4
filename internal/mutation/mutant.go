// Package mutation rewrites the sources of a package so that each of many small changes of it can be made by an
// environment variable: one build, many mutants. Whoever runs the tests with each of them knows what no test holds.
package mutation

import (
	"fmt"
	"go/ast"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/tools/go/packages"
)

// Variable names the environment variable that picks a mutant by its number.
const Variable = "AUDIT_MUTANT"

// Mutant is one small change of a package.
type Mutant struct {
	Number   int    // from 1 on
	Place    string // file.go:line:column
	Function string // with its receiver's type before a dot
	Change   string // the source, an arrow and what stands there instead
}

// String says where the mutant is and what it changes.
func (m Mutant) String() string { return m.Place + " " + m.Function + ": " + m.Change }

// switches is the file that is added to a package.
const switches = `package %s

import (
	"os"
	"strconv"
)

var mutant, _ = strconv.Atoi(os.Getenv(%q))

func mutantIs(number int) bool { return mutant == number }

func mutantBy(number int) int {
	if mutant == number {
		return 1
	}
	return 0
}
`

// Instrument returns the mutants of the package in dir, tests aside, and its rewritten sources by absolute name.
func Instrument(dir string) ([]Mutant, map[string][]byte, error) {
	const mode = packages.NeedName | packages.NeedFiles | packages.NeedCompiledGoFiles | packages.NeedImports | packages.NeedSyntax |
		packages.NeedTypes | packages.NeedTypesInfo
	found, err := packages.Load(&packages.Config{Mode: mode, Dir: dir}, ".")
	if err != nil {
		return nil, nil, err
	}
	p := found[0]
	if len(p.Errors) > 0 {
		return nil, nil, p.Errors[0]
	}
	w := &writer{set: p.Fset, info: p.TypesInfo}
	files := map[string][]byte{}
	for i, file := range p.Syntax {
		name := p.CompiledGoFiles[i]
		if w.source, err = os.ReadFile(name); err != nil {
			return nil, nil, err
		}
		files[name] = w.file(file)
	}
	added := filepath.Join(filepath.Dir(p.CompiledGoFiles[0]), "mutant_switch.go")
	files[added] = fmt.Appendf(nil, switches, p.Name, Variable)
	return w.mutants, files, nil
}

// file rewrites the functions of a file.
func (w *writer) file(file *ast.File) []byte {
	var out strings.Builder
	at := 0
	for _, d := range file.Decls {
		if f, ok := d.(*ast.FuncDecl); ok && f.Body != nil {
			w.function = functionName(f)
			from, to := w.span(f.Body)
			out.Write(w.source[at:from])
			out.WriteString(w.text(f.Body))
			at = to
		}
	}
	out.Write(w.source[at:])
	return []byte(out.String())
}

func functionName(f *ast.FuncDecl) string {
	if f.Recv == nil || len(f.Recv.List) == 0 {
		return f.Name.Name
	}
	t := f.Recv.List[0].Type
	for {
		switch x := t.(type) {
		case *ast.StarExpr:
			t = x.X
		case *ast.IndexExpr:
			t = x.X
		case *ast.Ident:
			return x.Name + "." + f.Name.Name
		default:
			return f.Name.Name
		}
	}
}
