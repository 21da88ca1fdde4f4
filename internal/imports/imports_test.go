package imports_test

import (
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const module = "github.com/daxis-io/arco-audit"

// listed is what go list says of a package.
type listed struct {
	ImportPath string
	Standard   bool
	Imports    []string
	Module     *struct{ Path, Dir string }
}

// list runs go list over the module with the flags and patterns.
func list(t *testing.T, args ...string) []listed {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", append([]string{"list", "-json=ImportPath,Standard,Imports,Module"}, args...)...)
	cmd.Dir = filepath.Join("..", "..")
	out, err := cmd.Output()
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		t.Fatalf("go list: %s", exit.Stderr)
	}
	require.NoError(t, err)
	var packages []listed
	decoder := json.NewDecoder(strings.NewReader(string(out)))
	for {
		var p listed
		err := decoder.Decode(&p)
		if errors.Is(err, io.EOF) {
			break
		}
		require.NoError(t, err)
		packages = append(packages, p)
	}
	require.NotEmpty(t, packages)
	return packages
}

// linked returns the import paths that a program with only this package links, without the standard library.
func linked(t *testing.T, path string) (paths, modules []string) {
	t.Helper()
	for _, p := range list(t, "-deps", path) {
		if p.Standard {
			continue
		}
		paths = append(paths, p.ImportPath)
		if p.Module != nil && p.Module.Path != module && !slices.Contains(modules, p.Module.Path) {
			modules = append(modules, p.Module.Path)
		}
	}
	return paths, modules
}

// rule says what a package may import: its own module's packages and other modules, by prefix.
type rule struct {
	pattern string // of the path below the module
	may     []string
}

// rules follow the package table of the design; the first pattern that matches counts.
var rules = []rule{
	{`^redact$`, []string{"redact/internal"}},
	{`^redact/internal/`, []string{"redact"}},
	{`^redact/auditvet`, []string{"redact", "golang.org/x/tools"}},
	{`^audit$`, []string{"redact", "internal/wire", "internal/delivery", "internal/flood", "internal/journal", "internal/owner", "internal/sequence", "internal/merkle", "internal/emitfault", "github.com/google/uuid", "golang.org/x/time", "golang.org/x/mod"}},
	{`^audit/audittest$`, []string{"audit", "redact", "internal/emitfault"}},
	{`^audit/auditread$`, []string{"audit", "internal/"}},
	{`^audit/audithttp$`, []string{"audit", "redact", "github.com/google/uuid"}},
	{`^audit/auditgrpc$`, []string{"audit", "redact", "github.com/google/uuid", "google.golang.org/grpc"}},
	{`^audit/auditotel$`, []string{"audit", "go.opentelemetry.io/otel"}},
	{`^audit/cmd/`, []string{"audit", "internal/", "modernc.org/sqlite"}},
	{`^sinks/sinktest$`, []string{"audit", "redact", "github.com/google/uuid"}},
	{`^sinks/(writersink|slogsink)$`, []string{"audit"}},
	{`^sinks/cesink$`, []string{"audit", "github.com/cloudevents/sdk-go"}},
	{`^sinks/pubsubsink$`, []string{"audit", "internal/grpcfault", "cloud.google.com/go/pubsub/v2", "google.golang.org/", "github.com/googleapis/"}},
	{`^sinks/gcplogsink$`, []string{"audit", "internal/lql", "internal/grpcfault", "cloud.google.com/go/logging", "google.golang.org/", "github.com/googleapis/"}},
	{`^sinks/sqlitesink$`, []string{"audit", "modernc.org/sqlite"}},
	{`^internal/(wire|journal|faultfs)`, []string{"internal/journal", "internal/owner", "internal/sequence", "internal/faultfs"}},
	{`^internal/(delivery|flood)$`, []string{"internal/owner", "golang.org/x/time"}},
	{`^internal/merkle$`, []string{"golang.org/x/mod"}},
	{`^internal/lql$`, []string{"go.einride.tech/aip", "google.golang.org/"}},
	{`^internal/compiletest$`, []string{"internal/compiletest"}},
	{`^internal/(overlay|owner|sequence)$`, nil},
	{`^internal/mutation$`, []string{"internal/overlay", "golang.org/x/tools"}},
	{`^internal/imports$`, nil},
	{`^internal/(emitfault|netfault)$`, nil},
	{`^internal/traffic$`, []string{"audit", "redact", "github.com/google/uuid"}},
	{`^internal/grpcfault$`, []string{"audit", "google.golang.org/", "github.com/googleapis/"}},
	{`^internal/gcpfake`, []string{"internal/", "cloud.google.com/go/logging", "google.golang.org/"}},
}

