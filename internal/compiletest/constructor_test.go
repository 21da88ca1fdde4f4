package compiletest_test

import (
	"fmt"
	"go/token"
	"go/types"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// values are the variables of the prelude that must not get in, with the type that the message names.
var values = []struct{ expr, typ string }{
	{"text", "string"}, {"typedText", "string"}, {"defined", "definedString"}, {"err", "error"}, {"urlError", "*url.Error"},
	{"raw", "[]byte"}, {"runes", "[]rune"}, {"list", "[]string"}, {"header", "http.Header"}, {"address", "*url.URL"},
	{"query", "url.Values"}, {"cookie", "*http.Cookie"}, {"request", "*http.Request"}, {"response", "*http.Response"},
	{"token", "*oauth2Token"}, {"aws", "awsCredentials"}, {"gcp", "*gcpCredentials"}, {"azure", "azureAccessToken"},
	{"jwt", "*jwtToken"}, {"presigned", "*presignedRequest"}, {"secret", "redact.Secret[string]"},
	{"secretBytes", "redact.Secret[[]byte]"}, {"properties", "map[string]string"}, {"anything", "any"},
	{"showing", "fmt.Stringer"}, {"&buffer", "*bytes.Buffer"}, {"&builder", "*strings.Builder"}, {"reader", "io.Reader"},
	{"key", "PrivateKey"}, {"number", "float64"}, {"lazy", "func() string"}, {"seq", "func(func(string) bool)"},
	{"ch", "chan string"}, {"own", "ownReason"}, {"wrapped", "wrapsReason"}, {"wrappedEvent", "wrapsEvent"},
}

// doors are the parameters that take text, bytes or errors on purpose: identifiers, which are scanned when the
// event is made; what a sink says about itself; and the scanner's own input. A parameter that lets in one of
// values and is not here fails the test.
var doors = map[string]string{
	"audit.NewTenant s":                 "text typedText",
	"audit.NewWorkspace s":              "text typedText",
	"audit.NewRequestID s":              "text typedText",
	"audit.NewPlanID s":                 "text typedText",
	"audit.NewNamespace parts":          "list",
	"audit.NewTable namespace":          "list",
	"audit.NewTable name":               "text typedText",
	"audit.NewResource name":            "text typedText",
	"audit.NewAgent userAgent":          "text typedText",
	"audit.HTTPOperation method":        "text typedText",
	"audit.HTTPOperation routeTemplate": "text typedText",
	"audit.RPCOperation fullMethod":     "text typedText",
	"audit.Service name":                "text typedText",
	"audit.ParseTraceParent header":     "text typedText", // 55 characters of a closed grammar
	"audit.ParseAction name":            "text typedText", // compared with the known names
	"audit.ParseID s":                   "text typedText", // a UUID or an error
	"audit.ParseTrailID s":              "text typedText",
	"audit.(*Trail).Replay route":       "text typedText", // compared with the names of Config.Routes
	"audit.(*Trail).User subject":       "text typedText", // only its keyed pseudonym is recorded
	"audit.Failed err":                  "err urlError secret secretBytes",
	"audit.Poison err":                  "err urlError secret secretBytes",
	"audit.Throttled err":               "err urlError secret secretBytes",
	"audit.Down err":                    "err urlError secret secretBytes",
	"redact.Scan s":                     "text typedText",
	"redact.ScanAll s":                  "text typedText",
	"redact.Mask s":                     "text typedText",
	"redact.Explain s":                  "text typedText",
	"redact.FindEmail s":                "text typedText",
	"redact.NewText s":                  "text typedText",
	"redact.KeysFromEnv value":          "text typedText",
	"redact.NewKey id":                  "text typedText",
	"redact.NewKey secret":              "raw",
	"redact.Keys.Pseudonym tenant":      "text typedText",
	"redact.Keys.Pseudonym subject":     "text typedText",
	"redact.Keys.Candidates tenant":     "text typedText",
	"redact.Keys.Candidates subject":    "text typedText",
}

// cell is one argument of one constructor with one value.
type cell struct{ door, value, typ, call, param string }

// TestConstructorsRefuseSecrets fills every parameter of every exported function and method of audit and redact
// with every value.
func TestConstructorsRefuseSecrets(t *testing.T) {
	program := newProgram(t)
	var cells []cell
	for _, path := range []string{"audit", "redact"} {
		cells = append(cells, cellsOf(t, module+"/"+path)...)
	}
	require.Greater(t, len(cells), 20*50)
	var lines []string
	for _, c := range cells {
		lines = append(lines, c.call)
	}
	messages := make(map[int]string)
	for _, p := range program.Check(strings.Join(lines, "\n")) {
		require.NotZero(t, p.Line, "outside the hole: %s", p.Message)
		messages[p.Line] += p.Message
	}
	used := make(map[string]bool)
	for i, c := range cells {
		message, refused := messages[i+1]
		if slices.Contains(strings.Fields(doors[c.door]), c.value) {
			used[c.door] = true
			assert.False(t, refused, "%s is a door and does not compile: %s", c.call, message)
			continue
		}
		if !assert.True(t, refused, "%s compiles: %q lets %s in", c.call, c.door, c.typ) {
			continue
		}
		want := fmt.Sprintf("cannot use %s (", c.value)
		assert.Contains(t, message, want, c.call)
		assert.Regexp(t, `of ([a-z0-9]+ )?type \S*`+regexp.QuoteMeta(c.typ), message, c.call)
		assert.Contains(t, message, fmt.Sprintf("as %s value in argument to ", c.param), c.call)
	}
	for door := range doors {
		assert.Contains(t, used, door, "the list of doors names one that is closed or gone")
	}
	t.Logf("%d cells", len(cells))
}

// cellsOf enumerates the exported functions and methods of a package, so that a new one is tested from its first
// day on.
func cellsOf(t *testing.T, path string) []cell {
	t.Helper()
	e, err := exports()
	require.NoError(t, err)
	pkg, err := e.Importer(token.NewFileSet()).Import(path)
	require.NoError(t, err)
	var cells []cell
	for _, name := range pkg.Scope().Names() {
		switch o := pkg.Scope().Lookup(name).(type) {
		case *types.Func:
			if o.Exported() {
				cells = append(cells, cellsOfFunc(o, pkg.Name()+"."+name, pkg.Name()+"."+name)...)
			}
		case *types.TypeName:
			cells = append(cells, cellsOfType(o, pkg)...)
		}
	}
	return cells
}

func cellsOfType(o *types.TypeName, pkg *types.Package) []cell {
	named, ok := o.Type().(*types.Named)
	if !ok || !o.Exported() || named.TypeParams().Len() > 0 || types.IsInterface(named) {
		return nil
	}
	var cells []cell
	for m := range named.Methods() {
		if !m.Exported() || formatting[m.Name()] {
			continue
		}
		receiver, recv := pkg.Name()+"."+o.Name(), "(*new(%s))."
		if _, pointer := m.Signature().Recv().Type().(*types.Pointer); pointer {
			cells = append(cells, cellsOfFunc(m, pkg.Name()+".(*"+o.Name()+")."+m.Name(), fmt.Sprintf("new(%s).%s", receiver, m.Name()))...)
			continue
		}
		cells = append(cells, cellsOfFunc(m, receiver+"."+m.Name(), fmt.Sprintf(recv, receiver)+m.Name())...)
	}
	return cells
}

// formatting methods take what the standard library's interfaces say.
var formatting = map[string]bool{"Format": true, "Deliver": true, "UnmarshalText": true, "UnmarshalJSON": true}

func cellsOfFunc(f *types.Func, door, callee string) []cell {
	sig := f.Signature()
	if sig.TypeParams().Len() > 0 {
		return nil // NewSecret takes anything: that is what it is for
	}
	var cells []cell
	for i := range sig.Params().Len() {
		for _, v := range values {
			args := make([]string, 0, sig.Params().Len())
			for j := range sig.Params().Len() {
				if i == j {
					args = append(args, v.expr)
				} else if !sig.Variadic() || j < sig.Params().Len()-1 {
					args = append(args, good(sig.Params().At(j).Type()))
				}
			}
			p := sig.Params().At(i)
			typ := p.Type()
			if sig.Variadic() && i == sig.Params().Len()-1 {
				typ = typ.(*types.Slice).Elem()
			}
			cells = append(cells, cell{door: door + " " + p.Name(), value: v.expr, typ: v.typ, param: spell(typ),
				call: callee + "(" + strings.Join(args, ", ") + ")"})
		}
	}
	return cells
}

// good spells an argument of type t that compiles.
func good(t types.Type) string {
	if named, ok := t.(*types.Named); ok && named.Obj().Name() == "stringConstant" {
		return `"constant"`
	}
	return "*new(" + spell(t) + ")"
}

func spell(t types.Type) string {
	if named, ok := t.(*types.Named); ok && !named.Obj().Exported() && named.Obj().Pkg() != nil {
		return named.Obj().Pkg().Name() + "." + named.Obj().Name()
	}
	return types.TypeString(t, func(p *types.Package) string { return p.Name() })
}
