package api_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/daxis-io/arco-audit/audit"
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

func TestMint(t *testing.T) {
	const urls = " browser/urls:"
	tests := []struct {
		name, body string
		status     int
		want       string
	}{
		{"one", `{"domain":"catalog","paths":["tables/a.parquet"]}`, 200, "URL_MINT_ALLOW allowlist_match" + urls + "catalog:1"},
		{"several", `{"domain":"lineage","paths":["edges/a","edges/b","edges/c%20d"]}`, 200, "URL_MINT_ALLOW allowlist_match" + urls + "lineage:3"},
		{"executions", `{"domain":"executions","paths":["runs/a"]}`, 200, "URL_MINT_ALLOW allowlist_match" + urls + "executions:1"},
		{"search", `{"domain":"search","paths":["index/a"]}`, 200, "URL_MINT_ALLOW allowlist_match" + urls + "search:1"},
		{"no JSON", `{`, 400, "URL_MINT_DENY unknown_domain" + urls + "unknown:0"},
		{"unknown domain", `{"domain":"secrets","paths":["x","y"]}`, 400, "URL_MINT_DENY unknown_domain" + urls + "unknown:2"},
		{"no path", `{"domain":"catalog","paths":[]}`, 400, "URL_MINT_DENY not_in_allowlist" + urls + "catalog:0"},
		{"too many paths", `{"domain":"catalog","paths":[` + strings.Repeat(`"tables/a",`, 1000) + `"tables/a"]}`, 400, "URL_MINT_DENY not_in_allowlist" + urls + "catalog:1001"},
		{"traversal", `{"domain":"catalog","paths":["tables/a","tables/../../x"]}`, 403, "URL_MINT_DENY path_traversal" + urls + "catalog:2"},
		{"traversal, encoded", `{"domain":"catalog","paths":["tables/%2e%2e/x"]}`, 403, "URL_MINT_DENY path_traversal" + urls + "catalog:1"},
		{"traversal, encoded twice", `{"domain":"catalog","paths":["tables/%252e%252e%252fx"]}`, 403, "URL_MINT_DENY path_traversal" + urls + "catalog:1"},
		{"traversal, encoded too often", `{"domain":"catalog","paths":["tables/%2525252525252e"]}`, 403, "URL_MINT_DENY path_traversal" + urls + "catalog:1"},
		{"traversal, bad encoding", `{"domain":"catalog","paths":["tables/%zz"]}`, 403, "URL_MINT_DENY path_traversal" + urls + "catalog:1"},
		{"traversal, backslash", `{"domain":"catalog","paths":["tables\\..\\x"]}`, 403, "URL_MINT_DENY path_traversal" + urls + "catalog:1"},
		{"traversal, absolute", `{"domain":"catalog","paths":["/tables/a"]}`, 403, "URL_MINT_DENY path_traversal" + urls + "catalog:1"},
		{"traversal, control", `{"domain":"catalog","paths":["tables/a\u0000"]}`, 403, "URL_MINT_DENY path_traversal" + urls + "catalog:1"},
		{"internal, hidden", `{"domain":"catalog","paths":["tables/_meta/a"]}`, 403, "URL_MINT_DENY internal_artifact" + urls + "catalog:1"},
		{"internal, by name", `{"domain":"catalog","paths":["Ledger/a"]}`, 403, "URL_MINT_DENY internal_artifact" + urls + "catalog:1"},
		{"not in the allowlist", `{"domain":"catalog","paths":["tables/a","exports/a"]}`, 403, "URL_MINT_DENY not_in_allowlist" + urls + "catalog:2"},
		{"only the prefix", `{"domain":"catalog","paths":["tables"]}`, 403, "URL_MINT_DENY not_in_allowlist" + urls + "catalog:1"},
		{"of another domain", `{"domain":"search","paths":["tables/a"]}`, 403, "URL_MINT_DENY not_in_allowlist" + urls + "search:1"},
		{"body too large", `{"domain":"` + strings.Repeat("x", 1<<20) + `"}`, 400, "URL_MINT_DENY unknown_domain" + urls + "unknown:0"},
	}
	h := start(t, nil)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := h.ask("POST", mintPath, tt.body, "X-Request-Id", "r-2")
			entries := h.trail.Take()
			assert.Equal(t, tt.status, got.status)
			require.Equal(t, []string{"AUTH_ALLOW jwt_valid POST " + mintPath, tt.want}, said(entries))
			for _, e := range entries {
				assert.Equal(t, "acme", e.Tenant)
				assert.Equal(t, "main", e.Workspace)
				assert.Equal(t, "r-2", e.RequestID)
				assert.Regexp(t, "^user:[0-9a-f]{32}$", e.Actor)
			}
			assert.Equal(t, []string{entries[1].ID.String()}, got.header.Values(api.EventIDHeader), "the id is the decision's")
			assert.Equal(t, tt.status == 200, strings.Contains(got.body, "signature="))
		})
	}
}

