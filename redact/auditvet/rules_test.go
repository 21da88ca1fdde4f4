package auditvet_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/daxis-io/arco-audit/redact/auditvet"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// want is the comment that says what is reported on its line, as analysistest has it. The programs are checked
// against this module's real packages, not against copies below testdata.
var want = regexp.MustCompile("// want((?: `[^`]*`)+)")

// TestRules runs every analyzer over programs that say on each line what is reported there.
func TestRules(t *testing.T) {
	w, err := newWorld()
	require.NoError(t, err)
	for _, p := range readPrograms(t, "rules", "*.txtar") {
		t.Run(p.Name, func(t *testing.T) {
			pkg, err := w.Load(p)
			require.NoError(t, err)
			got := w.reports(t, pkg, auditvet.Analyzers()...)
			for line, text := range strings.Split(w.Sources[pkg.PkgPath], "\n") {
				var patterns []string
				if m := want.FindStringSubmatch(text); m != nil {
					patterns = strings.Split(strings.Trim(strings.TrimSpace(m[1]), "`"), "` `")
				}
				messages := got[line+1]
				if !assert.Len(t, messages, len(patterns), "line %d: %s: %v", line+1, text, messages) {
					continue
				}
				for _, pattern := range patterns {
					assert.Regexp(t, pattern, strings.Join(messages, "\n"))
				}
			}
		})
	}
}
