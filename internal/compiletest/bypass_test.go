package compiletest_test

import (
	"bytes"
	"encoding/gob"
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"reflect"
	"strings"
	"testing"

	"github.com/daxis-io/arco-audit/audit"
	"github.com/daxis-io/arco-audit/internal/compiletest"
	"github.com/daxis-io/arco-audit/redact/auditvet"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/tools/go/analysis/checker"
	"golang.org/x/tools/go/packages"
)

// bypasses are the known ways around the types, each with the layer that stops it: the type checker says message, or
// it compiles and auditvet says message. What happens at run time is in the tests below.
var bypasses = []struct{ name, layer, declarations, body, message string }{
	{"defined type as a reason", "types", "", `use(audit.CredVendDeny(table, own, vend))`,
		"cannot use own (variable of uint8 type ownReason) as audit.VendReason value"},
	{"embedded reason", "types", "", `use(audit.CredVendDeny(table, wrapped, vend))`,
		"cannot use wrapped (variable of struct type wrapsReason) as audit.VendReason value"},
	{"embedded event", "types", "", `use(trail.Emit(ctx, wrappedEvent))`,
		"cannot use wrappedEvent (variable of struct type wrapsEvent) as audit.Event value"},
	{"defined type with the structure of a part", "types", "type fake audit.Tenant\n", `use(audit.TenantActor(fake{}))`,
		"cannot use fake{} (value of struct type fake) as audit.Tenant value"},
	{"generic conversion to a part", "types", "func as[T any](s string) T { return T(s) }\n", `use(as[audit.Tenant](text))`,
		"cannot convert s (variable of type string) to type T"},
	{"decoding into an event as its own decoder", "types", "", `var d interface{ UnmarshalJSON([]byte) error } = &wrappedEvent.Event; use(d)`,
		"missing method UnmarshalJSON"},
	{"generic inference", "vet", "func launder[T ~string, R any](f func(T, string) R, s string) R { return f(T(s), \"x\") }\n",
		`use(launder(audit.NewResource, text))`, "audit.NewResource takes constants and is used as a value here"},
	{"inference by the methods of a constraint", "vet",
		"type denier[T ~string] interface{ Deny(audit.Resource, T) audit.Event }\nfunc deny[T ~string, D denier[T]](d D, s string) audit.Event { return d.Deny(resource, T(s)) }\n",
		`use(deny(kind, text))`, "deny is instantiated with the type of constants"},
	{"reflection on a function", "vet", "", `use(reflect.ValueOf(audit.NewResource))`, "audit.NewResource takes constants and is used as a value here"},
	{"reflection on a method", "vet", "", `use(reflect.ValueOf(kind).MethodByName("Deny"))`, "audit.Kind is given to reflection"},
	{"method value", "vet", "", `f := kind.Deny; use(f)`, "audit.Deny takes constants and is used as a value here"},
	{"flattened secret", "vet", "", `use(audit.NewTenant(secret.Expose()))`, "exposed redact.Secret"},
	{"error text as a name", "vet", "", `_, e := http.Get(text); use(audit.NewPlanID(e.Error()))`, "text of an error"},
	{"constant that is a secret", "vet", "", `use(audit.NewTenant("-----BEGIN " + "PRIVATE KEY-----\nMIIE\n-----END " + "PRIVATE KEY-----"))`, "is a secret of kind"},
	{"number as a reason", "vet", "", `use(audit.CredVendDeny(table, 0, vend))`, "has no name and is written as unspecified"},
}

