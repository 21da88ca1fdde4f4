package flow

import (
	"github.com/daxis-io/arco-audit/redact/auditvet/internal/program"
	"golang.org/x/tools/go/analysis"
)

// Analyzer finds secrets that reach an identifier of an audit event. Its documentation is set by package auditvet.
var Analyzer = &analysis.Analyzer{
	Name:      "auditflow",
	Doc:       "auditflow: find secrets that reach an identifier of an audit event",
	Run:       Run,
	Requires:  []*analysis.Analyzer{program.Analyzer},
	FactTypes: []analysis.Fact{new(Summary), new(Mark), new(Cells)},
}
