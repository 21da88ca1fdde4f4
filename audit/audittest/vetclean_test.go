package audittest_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/daxis-io/arco-audit/audit/audittest"
)

const planted = "../../redact/auditvet/testdata/planted/"

// vetted are the faults that VetClean reports.
func vetted(t *testing.T, patterns ...string) string {
	t.Helper()
	v := &verdict{TB: t}
	done := make(chan struct{})
	go func() {
		defer close(done)
		audittest.VetClean(v, patterns...)
	}()
	<-done
	return strings.Join(v.faults, "\n")
}

func TestVetCleanPatterns(t *testing.T) {
	tests := []struct {
		name     string
		patterns []string
		want     string // "" when nothing is reported
	}{
		{"clean package", []string{planted + "clean"}, ""},
		{"planted leak", []string{planted + "direct"}, `direct.go:\d+:\d+: header Authorization .*reaches audit.NewRequestID`},
		{"leak through another package", []string{planted + "clean", planted + "leak"}, `leak.go:\d+:\d+: header Authorization`},
		{"package that does not exist", []string{"./nowhere"}, `nowhere`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := vetted(t, tt.patterns...)
			if tt.want == "" {
				assert.Empty(t, got)
				return
			}
			assert.Regexp(t, tt.want, got)
		})
	}
}

// TestVetCleanModule runs in a module of its own: without patterns all of it is looked at, from any directory, with
// the tool of go.mod and without one.
func TestVetCleanModule(t *testing.T) {
	for _, tt := range []struct {
		name string
		tool bool
	}{{"with a tool line", true}, {"without a tool line", false}} {
		t.Run(tt.name, func(t *testing.T) {
			root := userModule(t, tt.tool)
			t.Chdir(filepath.Join(root, "inner"))
			assert.Empty(t, vetted(t))
			source, err := os.ReadFile(filepath.Join(root, "service.go"))
			require.NoError(t, err)
			leak := strings.Replace(string(source), "X-Request-Id", "Authorization", 1)
			require.NoError(t, os.WriteFile(filepath.Join(root, "service.go"), []byte(leak), 0o600))
			assert.Regexp(t, `service.go:\d+:\d+: header Authorization`, vetted(t))
			assert.Empty(t, vetted(t, "."), "only the package of the test")
		})
	}
}

// userModule is a module that uses this one.
func userModule(t *testing.T, tool bool) string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "go", "env", "GOMOD").Output()
	require.NoError(t, err)
	ours := filepath.Dir(strings.TrimSpace(string(out)))
	mod, err := os.ReadFile(filepath.Join(ours, "go.mod"))
	require.NoError(t, err)
	sum, err := os.ReadFile(filepath.Join(ours, "go.sum"))
	require.NoError(t, err)
	text := strings.Replace(string(mod), "module github.com/daxis-io/arco-audit\n", "module example.com/user\n", 1)
	if !tool {
		text = regexp.MustCompile(`(?m)^tool .*$`).ReplaceAllString(text, "")
	}
	text += "\nrequire github.com/daxis-io/arco-audit v0.0.0\n\nreplace github.com/daxis-io/arco-audit => " + ours + "\n"
	root := t.TempDir()
	require.NoError(t, os.Mkdir(filepath.Join(root, "inner"), 0o700))
	for name, content := range map[string]string{
		"go.mod": text, "go.sum": string(sum), "inner/inner.go": "package inner\n",
		"service.go": "package service\n\nimport (\n\t\"net/http\"\n\n\t\"github.com/daxis-io/arco-audit/audit\"\n)\n\n" +
			"func name(r *http.Request) audit.RequestID { return audit.NewRequestID(r.Header.Get(\"X-Request-Id\")) }\n",
	} {
		require.NoError(t, os.WriteFile(filepath.Join(root, name), []byte(content), 0o600))
	}
	return root
}

func TestVetCleanWithoutGoCommand(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	assert.Contains(t, vetted(t), "the go command is not in PATH: install it")
}

func TestVetCleanOutsideOfAModule(t *testing.T) {
	t.Chdir(t.TempDir())
	t.Setenv("GOFLAGS", "")
	assert.Contains(t, vetted(t), "the test is not in a module")
}
