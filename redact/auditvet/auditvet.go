package auditvet

import (
	"github.com/daxis-io/arco-audit/redact/auditvet/internal/constant"
	"github.com/daxis-io/arco-audit/redact/auditvet/internal/flow"
	"github.com/daxis-io/arco-audit/redact/auditvet/internal/protocol"
	"golang.org/x/tools/go/analysis"
)

// Analyzers returns the analyzers of the tool: auditconst, auditflow and auditemit.
func Analyzers() []*analysis.Analyzer {
	return []*analysis.Analyzer{constant.Analyzer, flow.Analyzer, protocol.Analyzer}
}
