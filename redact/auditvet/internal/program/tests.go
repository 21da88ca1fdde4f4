package program

import (
	"strings"

	"golang.org/x/tools/go/analysis"
)

// WithoutTests returns a pass that drops what is found in _test.go files: tests misuse the API on purpose.
func WithoutTests(pass *analysis.Pass) *analysis.Pass {
	own := *pass
	own.Report = func(d analysis.Diagnostic) {
		if !strings.HasSuffix(pass.Fset.Position(d.Pos).Filename, "_test.go") {
			pass.Report(d)
		}
	}
	return &own
}
