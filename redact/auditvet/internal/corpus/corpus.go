// Package corpus loads the programs in testdata on which auditvet is measured: they are type-checked against the real
// packages of this module and the standard library, and against declarations of third-party packages.
package corpus

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

	"golang.org/x/tools/go/packages"
	"golang.org/x/tools/txtar"
)

// World type-checks programs against the real packages of this module and the standard library, and against
// declarations of third-party packages.
type World struct {
	Fset     *token.FileSet
	real     types.Importer
	packages map[string]*packages.Package
	names    map[string]string // import path by package name
	Sources  map[string]string // by import path
}

var standard = strings.Fields("bytes context encoding/base64 encoding/hex encoding/json errors fmt io iter net/http net/http/httputil " +
	"net/url os path reflect slices maps sort strconv strings sync sync/atomic time crypto/rsa crypto/x509 crypto/sha256 crypto/hmac " +
	"crypto/subtle bufio text/template encoding/pem regexp log/slog math/big encoding/binary unicode/utf8 encoding/gob encoding/xml " +
	"os/exec io/fs flag container/list html/template compress/gzip crypto/ecdsa crypto/ed25519 unique cmp net net/netip net/textproto unicode hash/fnv " +
	"encoding/csv container/ring mime text/tabwriter net/http/httptest crypto/rand crypto crypto/elliptic database/sql encoding/base32 container/heap log mime/multipart path/filepath " +
	"archive/tar archive/zip compress/flate compress/zlib compress/bzip2 crypto/aes crypto/cipher crypto/sha1 crypto/sha512 crypto/md5 embed encoding/ascii85 " +
	"encoding/asn1 expvar hash hash/crc32 hash/maphash html mime/quotedprintable net/http/cookiejar net/http/httputil net/mail net/rpc net/smtp " +
	"os/user runtime strconv testing testing/fstest testing/iotest text/scanner time/tzdata unicode/utf16 weak runtime/pprof index/suffixarray crypto/tls log/syslog os/signal runtime/debug database/sql/driver encoding go/format")

// Exports gives an importer of the compiler's types of these packages and all that they import.
type Exports func(fset *token.FileSet, packages ...string) (types.Importer, error)

// New returns a world of the packages that programs may import. dir is the directory of package auditvet.
func New(dir string, exports Exports) (*World, error) {
	wanted := append(slices.Clone(standard), "github.com/google/uuid", "google.golang.org/grpc", "google.golang.org/grpc/codes",
		"google.golang.org/grpc/metadata", "google.golang.org/grpc/status", "github.com/daxis-io/arco-audit/audit", "github.com/daxis-io/arco-audit/audit/audithttp",
		"github.com/daxis-io/arco-audit/redact")
	w := &World{Fset: token.NewFileSet(), packages: make(map[string]*packages.Package), names: make(map[string]string), Sources: make(map[string]string)}
	var err error
	if w.real, err = exports(w.Fset, wanted...); err != nil {
		return nil, err
	}
	for _, p := range append(wanted, "unsafe") {
		w.names[path.Base(p)] = p
	}
	archive, err := txtar.ParseFile(filepath.Join(dir, "testdata", "corpus", "stubs.txtar"))
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
}

// Import finds a package for the type checker.
func (w *World) Import(p string) (*types.Package, error) {
	if known := w.packages[p]; known != nil {
		return known.Types, nil
	}
	return w.real.Import(p)
}

// add type-checks one package of one file.
func (w *World) add(importPath, source string, stub bool) error {
	w.Sources[importPath] = source
	file, err := parser.ParseFile(w.Fset, importPath+"/program.go", source, parser.ParseComments)
	if err != nil {
		return err
	}
	info := &types.Info{Types: map[ast.Expr]types.TypeAndValue{}, Defs: map[*ast.Ident]types.Object{}, Uses: map[*ast.Ident]types.Object{},
		Implicits: map[ast.Node]types.Object{}, Instances: map[*ast.Ident]types.Instance{}, Scopes: map[ast.Node]*types.Scope{},
		Selections: map[*ast.SelectorExpr]*types.Selection{}, FileVersions: map[*ast.File]string{}}
	config := types.Config{Importer: w, GoVersion: "go1.25"}
	pkg, err := config.Check(importPath, w.Fset, []*ast.File{file}, info)
	if err != nil {
		return err
	}
	p := &packages.Package{ID: importPath, PkgPath: importPath, Name: pkg.Name(), Fset: w.Fset, Syntax: []*ast.File{file}, Types: pkg,
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

// Program is a package of the corpus with the packages that it comes with.
type Program struct {
	Name  string
	Files []txtar.File // the last one is the program itself
}

// Read reads the programs of archives; pattern is that of filepath.Glob.
func Read(pattern string) ([]Program, error) {
	names, err := filepath.Glob(pattern)
	if err != nil {
		return nil, err
	}
	var out []Program
	for _, name := range names {
		archive, err := txtar.ParseFile(name)
		if err != nil {
			return nil, err
		}
		var with []txtar.File
		for _, f := range archive.Files {
			with = append(with, f)
			if !strings.Contains(f.Name, "/") {
				out = append(out, Program{Name: strings.TrimSuffix(filepath.Base(name), ".txtar") + "/" + f.Name, Files: with})
				with = nil
			}
		}
	}
	return out, nil
}

// Load adds the imports and type-checks a program.
func (w *World) Load(p Program) (*packages.Package, error) {
	names := make(map[string]string)
	var importPath string
	for i, f := range p.Files {
		importPath = "example.com/program/" + p.Name
		if i < len(p.Files)-1 {
			importPath += "/" + path.Base(f.Name)
			names[path.Base(f.Name)] = importPath
		}
		source := string(f.Data)
		if !strings.HasPrefix(strings.TrimSpace(source), "package") {
			source = w.imports(path.Base(importPath), source, names)
		}
		if err := w.add(importPath, source, false); err != nil {
			return nil, fmt.Errorf("%s: %w", p.Name, err)
		}
	}
	return w.packages[importPath], nil
}

// imports writes the import clause that source needs.
func (w *World) imports(name, source string, own map[string]string) string {
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