func TestEveryPackageImportsOnlyWhatItMay(t *testing.T) {
	for _, p := range list(t, "./...") {
		below := strings.TrimPrefix(strings.TrimPrefix(p.ImportPath, module), "/")
		at := slices.IndexFunc(rules, func(r rule) bool { return regexp.MustCompile(r.pattern).MatchString(below) })
		if !assert.GreaterOrEqual(t, at, 0, "%s: no rule says what it may import", p.ImportPath) {
			continue
		}
		for _, imported := range p.Imports {
			name, _, _ := strings.Cut(imported, "/")
			if !strings.Contains(name, ".") {
				continue // standard library
			}
			ours := strings.TrimPrefix(imported, module+"/")
			allowed := slices.ContainsFunc(rules[at].may, func(may string) bool {
				return ours == may || strings.HasPrefix(ours, strings.TrimSuffix(may, "/")+"/") && !strings.HasPrefix(ours, "audit/audittest")
			})
			assert.True(t, allowed, "%s must not import %s", p.ImportPath, imported)
		}
	}
}

func TestAuditLinksLittle(t *testing.T) {
	paths, modules := linked(t, "./audit")
	assert.LessOrEqual(t, len(modules), 3, "third-party modules: %v", modules)
	for _, p := range paths {
		for _, heavy := range []string{"google.golang.org/grpc", "cloud.google.com/", "github.com/cloudevents", "github.com/apache", "golang.org/x/tools"} {
			assert.False(t, strings.HasPrefix(p, heavy), "audit links %s", p)
		}
	}
	_, modules = linked(t, "./redact")
	assert.Empty(t, modules, "redact is for the standard library alone")
}

func TestOnlyTheirSinksLinkTheClients(t *testing.T) {
	owners := map[string]string{"cloud.google.com/go/pubsub": "sinks/pubsubsink", "cloud.google.com/go/logging": "sinks/gcplogsink"}
	for _, p := range list(t, "./...") {
		paths, _ := linked(t, p.ImportPath)
		for client, owner := range owners {
			if strings.HasPrefix(p.ImportPath, module+"/"+owner) || strings.HasPrefix(p.ImportPath, module+"/internal/gcpfake") {
				continue
			}
			for _, path := range paths {
				assert.False(t, strings.HasPrefix(path, client), "%s links %s", p.ImportPath, path)
			}
		}
	}
}

// copyleft matches the texts of licences that oblige an adopter.
var copyleft = regexp.MustCompile(`(?i)GNU\s+(AFFERO\s+|LESSER\s+|LIBRARY\s+)?GENERAL\s+PUBLIC|Mozilla\s+Public\s+License|Server\s+Side\s+Public|Business\s+Source\s+License|Commons\s+Clause`)

func TestDependenciesHaveNoCopyleftLicence(t *testing.T) {
	dirs := map[string]string{}
	for _, p := range list(t, "-deps", "./...") {
		if !p.Standard && p.Module != nil && p.Module.Path != module {
			dirs[p.Module.Path] = p.Module.Dir
		}
	}
	require.NotEmpty(t, dirs)
	for path, dir := range dirs {
		entries, err := os.ReadDir(dir)
		require.NoError(t, err)
		found := false
		for _, e := range entries {
			if name := strings.ToUpper(e.Name()); e.IsDir() || !strings.HasPrefix(name, "LICEN") && !strings.HasPrefix(name, "COPYING") {
				continue
			}
			text, err := os.ReadFile(filepath.Join(dir, e.Name()))
			require.NoError(t, err)
			found = true
			assert.NotRegexp(t, copyleft, string(text), path)
		}
		assert.True(t, found, "%s has no licence file", path)
	}
}

func TestTopLevelHoldsWhatTheDesignNames(t *testing.T) {
	entries, err := os.ReadDir(filepath.Join("..", ".."))
	require.NoError(t, err)
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), ".") {
			continue
		}
		assert.Contains(t, []string{"audit", "sinks", "redact", "examples", "internal", "go.mod", "go.sum", "LICENSE", "README.md"}, e.Name())
	}
}
