package compiletest

import (
	"bytes"
	"fmt"
	"go/importer"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"strings"
)

// Exports gives the compiler's export data of packages and all that they import.
type Exports struct{ files map[string]string }

// List asks the go command, in dir, for the export data of these packages; it compiles what is not built yet.
func List(dir string, packages ...string) (*Exports, error) {
	args := append([]string{"list", "-export", "-deps", "-f", "{{if .Export}}{{.ImportPath}}\t{{.Export}}{{end}}"}, packages...)
	cmd := exec.Command("go", args...)
	cmd.Dir = dir
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("compiletest: go list -export: %w: %s", err, stderr.String())
	}
	e := &Exports{files: make(map[string]string)}
	for line := range strings.Lines(string(out)) {
		if path, file, ok := strings.Cut(strings.TrimSpace(line), "\t"); ok {
			e.files[path] = file
		}
	}
	return e, nil
}

// Importer returns a new importer over the export data; positions go to fset.
func (e *Exports) Importer(fset *token.FileSet) types.Importer {
	return importer.ForCompiler(fset, "gc", func(path string) (io.ReadCloser, error) {
		file, ok := e.files[path]
		if !ok {
			return nil, fmt.Errorf("compiletest: no export data for %s: list it in List", path)
		}
		return os.Open(file)
	})
}
