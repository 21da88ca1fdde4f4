package auditvet_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// tool is the built command.
var tool = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "auditvet")
	if err != nil {
		return "", err
	}
	name := filepath.Join(dir, "auditvet")
	return name, exec.Command("go", "build", "-o", name, "./cmd/auditvet").Run()
})

// TestGoCommand runs the tool the ways that the documentation names, with the real go command, on a package with a
// planted leak and on its clean twin.
func TestGoCommand(t *testing.T) {
	name, err := tool()
	require.NoError(t, err)
	t.Cleanup(func() { _ = os.RemoveAll(filepath.Dir(name)) })
	leak := `leak.go:\d+:\d+: header Authorization .*reaches audit.NewRequestID`
	tests := []struct {
		name string
		args []string
		want string // "" when nothing is reported
	}{
		{"go vet on a clean package", []string{"go", "vet", "-vettool", name, "./testdata/planted/clean"}, ""},
		{"go vet on a leak through another package", []string{"go", "vet", "-vettool", name, "./testdata/planted/leak"}, leak},
		{"alone on a clean package", []string{name, "./testdata/planted/clean"}, ""},
		{"alone on a leak", []string{name, "./testdata/planted/leak"}, leak},
		{"toolexec without a leak in sight", toolexec(t, name, "clean"), ""},
		{"toolexec on a leak", toolexec(t, name, "direct"), `direct.go:\d+:\d+: header Authorization`},
		{"explain", []string{name, "explain", "gave-up"}, ""},
		{"explain what there is not", []string{name, "explain", "gave-pu"}, `perhaps you mean gave-up`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			out, err := exec.CommandContext(t.Context(), tt.args[0], tt.args[1:]...).CombinedOutput()
			if tt.want == "" {
				require.NoError(t, err, string(out))
				return
			}
			require.Error(t, err, string(out))
			assert.Regexp(t, tt.want, string(out))
		})
	}
}

// TestGoVetJSON reads what go vet -json prints.
func TestGoVetJSON(t *testing.T) {
	name := filepath.Join(t.TempDir(), "auditvet")
	require.NoError(t, exec.CommandContext(t.Context(), "go", "build", "-o", name, "./cmd/auditvet").Run())
	out, err := exec.CommandContext(t.Context(), "go", "vet", "-json", "-vettool", name, "./testdata/planted/leak").CombinedOutput()
	require.NoError(t, err, string(out))
	assert.Contains(t, string(out), `"category": "secret-in-identifier"`)
}

// toolexec is the command line by which go build -toolexec compiles one planted package. A whole such build would
// compile the standard library again.
func toolexec(t *testing.T, name, pkg string) []string {
	t.Helper()
	dir := t.TempDir()
	list, err := exec.CommandContext(t.Context(), "go", "list", "-export", "-deps", "-f", "{{if .Export}}packagefile {{.ImportPath}}={{.Export}}{{end}}", "./testdata/planted/"+pkg).Output()
	require.NoError(t, err)
	importcfg := filepath.Join(dir, "importcfg")
	require.NoError(t, os.WriteFile(importcfg, list, 0o600))
	compiler, err := exec.CommandContext(t.Context(), "go", "tool", "-n", "compile").Output()
	require.NoError(t, err)
	return []string{name, "toolexec", strings.TrimSpace(string(compiler)), "-o", filepath.Join(dir, "out.a"), "-p", "example.com/planted",
		"-lang=go1.25", "-importcfg", importcfg, filepath.Join("testdata", "planted", pkg, pkg+".go")}
}
