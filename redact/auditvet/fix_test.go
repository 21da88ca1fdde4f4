package auditvet_test

import (
	"testing"

	"github.com/daxis-io/arco-audit/redact/auditvet"
	"github.com/daxis-io/arco-audit/redact/auditvet/internal/corpus"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/tools/go/analysis/checker"
	"golang.org/x/tools/go/packages"
	"golang.org/x/tools/txtar"
)

// TestSuggestedFixes applies the edits of a finding and reads the line that comes out.
func TestSuggestedFixes(t *testing.T) {
	w, err := newWorld()
	require.NoError(t, err)
	tests := []struct{ name, argument, want string }{
		{"url_text", "r.URL.String()", "r.URL.Path"},
		{"url_redacted", "r.URL.Redacted()", "r.URL.Path"},
		{"url_request_uri", "r.URL.RequestURI()", "r.URL.Path"},
		{"request_uri", "r.RequestURI", "r.URL.Path"},
		{"no_safe_edit", `"/v1/" + r.Header.Get("Authorization")`, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			source := "func handle(r *http.Request) audit.Operation { return audit.HTTPOperation(r.Method, " + tt.argument + ") }\n"
			pkg, err := w.Load(corpus.Program{Name: "fix/" + tt.name, Files: []txtar.File{{Name: tt.name, Data: []byte(source)}}})
			require.NoError(t, err)
			graph, err := checker.Analyze(auditvet.Analyzers(), []*packages.Package{pkg}, nil)
			require.NoError(t, err)
			got := ""
			for _, action := range graph.Roots {
				require.NoError(t, action.Err)
				for _, d := range action.Diagnostics {
					for _, f := range d.SuggestedFixes {
						got = w.edited(pkg.PkgPath, f.TextEdits[0].Pos, f.TextEdits[0].End, string(f.TextEdits[0].NewText))
					}
				}
			}
			if tt.want == "" {
				assert.Empty(t, got)
				return
			}
			assert.Contains(t, got, "audit.HTTPOperation(r.Method, "+tt.want+")")
			fixed, err := w.Load(corpus.Program{Name: "fixed/" + tt.name, Files: []txtar.File{{Name: tt.name, Data: []byte(got)}}})
			require.NoError(t, err, "the edited program compiles")
			assert.Empty(t, w.reports(t, fixed, auditvet.Analyzers()...))
		})
	}
}
