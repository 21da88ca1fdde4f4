package auditvet

import (
	"io"

	"github.com/daxis-io/arco-audit/redact/auditvet/internal/constant"
	"github.com/daxis-io/arco-audit/redact/auditvet/internal/flow"
	"github.com/daxis-io/arco-audit/redact/auditvet/internal/protocol"
	"github.com/daxis-io/arco-audit/redact/auditvet/internal/unit"
	"golang.org/x/tools/go/analysis"
)

// Analyzers returns the analyzers of the tool: auditconst, auditflow and auditemit.
func Analyzers() []*analysis.Analyzer {
	return []*analysis.Analyzer{constant.Analyzer, flow.Analyzer, protocol.Analyzer}
}

// AskedByGo reports whether command-line arguments are those with which go vet calls a tool.
func AskedByGo(args []string) bool { return unit.Asked(args) }

// AnswerGo does what go vet asks for with these arguments, one package at a time, and returns the exit status: 0 when
// nothing was found, 1 otherwise. Findings go to stderr, to stdout with -json.
func AnswerGo(args []string, stdout, stderr io.Writer) int {
	return unit.Main(args, stdout, stderr, Analyzers())
}