func TestMintedURLsOpenTheirObject(t *testing.T) {
	tests := []struct {
		name, ttl string
		want      time.Duration
	}{{"default", "", 900 * time.Second}, {"asked for", `,"ttlSeconds":60`, time.Minute}, {"too long", `,"ttlSeconds":99999999999`, time.Hour}, {"negative", `,"ttlSeconds":-5`, 900 * time.Second}}
	h := start(t, nil)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			before := time.Now()
			got := h.ask("POST", mintPath, `{"domain":"catalog","paths":["tables/a.parquet"]`+tt.ttl+`}`)
			var out struct {
				URLs []struct{ Path, URL string }
			}
			require.NoError(t, json.Unmarshal([]byte(got.body), &out), got.body)
			require.Len(t, out.URLs, 1)
			u, err := url.Parse(out.URLs[0].URL)
			require.NoError(t, err)
			object, q := strings.TrimPrefix(u.Path, "/lake/"), u.Query()
			assert.Equal(t, "tenant=acme/workspace=main/catalog/tables/a.parquet", object)
			check := func(after time.Duration) bool {
				return h.signer.Check(object, q.Get("expires"), q.Get("signature"), before.Add(after))
			}
			assert.True(t, check(tt.want-2*time.Second))
			assert.False(t, check(tt.want+10*time.Second))
			entries := h.trail.Take()
			assert.Equal(t, tt.want.Seconds(), func() float64 {
				d, _ := time.ParseDuration(entries[1].Details.Get("ttlSeconds") + "s")
				return d.Seconds()
			}())
			assert.NotContains(t, servicetest.Text(entries), "a.parquet", "no path is on record")
		})
	}
}

func TestMintSigningFails(t *testing.T) {
	h := start(t, nil)
	h.signer.fail = "permission denied for " + "the-signing-account"
	got := h.ask("POST", mintPath, `{"domain":"catalog","paths":["tables/a"]}`)
	assert.Equal(t, 502, got.status)
	assert.Equal(t, []string{"AUTH_ALLOW jwt_valid POST " + mintPath, "URL_MINT_DENY signing_failed browser/urls:catalog:1"}, said(h.trail.Take()))
	assert.NotContains(t, got.body+h.log.String(), "the-signing-account")
}

func TestMintFailsClosed(t *testing.T) {
	h := start(t, nil)
	body := `{"domain":"catalog","paths":["tables/a"]}`
	h.trail.Stall()
	r, err := http.NewRequest("POST", mintPath, strings.NewReader(body))
	require.NoError(t, err)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	r.Header.Set("Authorization", "Bearer "+h.token(nil))
	w := httptest.NewRecorder()
	h.trail.Watch(h.api).ServeHTTP(w, r.WithContext(ctx))
	assert.Equal(t, 503, w.Code)
	assert.NotContains(t, w.Body.String(), "signature")
	assert.Empty(t, w.Header().Get(api.EventIDHeader), "the answer is about no accepted event")
	h.trail.Resume()
	assert.Len(t, h.trail.Take(), 2, "the event may be on record, and is not emitted again")
}

// Not one byte of a signed URL leaves before its event is accepted.
func TestNoByteLeavesBeforeTheEventIsAccepted(t *testing.T) {
	h := open(t, nil)
	r := httptest.NewRequestWithContext(t.Context(), "POST", mintPath, strings.NewReader(`{"domain":"catalog","paths":["tables/a"]}`))
	r.Header.Set("Authorization", "Bearer "+h.token(nil))
	status, body := h.trail.FirstByte(t, h.trail.Watch(h.api), r, audit.ActionURLMintAllow)
	assert.Equal(t, 200, status)
	assert.Contains(t, body, "signature=")
}

