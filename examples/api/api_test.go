package api_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/daxis-io/arco-audit/examples/api"
	"github.com/daxis-io/arco-audit/examples/servicetest"
	"github.com/daxis-io/arco-audit/redact"
)

func TestNewRefuses(t *testing.T) {
	h := start(t, nil)
	tests := []struct {
		name  string
		spoil func(*api.Config)
		want  string
	}{
		{"no trail", func(c *api.Config) { c.Trail = nil }, "Config.Trail is nil"},
		{"no telemetry", func(c *api.Config) { c.Telemetry = nil }, "Config.Telemetry is nil"},
		{"no signer", func(c *api.Config) { c.Signer = nil }, "Config.Signer is nil"},
		{"posture", func(c *api.Config) { c.Posture = 9 }, "Config.Posture is out of range"},
		{"debug identities in private", func(c *api.Config) { c.DebugIdentities = true }, "Config.DebugIdentities is set outside development"},
		{"debug identities in public", func(c *api.Config) { c.DebugIdentities, c.Posture = true, api.Public }, "Config.DebugIdentities is set outside development"},
		{"patience", func(c *api.Config) { c.Patience = -1 }, "Config.Patience is negative"},
		{"proxies", func(c *api.Config) { c.TrustedProxies = -1 }, "Config.TrustedProxies is negative"},
		{"no issuer", func(c *api.Config) { c.Tokens.Issuer = "" }, "Config.Tokens.Issuer is empty outside development"},
		{"no audience", func(c *api.Config) { c.Tokens.Audience = "" }, "Config.Tokens.Audience is empty outside development"},
		{"no key", func(c *api.Config) { c.Tokens.HS256 = redact.Secret[[]byte]{} }, "Config.Tokens has no key"},
		{"two keys", func(c *api.Config) { c.Tokens.RS256 = &rsa.PublicKey{} }, "Config.Tokens has two keys"},
		{"short key", func(c *api.Config) { c.Tokens.HS256 = redact.NewSecret([]byte("short")) }, "Config.Tokens.HS256 is too short"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := h.config()
			tt.spoil(&c)
			service, err := api.New(c)
			assert.ErrorContains(t, err, tt.want)
			assert.Nil(t, service)
		})
	}
	t.Run("development needs neither issuer nor audience", func(t *testing.T) {
		c := h.config()
		c.Posture, c.Tokens.Issuer, c.Tokens.Audience, c.DebugIdentities = api.Development, "", "", true
		_, err := api.New(c)
		assert.NoError(t, err)
	})
}

func TestAuthentication(t *testing.T) {
	other := key()
	foreign := func(method jwt.SigningMethod, k any) string {
		s, err := jwt.NewWithClaims(method, claims()).SignedString(k)
		require.NoError(t, err)
		return s
	}
	bearer := func(s string) []string { return []string{"Authorization", "Bearer " + s} }
	h := start(t, nil)
	with := func(change func(*api.Claims)) []string { return bearer(h.token(change)) }
	tests := []struct {
		name    string
		headers []string
		status  int
		reason  string
		tenant  string
	}{
		{"good", with(nil), 200, "jwt_valid", "acme"},
		{"good within its own names", append(with(nil), "X-Tenant-Id", "acme", "X-Workspace-Id", "main"), 200, "jwt_valid", "acme"},
		{"none", nil, 401, "missing_token", ""},
		{"basic", []string{"Authorization", "Basic eDp5"}, 401, "missing_token", ""},
		{"no token of ours", bearer("opaque"), 401, "malformed_token", ""},
		{"forged", bearer(foreign(jwt.SigningMethodHS256, other)), 401, "bad_signature", ""},
		{"unsigned", bearer(foreign(jwt.SigningMethodNone, jwt.UnsafeAllowNoneSignatureType)), 401, "bad_signature", ""},
		{"other algorithm", bearer(foreign(jwt.SigningMethodHS512, h.key)), 401, "bad_signature", ""},
		{"expired", with(func(c *api.Claims) { c.ExpiresAt = jwt.NewNumericDate(time.Now().Add(-time.Hour)) }), 401, "token_expired", ""},
		{"without expiry", with(func(c *api.Claims) { c.ExpiresAt = nil }), 401, "malformed_token", ""},
		{"not yet", with(func(c *api.Claims) { c.NotBefore = jwt.NewNumericDate(time.Now().Add(time.Hour)) }), 401, "token_not_yet_valid", ""},
		{"issued in the future", with(func(c *api.Claims) { c.IssuedAt = jwt.NewNumericDate(time.Now().Add(time.Hour)) }), 401, "invalid_token", ""},
		{"issuer", with(func(c *api.Claims) { c.Issuer = "https://evil.example" }), 401, "wrong_issuer", ""},
		{"no issuer", with(func(c *api.Claims) { c.Issuer = "" }), 401, "malformed_token", ""},
		{"audience", with(func(c *api.Claims) { c.Audience = jwt.ClaimStrings{"other"} }), 401, "wrong_audience", ""},
		{"no subject", with(func(c *api.Claims) { c.Subject = "" }), 401, "malformed_token", ""},
		{"tenant that is no name", with(func(c *api.Claims) { c.Tenant = "Acme Inc." }), 401, "malformed_token", ""},
		{"no workspace", with(func(c *api.Claims) { c.Workspace = "" }), 401, "malformed_token", ""},
		{"other tenant", append(with(nil), "X-Tenant-Id", "umbrella"), 403, "scope_mismatch", "acme"},
		{"other workspace", append(with(nil), "X-Workspace-Id", "prod"), 403, "scope_mismatch", "acme"},
		{"debug headers outside development", []string{"X-Debug-Subject", "ada", "X-Debug-Tenant", "acme", "X-Debug-Workspace", "main"}, 401, "missing_token", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := h.send("GET", whoami, "", append(tt.headers, "X-Request-Id", "r-1")...)
			entries := h.trail.Take()
			require.Len(t, entries, 1)
			e := entries[0]
			assert.Equal(t, tt.status, got.status)
			assert.Equal(t, tt.reason, e.Reason)
			assert.Equal(t, map[bool]string{true: "AUTH_ALLOW", false: "AUTH_DENY"}[tt.status == 200], e.ActionName)
			assert.Equal(t, "GET "+whoami, e.Resource)
			assert.Equal(t, tt.tenant, e.Tenant)
			assert.Equal(t, tt.tenant != "", strings.HasPrefix(e.Actor, "user:"), e.Actor)
			assert.Equal(t, "r-1", e.RequestID)
			assert.Equal(t, []string{e.ID.String()}, got.header.Values(api.EventIDHeader))
		})
	}
}

