package catalog_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/daxis-io/arco-audit/audit/auditread"
	"github.com/daxis-io/arco-audit/examples/catalog"
	"github.com/daxis-io/arco-audit/redact"
)

func TestServiceSaysWhomItRefuses(t *testing.T) {
	h := seeded(t, catalog.Config{})
	with := func(change func(*catalog.Claims)) string { return "Bearer " + h.token(change) }
	foreign, err := catalog.NewBearer("issuer", "audience").Sign(catalog.Claims{Subject: "ada", Tenant: "acme", Workspace: "w", Expires: time.Now().Add(time.Hour).Unix()})
	require.NoError(t, err)
	for _, tt := range []struct{ name, header, reason string }{
		{"none", "", "missing_token"},
		{"no token", "Bearer x", "malformed_token"},
		{"another key", "Bearer " + foreign, "bad_signature"},
		{"expired", with(func(c *catalog.Claims) { c.Expires = 1 }), "token_expired"},
		{"not yet valid", with(func(c *catalog.Claims) { c.NotBefore = time.Now().Add(time.Hour).Unix() }), "token_not_yet_valid"},
		{"another issuer", with(func(c *catalog.Claims) { c.Issuer = "x" }), "wrong_issuer"},
		{"another audience", with(func(c *catalog.Claims) { c.Audience = "x" }), "wrong_audience"},
		{"no tenant", with(func(c *catalog.Claims) { c.Tenant = "No Name" }), "malformed_token"},
		{"claims that are none", "Bearer " + h.bearer.Forge("[]"), "malformed_token"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			h.taken = nil
			got := h.send("DELETE", ordersPath, "", "Authorization", tt.header)
			assert.Equal(t, http.StatusUnauthorized, got.status)
			assert.Contains(t, got.body, "NotAuthorizedException")
			events := slices.DeleteFunc(slices.Clone(h.events()), func(e auditread.Entry) bool { return e.Category != "auth" })
			require.Equal(t, []string{"AUTH_DENY " + tt.reason + " DELETE /v1/{prefix}/namespaces/{namespace}/tables/{table}"}, told(events))
			assert.Equal(t, "anonymous", events[0].Actor)
			assert.Equal(t, events[0].ID.String(), got.header.Get(catalog.EventIDHeader))
			assert.Empty(t, h.decisions())
		})
	}
}

func TestServiceIsReadyWhileItsTrailIs(t *testing.T) {
	h := seeded(t, catalog.Config{})
	assert.Equal(t, http.StatusNoContent, h.send("GET", "/healthz", "").status)
	assert.Equal(t, http.StatusNoContent, h.send("GET", "/readyz", "").status)
	require.NoError(t, h.trail.Close(t.Context()))
	assert.Equal(t, http.StatusNoContent, h.send("GET", "/healthz", "").status)
	assert.Equal(t, http.StatusServiceUnavailable, h.send("GET", "/readyz", "").status)
	assert.Equal(t, http.StatusServiceUnavailable, h.send("GET", ordersPath, "").status, "nobody gets in off the record")
	assert.Equal(t, http.StatusUnauthorized, h.send("GET", ordersPath, "", "Authorization", "").status, "a deny stays a deny")
}

var label = regexp.MustCompile(`([a-zA-Z_]+)="`)

func TestServiceMetricsNameNobody(t *testing.T) {
	h := seeded(t, catalog.Config{Provider: catalog.NewSigner()})
	h.send("GET", ordersPath+"/credentials", "")
	h.send("DELETE", salesTables+"/nothing", "")
	h.decisions()
	metrics := h.send("GET", "/metrics", "").body
	assert.Contains(t, metrics, `action="CRED_VEND_ALLOW"`)
	assert.Contains(t, metrics, "arco_audit_ready_ratio 1")
	for line := range strings.SplitSeq(metrics, "\n") {
		if strings.HasPrefix(line, "#") {
			continue
		}
		for _, found := range label.FindAllStringSubmatch(line, -1) {
			assert.Contains(t, []string{"action", "outcome", "reason", "route"}, found[1], line)
		}
		for _, name := range []string{"acme", "ada", "sales", "orders"} {
			assert.NotContains(t, line, name)
		}
	}
}

