package audit_test

import (
	"crypto/rand"
	"encoding/base64"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/daxis-io/arco-audit/audit"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// variables is an environment that keeps which names were asked for.
type variables struct {
	values map[string]string
	asked  []string
}

func (v *variables) get(name string) string {
	v.asked = append(v.asked, name)
	return v.values[name]
}

// fromEnv reads a configuration from values, whose names lack the prefix.
func fromEnv(values map[string]string) (audit.Config, error) {
	v := variables{values: map[string]string{}}
	for name, value := range values {
		v.values["ARCO_AUDIT_"+name] = value
	}
	return audit.ConfigFromEnv(v.get)
}

// keyMaterial is a ring of one random key, as its variable holds it.
func keyMaterial() string {
	b := make([]byte, 32)
	_, _ = rand.Read(b)
	return "k1:" + base64.StdEncoding.EncodeToString(b)
}

func TestConfigFromEnvReadsEveryVariable(t *testing.T) {
	c, err := fromEnv(map[string]string{
		"SERVICE": "catalog", "ENVIRONMENT": "prod", "INSTANCE": "i-1", "POLICY_VERSION": "v2", "DIR": " /var/lib/arco/audit\n",
		"VOLATILE": "true", "KEYS": keyMaterial(), "CRITICAL": "AUTH_ALLOW, CRED_VEND_DENY", "KEEP_BYTES": "2MiB",
		"KEEP_AGE": "24h", "DENY_TENANT_RATE": "0.5", "DENY_TENANT_BURST": "20",
		"DENY_UNAUTHENTICATED_RATE": "50", "DENY_UNAUTHENTICATED_BURST": "60", "TENANT_SHARE": "0.25", "SYNC_EVERY": "20ms", "RETIRED": "old, , older",
		"START_TIMEOUT": "1m30s", "START_OFFLINE": "true", "STRICT": "true", "ORIGIN_MODE": "keyed",
	})
	require.NoError(t, err)
	assert.Equal(t, []string{"k1"}, c.Keys.IDs())
	c.Keys = audit.Config{}.Keys
	assert.Equal(t, audit.Config{
		Service: "catalog", Environment: "prod", Instance: "i-1", PolicyVersion: "v2", Dir: "/var/lib/arco/audit", Volatile: true,
		Critical: []audit.Action{audit.ActionAuthAllow, audit.ActionCredVendDeny}, Keep: audit.Keep{Bytes: 2 << 20, Age: 24 * time.Hour},
		DenyLimit: audit.DenyLimit{
			PerTenant:       audit.RateLimit{PerSecond: 0.5, Burst: 20},
			Unauthenticated: audit.RateLimit{PerSecond: 50, Burst: 60},
		},
		TenantShare: 0.25, SyncEvery: 20 * time.Millisecond, Retired: []string{"old", "older"},
		StartTimeout: 90 * time.Second, StartOffline: true, Strict: true, OriginMode: audit.OriginKeyed,
	}, c)
}

func TestConfigFromEnvLeavesTheRestToOpen(t *testing.T) {
	c, err := fromEnv(nil)
	require.NoError(t, err)
	assert.True(t, reflect.DeepEqual(audit.Config{}, c))
	_, err = audit.ConfigFromEnv(nil)
	assert.EqualError(t, err, "audit: getenv is nil: pass os.Getenv")
}

func TestConfigFromEnvForms(t *testing.T) {
	cases := []struct {
		name, variable, value string
		got                   func(audit.Config) any
		want                  any
	}{
		{"false", "VOLATILE", "false", func(c audit.Config) any { return c.Volatile }, false},
		{"plain bytes", "KEEP_BYTES", "1048577", func(c audit.Config) any { return c.Keep.Bytes }, int64(1048577)},
		{"kibibytes", "KEEP_BYTES", "1024 KiB", func(c audit.Config) any { return c.Keep.Bytes }, int64(1 << 20)},
		{"gibibytes", "KEEP_BYTES", "3GiB", func(c audit.Config) any { return c.Keep.Bytes }, int64(3 << 30)},
		{"prefix", "ORIGIN_MODE", "prefix", func(c audit.Config) any { return c.OriginMode }, audit.OriginPrefix},
		{"full", "ORIGIN_MODE", "full", func(c audit.Config) any { return c.OriginMode }, audit.OriginFull},
		{"off", "ORIGIN_MODE", "off", func(c audit.Config) any { return c.OriginMode }, audit.OriginOff},
		{"ephemeral keys", "KEYS", "ephemeral", func(c audit.Config) any { return c.Keys.Ephemeral() }, true},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			config, err := fromEnv(map[string]string{c.variable: c.value})
			require.NoError(t, err)
			assert.Equal(t, c.want, c.got(config))
		})
	}
}