func TestMintRateLimited(t *testing.T) {
	h := start(t, func(c *api.Config) { c.Limits = api.Limits{MintsPerTenant: 1, DeniesPerTenant: 1} })
	token := []string{"Authorization", "Bearer " + h.token(nil)}
	for range 2 { // the burst
		require.Equal(t, 200, h.send("POST", mintPath, `{"domain":"search","paths":["index/a"]}`, token...).status)
	}
	h.trail.Take()
	got := h.send("POST", mintPath, `{"domain":"search","paths":["index/a"]}`, token...)
	assert.Equal(t, 429, got.status)
	assert.NotEmpty(t, got.header.Get("Retry-After"))
	entries := h.trail.Take()
	require.Equal(t, []string{"AUTH_ALLOW jwt_valid POST " + mintPath, "URL_MINT_DENY rate_limited browser/urls:unknown:0"}, said(entries))
	assert.Equal(t, entries[1].ID.String(), got.header.Get(api.EventIDHeader))

	for range 3 { // past the budget of its denies too
		got = h.send("POST", mintPath, `{"domain":"search","paths":["index/a"]}`, token...)
	}
	assert.Equal(t, 429, got.status)
	assert.Empty(t, got.header.Get(api.EventIDHeader), "the deny has no event of its own")
	assert.Contains(t, strings.Join(said(h.trail.Take()), " "), "AUDIT_FLOOD_DENY over_budget")

	other := h.token(func(c *api.Claims) { c.Tenant = "umbrella" })
	assert.Equal(t, 200, h.send("POST", mintPath, `{"domain":"search","paths":["index/a"]}`, "Authorization", "Bearer "+other).status, "another tenant is served")
}

func TestFloodOfDeniesIsNoFloodOfWrites(t *testing.T) {
	h := start(t, func(c *api.Config) { c.Limits = api.Limits{DeniesPerOrigin: 5}; c.TrustedProxies = 1 })
	const requests = 400
	began := time.Now()
	statuses := map[int]int{}
	for range requests {
		got := h.send("GET", whoami, "", "X-Forwarded-For", "203.0.113.9")
		statuses[got.status]++
		assert.Equal(t, got.status == 401, got.header.Get(api.EventIDHeader) != "")
	}
	most := 10 + 5*int(time.Since(began).Seconds()+1)
	assert.LessOrEqual(t, statuses[401], most)
	assert.Equal(t, requests, statuses[401]+statuses[429])
	assert.Equal(t, 200, h.ask("GET", whoami, "", "X-Forwarded-For", "203.0.113.9").status, "a good token passes from the same network")
	assert.Equal(t, 401, h.send("GET", whoami, "", "X-Forwarded-For", "198.51.100.9").status, "another network has its own budget")
	require.NoError(t, h.api.Close(t.Context()))
	denies, counted, reports := 0, 0, 0
	for _, e := range h.trail.Take() {
		switch e.ActionName {
		case "AUTH_DENY":
			denies++
		case "AUDIT_FLOOD_DENY":
			var n json.Number = json.Number(strings.TrimPrefix(e.Resource, "flood/denies:"))
			count, err := n.Int64()
			require.NoError(t, err)
			counted += int(count)
			reports++
		}
	}
	assert.Equal(t, statuses[401]+1, denies)
	assert.Equal(t, statuses[429], counted, "what was folded is counted exactly")
	assert.Positive(t, reports)
}

func TestFloodIsCountedWhileItLasts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, func(c *api.Config) { c.Limits = api.Limits{DeniesPerOrigin: 1} })
		serve := func() int {
			w := httptest.NewRecorder()
			h.trail.Watch(h.api).ServeHTTP(w, httptest.NewRequest("GET", whoami, nil))
			return w.Code
		}
		counts := func() (list []string) {
			for _, e := range h.trail.Take() {
				if e.ActionName == "AUDIT_FLOOD_DENY" {
					list = append(list, e.Resource)
					assert.Equal(t, "service:api", e.Actor)
				}
			}
			return list
		}
		for range 2 { // the burst
			assert.Equal(t, 401, serve())
		}
		for range 5 {
			assert.Equal(t, 429, serve())
		}
		assert.Equal(t, []string{"flood/denies:1"}, counts(), "the first at once, the others within a second")
		<-time.After(time.Second)
		assert.Equal(t, 401, serve())
		assert.Equal(t, []string{"flood/denies:4"}, counts())
		assert.Equal(t, 401+28, serve())
		require.NoError(t, h.api.Close(t.Context()))
		assert.Equal(t, []string{"flood/denies:1"}, counts(), "the rest when the service ends")
	})
}

