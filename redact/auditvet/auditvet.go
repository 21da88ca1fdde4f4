package auditvet

import (
	_ "embed"
	"fmt"
	"io"
	"strings"

	"github.com/daxis-io/arco-audit/redact/auditvet/internal/constant"
	"github.com/daxis-io/arco-audit/redact/auditvet/internal/flow"
	"github.com/daxis-io/arco-audit/redact/auditvet/internal/page"
	"github.com/daxis-io/arco-audit/redact/auditvet/internal/protocol"
	"github.com/daxis-io/arco-audit/redact/auditvet/internal/unit"
	"golang.org/x/tools/go/analysis"
)

//go:embed doc.go
var doc string

// Analyzers returns the analyzers of the tool, auditconst, auditflow and auditemit, for a driver of your own. The category
// of a diagnostic is the name of the finding, its URL is that of the page about it.
func Analyzers() []*analysis.Analyzer {
	list := []*analysis.Analyzer{constant.Analyzer, flow.Analyzer, protocol.Analyzer}
	for i, a := range list {
		documented := *a
		documented.Doc = section(a.Name) + "\n\n" + findings(a.Name)
		documented.URL = "https://pkg.go.dev/github.com/daxis-io/arco-audit/redact/auditvet#hdr-Analyzer_" + a.Name
		documented.Run = func(pass *analysis.Pass) (any, error) { return a.Run(named(pass)) }
		list[i] = &documented
	}
	return list
}

// named is a pass whose diagnostics say the name of their finding and where its page is.
func named(pass *analysis.Pass) *analysis.Pass {
	own := *pass
	own.Report = func(d analysis.Diagnostic) {
		d.Message += " (" + d.Category + ")"
		d.URL = page.URL(d.Category)
		pass.Report(d)
	}
	return &own
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

// findings lists the findings of one analyzer, or of all when the name is "".
func findings(analyzer string) string {
	var out strings.Builder
	for _, p := range page.All() {
		if analyzer == "" || analyzer == p.Analyzer {
			fmt.Fprintf(&out, "%-26s%s\n", p.Name, p.Summary)
		}
	}
	return out.String()
}

// Explain prints the page about each finding that is named, or a list of all findings when none is, and returns the exit
// status: 2 when a name is unknown, which stderr is told with the nearest names.
func Explain(names []string, stdout, stderr io.Writer) int {
	if len(names) == 0 {
		fmt.Fprint(stdout, findings(""))
		return 0
	}
	for i, name := range names {
		p, ok := page.Find(name)
		if !ok {
			fmt.Fprintln(stderr, unknown(name))
			return 2
		}
		if i > 0 {
			fmt.Fprintln(stdout)
		}
		fmt.Fprint(stdout, p.Text)
	}
	return 0
}

func unknown(name string) string {
	text := fmt.Sprintf("auditvet: there is no finding %q", name)
	if near := page.Nearest(name); len(near) > 0 {
		return text + ", perhaps you mean " + strings.Join(near, " or ")
	}
	return text + ": auditvet explain lists them all"
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