func TestBypassesAreStopped(t *testing.T) {
	for _, tt := range bypasses {
		t.Run(tt.layer+"/"+tt.name, func(t *testing.T) {
			e, err := exports()
			require.NoError(t, err)
			source := strings.Replace(prelude, "/*DECLARATIONS*/\n", "var _ = reflect.ValueOf\n\n", 1)
			source = strings.Replace(source, `"net/http"`, "\"net/http\"\n\t\"reflect\"", 1)
			if tt.layer == "types" {
				program, err := compiletest.New(e, source)
				require.NoError(t, err)
				source = strings.Replace(source, "func use(", tt.declarations+"func use(", 1)
				if tt.declarations != "" && !strings.Contains(tt.declarations, "func") {
					program, err = compiletest.New(e, source)
					require.NoError(t, err)
				}
				assert.Contains(t, messages(program, e, source, tt.body), tt.message)
				return
			}
			source = strings.Replace(source, "func use(", tt.declarations+"func use(", 1)
			program, err := compiletest.New(e, source)
			require.NoError(t, err)
			require.Empty(t, program.Check(tt.body), "it compiles: the types do not stop it")
			assert.Contains(t, vet(t, e, strings.Replace(source, compiletest.Hole, tt.body, 1)), tt.message)
		})
	}
}

// messages joins what the type checker says about the body and the declarations before it.
func messages(program *compiletest.Program, e *compiletest.Exports, source, body string) string {
	var out strings.Builder
	for _, p := range program.Check(body) {
		out.WriteString(p.Message + "\n")
	}
	whole := types.Config{Importer: e.Importer(token.NewFileSet()), Error: func(err error) { out.WriteString(err.Error() + "\n") }}
	fset := token.NewFileSet()
	if file, err := parser.ParseFile(fset, "program.go", strings.Replace(source, compiletest.Hole, body, 1), 0); err == nil {
		_, _ = whole.Check("program", fset, []*ast.File{file}, nil)
	}
	return out.String()
}

// vet runs the analyzers on a program that compiles.
func vet(t *testing.T, e *compiletest.Exports, source string) string {
	t.Helper()
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "program.go", source, parser.ParseComments)
	require.NoError(t, err)
	info := &types.Info{Types: map[ast.Expr]types.TypeAndValue{}, Defs: map[*ast.Ident]types.Object{}, Uses: map[*ast.Ident]types.Object{},
		Implicits: map[ast.Node]types.Object{}, Instances: map[*ast.Ident]types.Instance{}, Scopes: map[ast.Node]*types.Scope{},
		Selections: map[*ast.SelectorExpr]*types.Selection{}, FileVersions: map[*ast.File]string{}}
	config := types.Config{Importer: e.Importer(fset), GoVersion: "go1.25"}
	pkg, err := config.Check("program", fset, []*ast.File{file}, info)
	require.NoError(t, err)
	graph, err := checker.Analyze(auditvet.Analyzers(), []*packages.Package{{ID: "program", PkgPath: "program", Name: "program", Fset: fset,
		Syntax: []*ast.File{file}, Types: pkg, TypesInfo: info, TypesSizes: types.SizesFor("gc", "amd64")}}, nil)
	require.NoError(t, err)
	var out strings.Builder
	for action := range graph.All() {
		require.NoError(t, action.Err)
		for _, d := range action.Diagnostics {
			out.WriteString(d.Message + "\n")
		}
	}
	return out.String()
}

// TestDecodingMakesNoEvent shows the layer that stops decoding: opaque values have no exported field and no decoder,
// so that nothing of the input gets in.
func TestDecodingMakesNoEvent(t *testing.T) {
	decode := func(text string, into any) error { return json.Unmarshal([]byte(text), into) }
	var event audit.Event
	require.NoError(t, decode(`{"action":5,"reason":"text","Reason":"text"}`, &event))
	assert.True(t, reflect.ValueOf(event).IsZero(), "encoding/json")
	var tenant audit.Tenant
	require.NoError(t, decode(`{"t":{"s":"text"}}`, &tenant))
	assert.True(t, tenant.IsZero())
	assert.Error(t, decode(`"text"`, &tenant))
	assert.Error(t, gob.NewEncoder(new(bytes.Buffer)).Encode(event), "encoding/gob refuses types without exported fields")
}

// TestReflectionCannotSet shows that reflection reads and writes no unexported field; only unsafe does.
func TestReflectionCannotSet(t *testing.T) {
	event := new(audit.Event)
	for i := range reflect.TypeFor[audit.Event]().NumField() {
		assert.False(t, reflect.ValueOf(event).Elem().Field(i).CanSet(), reflect.TypeFor[audit.Event]().Field(i).Name)
	}
}
