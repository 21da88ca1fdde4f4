package auditvet

import (
	_ "embed"
	"io"
	"strings"

	"github.com/daxis-io/arco-audit/redact/auditvet/internal/constant"
	"github.com/daxis-io/arco-audit/redact/auditvet/internal/flow"
	"github.com/daxis-io/arco-audit/redact/auditvet/internal/protocol"
	"github.com/daxis-io/arco-audit/redact/auditvet/internal/unit"
	"golang.org/x/tools/go/analysis"
)

//go:embed doc.go
var doc string

// Analyzers returns the analyzers of the tool, auditconst, auditflow and auditemit, for a driver of your own.
func Analyzers() []*analysis.Analyzer {
	list := []*analysis.Analyzer{constant.Analyzer, flow.Analyzer, protocol.Analyzer}
	for i, a := range list {
		documented := *a
		documented.Doc = section(a.Name)
		documented.URL = "https://pkg.go.dev/github.com/daxis-io/arco-audit/redact/auditvet#hdr-Analyzer_" + a.Name
		list[i] = &documented
	}
	return list
}

// section is the part of the package's documentation that is about one analyzer.
func section(name string) string {
	_, rest, _ := strings.Cut(doc, "// # Analyzer "+name+"\n//\n")
	rest, _, _ = strings.Cut(rest, "// # ")
	rest, _, _ = strings.Cut(rest, "package auditvet")
	var out strings.Builder
	for line := range strings.Lines(rest) {
		out.WriteString(strings.TrimPrefix(strings.TrimPrefix(line, "//"), " "))
	}
	return strings.TrimSpace(out.String())
}

// AskedByGo reports whether command-line arguments are those with which the go command calls a vet tool or a wrapper of
// its own tools.
func AskedByGo(args []string) bool {
	return len(args) > 0 && args[0] == "toolexec" || unit.Asked(args)
}

// AnswerGo does what the go command asks for with these arguments, one package at a time, and returns the exit status:
// 0 when nothing was found. Findings go to stderr, with -json to stdout.
func AnswerGo(args []string, stdout, stderr io.Writer) int {
	if len(args) > 0 && args[0] == "toolexec" {
		return unit.Toolexec(args[1:], stdout, stderr, Analyzers())
	}
	return unit.Main(args, stdout, stderr, Analyzers())
}