func TestConfigFromEnvNamesVariableAndRemedyNeverTheValue(t *testing.T) {
	const odd = "Qx7-odd-value"
	cases := []struct{ name, variable, value, remedy string }{
		{"flag", "VOLATILE", odd, "use one of the two words"},
		{"flag in capitals", "STRICT", "TRUE", "use one of the two words"},
		{"offline", "START_OFFLINE", "1", "use one of the two words"},
		{"legacy", "KEYS_LEGACY", odd, "use one of the two words"},
		{"share", "TENANT_SHARE", odd, "such as 0.25"},
		{"share above 1", "TENANT_SHARE", "1.5", "such as 0.25"},
		{"duration", "START_TIMEOUT", odd, "such as 10s"},
		{"duration without a unit", "START_TIMEOUT", "10", "such as 10s"},
		{"negative duration", "START_TIMEOUT", "-10s", "such as 10s"},
		{"bytes", "KEEP_BYTES", odd, "such as 64MiB"},
		{"bytes beyond 2^62", "KEEP_BYTES", "9007199254740993GiB", "such as 64MiB"},
		{"negative bytes", "KEEP_BYTES", "-4096", "such as 64MiB"},
		{"actions", "CRITICAL", "AUTH_DENY," + odd, "position 2"},
		{"rate", "DENY_TENANT_RATE", odd, "above 0 and up to 1000000"},
		{"negative rate", "DENY_UNAUTHENTICATED_RATE", "-3", "above 0"},
		{"no number", "DENY_TENANT_RATE", "NaN", "above 0"},
		{"burst of parts", "DENY_TENANT_BURST", "1.5", "use digits only"},
		{"mode", "ORIGIN_MODE", odd, "use prefix, full, keyed or off"},
		{"keys", "KEYS", odd, "not standard base64"},
		{"short key", "KEYS", "k1:" + base64.StdEncoding.EncodeToString([]byte(odd)), "use at least 32 random bytes"},
		{"file", "KEYS_FILE", "/" + odd, "check the path"},
		{"directory", "KEYS_FILE", os.TempDir(), "check the path"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			config, err := fromEnv(map[string]string{c.variable: c.value})
			require.Error(t, err)
			assert.Regexp(t, "^audit: ARCO_AUDIT_"+c.variable+" ", err.Error())
			assert.ErrorContains(t, err, c.remedy)
			assert.NotContains(t, strings.TrimPrefix(err.Error(), "audit: ARCO_AUDIT_"), odd)
			assert.NotContains(t, strings.ReplaceAll(err.Error(), "position", ""), " "+c.value+" ")
			assert.True(t, config.Keys.IsZero())
		})
	}
}

func TestConfigFromEnvJoinsEverythingThatIsWrong(t *testing.T) {
	_, err := fromEnv(map[string]string{"STRICT": "x", "ORIGIN_MODE": "x", "START_TIMEOUT": "x"})
	require.Error(t, err)
	assert.Len(t, strings.Split(err.Error(), "\n"), 3)
}

func TestConfigFromEnvKeysFromAFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "keys")
	material := keyMaterial()
	require.NoError(t, os.WriteFile(path, []byte(material+"\n"), 0o600))
	fromFile, err := fromEnv(map[string]string{"KEYS_FILE": path})
	require.NoError(t, err)
	direct, err := fromEnv(map[string]string{"KEYS": material})
	require.NoError(t, err)
	want := direct.Keys.Pseudonym("acme", "alice")
	assert.Equal(t, want, fromFile.Keys.Pseudonym("acme", "alice"))

	legacy, err := fromEnv(map[string]string{"KEYS_FILE": path, "KEYS_LEGACY": "true"})
	require.NoError(t, err)
	assert.Equal(t, direct.Keys.WithLegacy().Pseudonym("acme", "alice"), legacy.Keys.Pseudonym("acme", "alice"))
	assert.NotEqual(t, want, legacy.Keys.Pseudonym("acme", "alice"))

	_, err = fromEnv(map[string]string{"KEYS_FILE": path, "KEYS": material})
	require.ErrorContains(t, err, "audit: ARCO_AUDIT_KEYS_FILE is set beside ARCO_AUDIT_KEYS: set one of the two")
	assert.NotContains(t, err.Error(), material[3:])

	require.NoError(t, os.WriteFile(path, make([]byte, 64<<10+1), 0o600))
	_, err = fromEnv(map[string]string{"KEYS_FILE": path})
	assert.ErrorContains(t, err, "more than 64 KiB")

	require.NoError(t, os.WriteFile(path, nil, 0o600))
	_, err = fromEnv(map[string]string{"KEYS_FILE": path})
	assert.ErrorContains(t, err, "audit: ARCO_AUDIT_KEYS_FILE holds no key ring", "an empty file is no unset variable")
}

// codeOnly are the fields that no text can fill.
var codeOnly = []string{"Routes", "Hooks", "LastResort", "Signer"}

// The table in the doc comment names exactly the variables that are read, and every field is in it or is code.
func TestConfigFromEnvTableIsComplete(t *testing.T) {
	doc := docOf(t, "env.go", "ConfigFromEnv")
	var named, fields []string
	for _, row := range regexp.MustCompile(`(?m)^\s*(ARCO_AUDIT_[A-Z_]+) +([A-Za-z.]+) `).FindAllStringSubmatch(doc, -1) {
		named = append(named, row[1])
		field, _, _ := strings.Cut(row[2], ".")
		fields = append(fields, field)
		at := reflect.TypeFor[audit.Config]()
		for part := range strings.SplitSeq(row[2], ".") {
			f, ok := at.FieldByName(part)
			require.True(t, ok, "%s: Config has no field %s", row[1], row[2])
			at = f.Type
		}
	}
	v := variables{}
	_, err := audit.ConfigFromEnv(v.get)
	require.NoError(t, err)
	slices.Sort(named)
	slices.Sort(v.asked)
	assert.Equal(t, v.asked, named)
	for f := range reflect.TypeFor[audit.Config]().Fields() {
		assert.NotEqual(t, slices.Contains(fields, f.Name), slices.Contains(codeOnly, f.Name), "%s needs a variable, or a place among the fields that are code", f.Name)
	}
}

// docOf returns the doc comment of a function.
func docOf(t *testing.T, file, name string) string {
	t.Helper()
	f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ParseComments)
	require.NoError(t, err)
	for _, d := range f.Decls {
		if fn, ok := d.(*ast.FuncDecl); ok && fn.Name.Name == name {
			return fn.Doc.Text()
		}
	}
	require.Fail(t, "no such function", name)
	return ""
}
