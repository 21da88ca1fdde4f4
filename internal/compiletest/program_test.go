package compiletest_test

import (
	"testing"

	"github.com/daxis-io/arco-audit/internal/compiletest"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestNewNeedsAProgramThatCompiles(t *testing.T) {
	e, err := exports()
	require.NoError(t, err)
	tests := []struct{ name, source, want string }{
		{"broken prelude", "package p\nvar x int = \"text\"\nfunc f() {" + compiletest.Hole + "}", "does not compile with an empty hole"},
		{"syntax error", "package p\nfunc f() {" + compiletest.Hole, "does not compile with an empty hole"},
		{"no export data", "package p\nimport _ \"example.com/absent\"\nfunc f() {" + compiletest.Hole + "}", "no export data"},
		{"no hole", "package p", "exactly one"},
		{"two holes", "package p\nfunc f() {" + compiletest.Hole + compiletest.Hole + "}", "exactly one"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := compiletest.New(e, tt.source)
			assert.ErrorContains(t, err, tt.want)
		})
	}
}

func TestCheckGivesLinesOfTheFilling(t *testing.T) {
	problems := newProgram(t).Check("_ = 1\n_ = audit.Tenant(text)\n}\nfunc (")
	require.Len(t, problems, 1)
	assert.Zero(t, problems[0].Line, "a syntax error has no line of the filling")
	problems = newProgram(t).Check("_ = 1\n_ = audit.Tenant(text)")
	require.Len(t, problems, 1)
	assert.Equal(t, 2, problems[0].Line)
}
