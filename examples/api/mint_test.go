package api_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/daxis-io/arco-audit/audit"
	"github.com/daxis-io/arco-audit/examples/api"
	"github.com/daxis-io/arco-audit/examples/servicetest"
)

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
