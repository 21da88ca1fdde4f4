package auditvet

import (
	"github.com/daxis-io/arco-audit/redact/auditvet/internal/flow"
	"golang.org/x/tools/go/analysis"
)

// Analyzers returns the analyzers of the tool.
func Analyzers() []*analysis.Analyzer { return []*analysis.Analyzer{flow.Analyzer} }
