package page

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// TestPages holds that each page has the parts that a reader looks for, and stays short.
func TestPages(t *testing.T) {
	pages := All()
	assert.Greater(t, len(pages), 20)
	for _, p := range pages {
		t.Run(p.Name, func(t *testing.T) {
			assert.True(t, strings.HasPrefix(p.Text, "# "+p.Name+"\n\n"), "the title is the name")
			assert.Contains(t, []string{"auditconst", "auditflow", "auditemit"}, p.Analyzer)
			assert.True(t, strings.HasSuffix(p.Summary, ".") && !strings.Contains(p.Summary, "\n"), "one sentence on one line")
			at := 0
			for _, title := range []string{"What was seen, and why it matters", "A program that is reported", "The same program, repaired", "When to accept it", "What is not seen"} {
				i := strings.Index(p.Text[at:], "\n## "+title+"\n\n")
				if assert.GreaterOrEqual(t, i, 0, title) {
					at += i
				}
			}
			assert.LessOrEqual(t, strings.Count(p.Text, "\n"), 100)
		})
	}
}

func TestNearest(t *testing.T) {
	tests := []struct {
		name string
		want []string
	}{
		{"secret-in-identifer", []string{"secret-in-identifier"}},
		{"zero_value", []string{"zero-value"}},
		{"zerovalue", []string{"zero-value"}},
		{"gave-pu", []string{"gave-up"}},
		{"identifier", []string{"secret-in-identifier"}},
		{"anything", nil},
		{"", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := Nearest(tt.name)
			if len(tt.want) == 0 {
				assert.Empty(t, got)
				return
			}
			assert.Equal(t, tt.want, got[:1])
		})
	}
	assert.LessOrEqual(t, len(Nearest("decision-event")), 3)
	assert.NotEmpty(t, Nearest("decision-event"))
}