func TestAuthenticationRS256(t *testing.T) {
	private, err := rsa.GenerateKey(rand.Reader, 2048)
	require.NoError(t, err)
	h := start(t, func(c *api.Config) {
		c.Tokens.HS256, c.Tokens.RS256 = redact.Secret[[]byte]{}, &private.PublicKey
	})
	good, err := jwt.NewWithClaims(jwt.SigningMethodRS256, claims()).SignedString(private)
	require.NoError(t, err)
	assert.Equal(t, 200, h.send("GET", whoami, "", "Authorization", "Bearer "+good).status)
	assert.Equal(t, []string{"AUTH_ALLOW jwt_valid GET " + whoami}, said(h.trail.Take()))
	// The public key as a shared one: the classic confusion of algorithms.
	confused, err := jwt.NewWithClaims(jwt.SigningMethodHS256, claims()).SignedString(private.PublicKey.N.Bytes())
	require.NoError(t, err)
	assert.Equal(t, 401, h.send("GET", whoami, "", "Authorization", "Bearer "+confused).status)
	assert.Equal(t, []string{"AUTH_DENY bad_signature GET " + whoami}, said(h.trail.Take()))
}

func TestAuthenticationDebug(t *testing.T) {
	h := start(t, func(c *api.Config) { c.Posture, c.DebugIdentities = api.Development, true })
	got := h.send("GET", whoami, "", "X-Debug-Subject", "ada", "X-Debug-Tenant", "acme", "X-Debug-Workspace", "main")
	assert.Equal(t, 200, got.status)
	entries := h.trail.Take()
	assert.Equal(t, []string{"AUTH_ALLOW debug_header GET " + whoami}, said(entries))
	assert.Equal(t, "acme", entries[0].Tenant)
	assert.Equal(t, 401, h.send("GET", whoami, "", "X-Debug-Subject", "ada", "X-Debug-Tenant", "no name").status)
	assert.Equal(t, []string{"AUTH_DENY malformed_token GET " + whoami}, said(h.trail.Take()))
}

func TestAuthenticationOfUnknownRoute(t *testing.T) {
	h := start(t, nil)
	assert.Equal(t, 404, h.ask("GET", "/api/v1/nothing/here", "").status)
	assert.Equal(t, []string{"AUTH_ALLOW jwt_valid GET unmatched"}, said(h.trail.Take()))
}

func TestReadiness(t *testing.T) {
	h := start(t, nil)
	assert.Equal(t, 204, h.send("GET", "/healthz", "").status)
	assert.Equal(t, 204, h.send("GET", "/readyz", "").status)
	require.NoError(t, h.trail.Close(t.Context()))
	assert.Equal(t, 204, h.send("GET", "/healthz", "").status)
	assert.Equal(t, 503, h.send("GET", "/readyz", "").status)
	assert.Equal(t, 503, h.ask("GET", whoami, "").status, "nobody gets in off the record")
	assert.Equal(t, 401, h.send("GET", whoami, "").status, "a deny stays a deny")
}

