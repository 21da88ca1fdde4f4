package auditvet_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/daxis-io/arco-audit/internal/compiletest"
	"github.com/daxis-io/arco-audit/redact/auditvet"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/checker"
	"golang.org/x/tools/go/packages"
	"golang.org/x/tools/txtar"
)

// world type-checks programs against the real packages of this module and the standard library, and against
// declarations of third-party packages.
type world struct {
	fset     *token.FileSet
	real     types.Importer
	packages map[string]*packages.Package
	names    map[string]string // import path by package name
	sources  map[string]string // by import path
}

var standard = strings.Fields("bytes context encoding/base64 encoding/hex encoding/json errors fmt io iter net/http net/http/httputil " +
	"net/url os path reflect slices maps sort strconv strings sync sync/atomic time crypto/rsa crypto/x509 crypto/sha256 crypto/hmac " +
	"crypto/subtle bufio text/template encoding/pem regexp log/slog math/big encoding/binary unicode/utf8 encoding/gob encoding/xml " +
	"os/exec io/fs flag container/list html/template compress/gzip crypto/ecdsa crypto/ed25519 unique cmp net net/netip net/textproto unicode hash/fnv " +
	"encoding/csv container/ring mime text/tabwriter net/http/httptest crypto/rand crypto crypto/elliptic database/sql encoding/base32 container/heap log mime/multipart path/filepath " +
	"archive/tar archive/zip compress/flate compress/zlib compress/bzip2 crypto/aes crypto/cipher crypto/sha1 crypto/sha512 crypto/md5 embed encoding/ascii85 " +
	"encoding/asn1 expvar hash hash/crc32 hash/maphash html mime/quotedprintable net/http/cookiejar net/http/httputil net/mail net/rpc net/smtp " +
	"os/user runtime strconv testing testing/fstest testing/iotest text/scanner time/tzdata unicode/utf16 weak runtime/pprof index/suffixarray crypto/tls log/syslog os/signal runtime/debug database/sql/driver encoding go/format")

var newWorld = sync.OnceValues(func() (*world, error) {
	wanted := append(slices.Clone(standard), "github.com/google/uuid", "google.golang.org/grpc", "google.golang.org/grpc/codes",
		"google.golang.org/grpc/metadata", "google.golang.org/grpc/status", "github.com/daxis-io/arco-audit/audit", "github.com/daxis-io/arco-audit/audit/audithttp",
		"github.com/daxis-io/arco-audit/redact")
	exports, err := compiletest.List(".", wanted...)
	if err != nil {
		return nil, err
	}
	w := &world{fset: token.NewFileSet(), packages: make(map[string]*packages.Package), names: make(map[string]string), sources: make(map[string]string)}
	w.real = exports.Importer(w.fset)
	for _, p := range append(wanted, "unsafe") {
		w.names[path.Base(p)] = p
	}
	archive, err := txtar.ParseFile(filepath.Join("testdata", "corpus", "stubs.txtar"))
	if err != nil {
		return nil, err
	}
	for _, f := range archive.Files {
		p := path.Dir(f.Name)
		if err := w.add(p, string(f.Data), true); err != nil {
			return nil, err
		}
		w.names[w.packages[p].Name] = p
	}
	delete(w.names, "v5")
	return w, nil
})

// Import finds a package for the type checker.
func (w *world) Import(p string) (*types.Package, error) {
	if known := w.packages[p]; known != nil {
		return known.Types, nil
	}
	return w.real.Import(p)
}

// add type-checks one package of one file.
func (w *world) add(importPath, source string, stub bool) error {
	w.sources[importPath] = source
	file, err := parser.ParseFile(w.fset, importPath+"/program.go", source, parser.ParseComments)
	if err != nil {
		return err
	}
	info := &types.Info{Types: map[ast.Expr]types.TypeAndValue{}, Defs: map[*ast.Ident]types.Object{}, Uses: map[*ast.Ident]types.Object{},
		Implicits: map[ast.Node]types.Object{}, Instances: map[*ast.Ident]types.Instance{}, Scopes: map[ast.Node]*types.Scope{},
		Selections: map[*ast.SelectorExpr]*types.Selection{}, FileVersions: map[*ast.File]string{}}
	config := types.Config{Importer: w, GoVersion: "go1.25"}
	pkg, err := config.Check(importPath, w.fset, []*ast.File{file}, info)
	if err != nil {
		return err
	}
	p := &packages.Package{ID: importPath, PkgPath: importPath, Name: pkg.Name(), Fset: w.fset, Syntax: []*ast.File{file}, Types: pkg,
		TypesInfo: info, TypesSizes: types.SizesFor("gc", "amd64"), Imports: map[string]*packages.Package{}}
	if !stub {
		p.Module = &packages.Module{Path: "example.com/program", Main: true}
	} else {
		p.Module = &packages.Module{Path: importPath, Version: "v1.0.0"}
	}
	for _, imp := range pkg.Imports() {
		if known := w.packages[imp.Path()]; known != nil {
			p.Imports[imp.Path()] = known
		}
	}
	w.packages[importPath] = p
	return nil
}