// More networks than there are buckets share one, so that the memory of the gate is bounded, until others have refilled.
func TestFloodFromManyNetworks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const buckets, more = 4096, 100
		h := open(t, func(c *api.Config) {
			c.Limits = api.Limits{DeniesPerOrigin: 1, DeniesInAll: 1 << 20}
			c.TrustedProxies = 1
		})
		watched := h.trail.Watch(h.api)
		ask := func(i int) int {
			w, r := httptest.NewRecorder(), httptest.NewRequest("GET", whoami, nil)
			r.Header.Set("X-Forwarded-For", netip.AddrFrom4([4]byte{10, byte(i >> 8), byte(i), 1}).String())
			watched.ServeHTTP(w, r)
			return w.Code
		}
		for i := range buckets {
			require.Equal(t, 401, ask(i), "each network has a budget of its own")
		}
		statuses := map[int]int{}
		for i := range more {
			statuses[ask(buckets+i)]++
		}
		assert.Equal(t, map[int]int{401: 2, 429: more - 2}, statuses, "the others share one")
		<-time.After(3 * time.Second)
		for i := range more {
			assert.Equal(t, 401, ask(buckets+i))
		}
		require.NoError(t, h.api.Close(t.Context()))
		h.trail.Take()
	})
}

// Denies that the trail does not take stay denies, and what is folded is kept to be counted.
func TestDeniesOffTheRecord(t *testing.T) {
	h := start(t, func(c *api.Config) { c.Limits = api.Limits{DeniesPerOrigin: 1} })
	h.signer.fail = "no key"
	h.signer.before = func() { _ = h.trail.Close(context.Background()) }
	got := h.ask("POST", mintPath, `{"domain":"catalog","paths":["tables/a"]}`)
	assert.Equal(t, 502, got.status)
	assert.Empty(t, got.header.Get(api.EventIDHeader), "there is no event")
	statuses := map[int]int{}
	for range 5 {
		statuses[h.send("GET", whoami, "").status]++
	}
	assert.Equal(t, map[int]int{401: 2, 429: 3}, statuses)
	assert.Contains(t, h.log.String(), "the count of folded denies")
}

func TestFloodOfOneTenantsDenies(t *testing.T) {
	h := start(t, func(c *api.Config) { c.Limits = api.Limits{DeniesPerTenant: 2} })
	headers := []string{"Authorization", "Bearer " + h.token(nil), "X-Tenant-Id", "umbrella"}
	statuses := map[int]int{}
	for range 50 {
		statuses[h.send("GET", whoami, "", headers...).status]++
	}
	assert.Equal(t, 50, statuses[403]+statuses[429])
	assert.Positive(t, statuses[429])
	assert.Equal(t, statuses[403], strings.Count(strings.Join(said(h.trail.Take()), "\n"), "scope_mismatch"))
}

func TestMetricsGate(t *testing.T) {
	secret := base64.RawURLEncoding.EncodeToString(key())
	tests := []struct {
		name    string
		posture api.Posture
		secret  string
		headers []string
		status  int
	}{
		{"public", api.Public, "", nil, 404},
		{"public with the secret", api.Public, secret, []string{"X-Metrics-Secret", secret}, 404},
		{"private without a gate", api.Private, " \t", nil, 200},
		{"private", api.Private, secret, nil, 403},
		{"wrong", api.Private, secret, []string{"X-Metrics-Secret", "wrong"}, 403},
		{"header", api.Private, secret, []string{"X-Metrics-Secret", secret}, 200},
		{"bearer", api.Private, " " + secret + "\n", []string{"Authorization", "Bearer " + secret}, 200},
		{"wrong bearer", api.Private, secret, []string{"Authorization", "Bearer x"}, 403},
		{"development", api.Development, secret, nil, 403},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h := start(t, func(c *api.Config) { c.Posture, c.MetricsSecret = tt.posture, redact.NewSecret(tt.secret) })
			got := h.send("GET", "/metrics", "", tt.headers...)
			assert.Equal(t, tt.status, got.status)
			assert.Equal(t, tt.status == 200, strings.Contains(got.body, "arco_audit_ready"))
			assert.NotContains(t, got.body, secret)
			assert.Empty(t, h.trail.Take(), "a scrape is no decision")
		})
	}
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