func TestSecretsGoNowhere(t *testing.T) {
	h := start(t, nil)
	var g servicetest.Garden
	bearer := "Bearer " + h.token(nil)
	answers := ""
	keep := func(a answer) {
		b, err := json.Marshal(a.header)
		require.NoError(t, err)
		answers += string(b) + a.body
	}
	for range 11 { // every kind of secret in every place
		keep(h.send("GET", whoami, "", "Authorization", g.Next()))
		keep(h.send("GET", whoami+"?q="+url.QueryEscape(g.Next()), "", "Authorization", bearer, "X-Request-Id", g.Next()))
		keep(h.send("GET", whoami, "", "Authorization", bearer, "User-Agent", g.Next(), "Traceparent", g.Next()))
		keep(h.send("GET", whoami, "", "Authorization", bearer, "X-Tenant-Id", g.Next()))
		quoted := func() string { b, _ := json.Marshal(g.Next()); return string(b) }
		keep(h.send("POST", mintPath, `{"domain":`+quoted()+`,"paths":[`+quoted()+`]}`, "Authorization", bearer))
		tables, err := json.Marshal("tables/" + g.Next())
		require.NoError(t, err)
		keep(h.send("POST", mintPath, `{"domain":"catalog","paths":[`+string(tables)+`]}`, "Authorization", bearer))
		keep(h.send("GET", "/api/v1/"+url.PathEscape(g.Next()), "", "Authorization", bearer))
		keep(h.send("GET", whoami, "", "Authorization", "Bearer "+h.token(func(c *api.Claims) { c.Tenant = g.Next() })))
		keep(h.send("GET", whoami, "", "Authorization", "Bearer "+h.token(func(c *api.Claims) { c.Subject, c.Issuer = g.Next(), g.Next() })))
		h.signer.fail = g.Next()
		keep(h.send("POST", mintPath, `{"domain":"catalog","paths":["tables/a"]}`, "Authorization", bearer))
		h.signer.fail = ""
	}
	require.GreaterOrEqual(t, g.Size(), 40)
	metrics := h.send("GET", "/metrics", "").body
	for place, text := range map[string]string{
		"sink": servicetest.Text(h.trail.Take()), "log": h.log.String(), "metric": metrics, "response": answers,
	} {
		require.NotEmpty(t, text, place)
		kind, leaked := g.Leak(text)
		assert.False(t, leaked, "a secret of kind %d is in a %s", kind, place)
		assert.NotContains(t, text, strings.TrimPrefix(bearer, "Bearer "), place)
	}
	assert.NotContains(t, metrics, "acme", "no tenant in metrics")
}

func TestRunRefusesToStart(t *testing.T) {
	env := func(spoil map[string]string) func(string) string {
		good := map[string]string{
			"ARCO_API_LISTEN": "127.0.0.1:0", "ARCO_API_POSTURE": "private", "ARCO_API_JWT_HS256": base64.StdEncoding.EncodeToString(key()),
			"ARCO_API_JWT_ISSUER": issuer, "ARCO_API_JWT_AUDIENCE": audience, "ARCO_API_STORE": "https://store.example",
			"ARCO_API_SIGNING_KEY": base64.StdEncoding.EncodeToString(key()),
			"ARCO_AUDIT_SERVICE":   "api", "ARCO_AUDIT_ENVIRONMENT": "test", "ARCO_AUDIT_VOLATILE": "true", "ARCO_AUDIT_KEYS": "ephemeral",
		}
		return func(name string) string {
			if v, ok := spoil[name]; ok {
				return v
			}
			return good[name]
		}
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	tests := []struct {
		name  string
		spoil map[string]string
		want  string
	}{
		{"whole", nil, ""},
		{"no service name", map[string]string{"ARCO_AUDIT_SERVICE": ""}, "Config.Service is empty"},
		{"no durability", map[string]string{"ARCO_AUDIT_VOLATILE": ""}, "Config.Dir is empty"},
		{"no keys", map[string]string{"ARCO_AUDIT_KEYS": ""}, "Config.Keys is unset"},
		{"ephemeral keys in production", map[string]string{"ARCO_AUDIT_ENVIRONMENT": "prod"}, "Config.Keys is ephemeral"},
		{"debug identities", map[string]string{"ARCO_API_DEBUG_IDENTITIES": "true"}, "Config.DebugIdentities is set outside development"},
		{"debug identities without a posture", map[string]string{"ARCO_API_DEBUG_IDENTITIES": "true", "ARCO_API_POSTURE": ""}, "Config.DebugIdentities is set outside development"},
		{"posture", map[string]string{"ARCO_API_POSTURE": "open"}, "posture is unknown"},
		{"key", map[string]string{"ARCO_API_JWT_HS256": "%"}, "ARCO_API_JWT_HS256 is not standard base64"},
		{"store", map[string]string{"ARCO_API_STORE": ""}, "base of signed URLs"},
		{"address", map[string]string{"ARCO_API_LISTEN": "256.0.0.1:x"}, "ARCO_API_LISTEN"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var out, log bytes.Buffer
			err := api.Run(ended, env(tt.spoil), &out, &log)
			if tt.want == "" {
				require.NoError(t, err)
				assert.Contains(t, out.String(), "TRAIL_CLOSED")
				return
			}
			assert.ErrorContains(t, err, tt.want)
		})
	}
}