// program is a package of the corpus with the packages that it comes with.
type program struct {
	name  string
	files []txtar.File // the last one is the program itself
}

func readPrograms(t *testing.T, dir, pattern string) []program {
	t.Helper()
	names, err := filepath.Glob(filepath.Join("testdata", dir, pattern))
	require.NoError(t, err)
	var out []program
	for _, name := range names {
		archive, err := txtar.ParseFile(name)
		require.NoError(t, err)
		var with []txtar.File
		for _, f := range archive.Files {
			with = append(with, f)
			if !strings.Contains(f.Name, "/") {
				out = append(out, program{name: strings.TrimSuffix(filepath.Base(name), ".txtar") + "/" + f.Name, files: with})
				with = nil
			}
		}
	}
	return out
}

// load adds the imports and type-checks a program.
func (w *world) load(p program) (*packages.Package, error) {
	names := make(map[string]string)
	var importPath string
	for i, f := range p.files {
		importPath = "example.com/program/" + p.name
		if i < len(p.files)-1 {
			importPath += "/" + path.Base(f.Name)
			names[path.Base(f.Name)] = importPath
		}
		source := string(f.Data)
		if !strings.HasPrefix(strings.TrimSpace(source), "package") {
			source = w.imports(path.Base(importPath), source, names)
		}
		if err := w.add(importPath, source, false); err != nil {
			return nil, fmt.Errorf("%s: %w", p.name, err)
		}
	}
	return w.packages[importPath], nil
}

// imports writes the import clause that source needs.
func (w *world) imports(name, source string, own map[string]string) string {
	file, err := parser.ParseFile(token.NewFileSet(), "", "package "+name+"\n"+source, 0)
	if err != nil {
		return "package " + name + "\n" + source
	}
	used := make(map[string]bool)
	ast.Inspect(file, func(n ast.Node) bool {
		if sel, ok := n.(*ast.SelectorExpr); ok {
			if id, ok := sel.X.(*ast.Ident); ok && id.Obj == nil {
				used[id.Name] = true
			}
		}
		return true
	})
	var b strings.Builder
	b.WriteString("package " + name + "\n\nimport (\n")
	for id := range used {
		p := own[id]
		if p == "" {
			p = w.names[id]
		}
		if p != "" {
			fmt.Fprintf(&b, "\t%s %q\n", id, p)
		}
	}
	b.WriteString(")\n\n" + source)
	return b.String()
}

// reports runs the analyzers on one program and returns the messages by line.
func (w *world) reports(t *testing.T, pkg *packages.Package, analyzers ...*analysis.Analyzer) map[int][]string {
	t.Helper()
	graph, err := checker.Analyze(analyzers, []*packages.Package{pkg}, nil)
	require.NoError(t, err)
	out := make(map[int][]string)
	for action := range graph.All() {
		require.NoError(t, action.Err, "%s on %s", action.Analyzer, pkg)
		if strings.HasPrefix(action.Package.PkgPath, pkg.PkgPath) {
			for _, d := range action.Diagnostics {
				line := w.fset.Position(d.Pos).Line
				out[line] = append(out[line], d.Message)
			}
		}
	}
	return out
}

// edited returns the source of a package with one edit.
func (w *world) edited(importPath string, pos, end token.Pos, text string) string {
	source := w.sources[importPath]
	return source[:w.fset.Position(pos).Offset] + text + source[w.fset.Position(end).Offset:]
}

// TestCorpus holds the flow analyzer to the share of leaks that it must find and of false alarms that it may raise.
func TestCorpus(t *testing.T) {
	w, err := newWorld()
	require.NoError(t, err)
	tests := []struct {
		name, pattern string
		leaks         bool
		atMost        float64 // share of programs that are judged wrongly
	}{
		{"leaking programs are found", "leak*.txtar", true, 0.05},
		{"safe programs pass", "safe*.txtar", false, 0.02},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			programs := readPrograms(t, "corpus", tt.pattern)
			wrong := 0
			for _, p := range programs {
				pkg, err := w.load(p)
				require.NoError(t, err)
				found := w.reports(t, pkg, auditvet.Analyzers()...)
				if (len(found) > 0) != tt.leaks {
					wrong++
					t.Logf("wrong: %s %v", p.name, found)
				}
			}
			t.Logf("%d programs, %d judged wrongly", len(programs), wrong)
			assert.LessOrEqual(t, float64(wrong)/float64(len(programs)), tt.atMost)
		})
	}
}