func TestNewServiceSaysWhatIsWrong(t *testing.T) {
	h := newHarness(t, catalog.Config{})
	whole := catalog.ServiceConfig{Config: catalog.Config{Trail: h.trail.Trail, Warehouse: t.TempDir()}, Telemetry: h.trail.Telemetry, Bearer: h.bearer}
	for _, tt := range []struct {
		name  string
		spoil func(*catalog.ServiceConfig)
		want  string
	}{
		{"no trail", func(c *catalog.ServiceConfig) { c.Trail = nil }, "Config.Trail is nil"},
		{"no telemetry", func(c *catalog.ServiceConfig) { c.Telemetry = nil }, "Telemetry is nil"},
		{"no bearer", func(c *catalog.ServiceConfig) { c.Bearer = nil }, "Bearer is nil"},
		{"proxies", func(c *catalog.ServiceConfig) { c.TrustedProxies = -1 }, "TrustedProxies is negative"},
		{"patience", func(c *catalog.ServiceConfig) { c.Patience = -1 }, "Config.Patience"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := whole
			tt.spoil(&c)
			service, err := catalog.NewService(c)
			assert.ErrorContains(t, err, tt.want)
			assert.Nil(t, service)
		})
	}
	for name, open := range map[string]func() (*catalog.Bearer, error){
		"short key": func() (*catalog.Bearer, error) {
			return catalog.OpenBearer("i", "a", redact.NewSecret([]byte("short")))
		},
		"no audience": func() (*catalog.Bearer, error) {
			return catalog.OpenBearer("i", "", redact.NewSecret(make([]byte, 32)))
		},
	} {
		_, err := open()
		assert.Error(t, err, name)
	}
}

func TestRunRefusesToStart(t *testing.T) {
	key := make([]byte, 32)
	rand.Read(key)
	good := map[string]string{
		"ARCO_CATALOG_LISTEN": "127.0.0.1:0", "ARCO_CATALOG_WAREHOUSE": t.TempDir(), "ARCO_CATALOG_CREDENTIALS": "local",
		"ARCO_CATALOG_JWT_HS256": base64.StdEncoding.EncodeToString(key), "ARCO_CATALOG_JWT_ISSUER": "i", "ARCO_CATALOG_JWT_AUDIENCE": "a",
		"ARCO_AUDIT_SERVICE": "catalog", "ARCO_AUDIT_ENVIRONMENT": "test", "ARCO_AUDIT_VOLATILE": "true", "ARCO_AUDIT_KEYS": "ephemeral",
	}
	providers := map[string]catalog.ProviderFromEnv{
		"ours": func(getenv func(string) string) (catalog.Provider, error) { return catalog.NewSigner(), nil },
		"none": func(func(string) string) (catalog.Provider, error) { return nil, errors.New("no account was given") },
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	for _, tt := range []struct{ name, variable, value, want string }{
		{"whole", "", "", ""},
		{"no service name", "ARCO_AUDIT_SERVICE", "", "Config.Service is empty"},
		{"no durability", "ARCO_AUDIT_VOLATILE", "", "Config.Dir is empty"},
		{"no keys", "ARCO_AUDIT_KEYS", "", "Config.Keys is unset"},
		{"ephemeral keys in production", "ARCO_AUDIT_ENVIRONMENT", "prod", "Config.Keys is ephemeral"},
		{"warehouse", "ARCO_CATALOG_WAREHOUSE", "", "Config.Warehouse is empty"},
		{"provider", "ARCO_CATALOG_CREDENTIALS", "magic", "ARCO_CATALOG_CREDENTIALS is unknown: use none or ours or local,"},
		{"provider without an account", "ARCO_CATALOG_CREDENTIALS", "none", "no account was given"},
		{"provider of the caller", "ARCO_CATALOG_CREDENTIALS", "ours", ""},
		{"key", "ARCO_CATALOG_JWT_HS256", "%", "ARCO_CATALOG_JWT_HS256 is not standard base64"},
		{"no key", "ARCO_CATALOG_JWT_HS256", "", "too short"},
		{"address", "ARCO_CATALOG_LISTEN", "256.0.0.1:x", "ARCO_CATALOG_LISTEN"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var out, log bytes.Buffer
			err := catalog.Run(ended, func(name string) string {
				if name == tt.variable {
					return tt.value
				}
				return good[name]
			}, &out, &log, providers)
			if tt.want == "" {
				require.NoError(t, err)
				assert.Contains(t, out.String(), "TRAIL_CLOSED")
				return
			}
			assert.ErrorContains(t, err, tt.want)
		})
	}
}
