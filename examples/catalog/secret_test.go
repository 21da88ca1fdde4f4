package catalog_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/daxis-io/arco-audit/audit"
	"github.com/daxis-io/arco-audit/examples/catalog"
	"github.com/daxis-io/arco-audit/examples/servicetest"
	"github.com/daxis-io/arco-audit/redact"
)

// Not one byte of a credential leaves before its event is accepted, on any of the ways that it can take.
func TestNoByteLeavesBeforeTheEventIsAccepted(t *testing.T) {
	for _, tt := range []struct{ name, method, path, body string }{
		{"credentials", "GET", ordersPath + "/credentials", ""},
		{"load", "GET", ordersPath, ""},
		{"create", "POST", salesTables, strings.Replace(tableBody, "orders", "new", 1)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			h := seeded(t, catalog.Config{Provider: catalog.NewSigner()})
			r := httptest.NewRequestWithContext(t.Context(), tt.method, tt.path, strings.NewReader(tt.body))
			r.Header.Set("Authorization", "Bearer "+h.token(nil))
			r.Header.Set("X-Iceberg-Access-Delegation", "vended-credentials")
			status, body := h.trail.FirstByte(t, h.served, r, audit.ActionCredVendAllow)
			assert.Equal(t, http.StatusOK, status)
			assert.Contains(t, body, "local.token")
		})
	}
}

// leaky is a provider whose credential has every kind of key, and whose errors tell what they should not.
type leaky struct {
	garden *servicetest.Garden
	fails  bool
	denies bool
}

func (p *leaky) vend(catalog.StorageRequest) (catalog.StorageCredential, error) {
	switch {
	case p.denies:
		return catalog.StorageCredential{}, errors.Join(catalog.ErrAccessDenied, errors.New(p.garden.Next()))
	case p.fails:
		return catalog.StorageCredential{}, errors.New(p.garden.Next())
	}
	config := map[string]string{}
	for _, key := range []string{"gcs.oauth2.token", "s3.access-key-id", "s3.secret-access-key", "s3.session-token",
		"adls.sas-token.x", "adls.connection-string.x", "token"} {
		config[key] = p.garden.Next()
	}
	return catalog.StorageCredential{Config: redact.NewSecret(config), Expires: time.Now().Add(time.Minute)}, nil
}

// Secrets in headers, queries, names, bodies, errors of the provider, claims and summaries are in no sink, log or metric,
// and in no answer but those that carry what they are asked for: credentials that were vended, and metadata.
func TestSecretsGoNowhere(t *testing.T) {
	var g servicetest.Garden
	p := &leaky{garden: &g}
	h := seeded(t, catalog.Config{Provider: providerFunc(p.vend)})
	answers := ""
	keep := func(got response, body bool) {
		b, err := json.Marshal(got.header)
		require.NoError(t, err)
		answers += string(b)
		if body {
			answers += got.body
		}
	}
	quote := func(s string) string { b, _ := json.Marshal(s); return string(b) }
	bearer := func(change func(*catalog.Claims)) []string {
		return []string{"Authorization", "Bearer " + h.token(change)}
	}
	table := func() string { return salesTables + "/" + url.PathEscape(strings.ReplaceAll(g.Next(), "/", "_")) }
	for range 11 { // every kind of secret in every place
		keep(h.send("GET", ordersPath, "", "Authorization", g.Next()), true)
		keep(h.send("GET", ordersPath+"?q="+url.QueryEscape(g.Next()), "", "X-Request-Id", g.Next(), "User-Agent", g.Next(), "Traceparent", g.Next()), true)
		keep(h.send("GET", table(), ""), true)
		keep(h.send("DELETE", table(), "", keyHeader, g.Next()), true)
		keep(h.send("POST", table(), setOwner), true)
		keep(h.send("POST", namespaces, `{"namespace":[`+quote(g.Next())+`,`+quote(g.Next())+`],"properties":{"x":`+quote(g.Next())+`}}`), true)
		keep(h.send("POST", salesTables, `{"name":`+quote(g.Next())+`,"location":`+quote(g.Next())+`,"schema":{}}`), true)
		keep(h.send("POST", namespaces+"/sales/register", register("x", "gs://b/"+url.QueryEscape(g.Next()))), true)
		keep(h.send("POST", renamePath, `{"source":{"namespace":["sales"],"name":`+quote(g.Next())+`},"destination":{"namespace":["sales"],"name":`+quote(g.Next())+`}}`), true)
		keep(h.send("GET", ordersPath, "", bearer(func(c *catalog.Claims) { c.Tenant = g.Next() })...), true)
		keep(h.send("GET", ordersPath, "", bearer(func(c *catalog.Claims) { c.Subject, c.Issuer = g.Next(), g.Next() })...), true)
		keep(h.send("GET", ordersPath, "", bearer(func(c *catalog.Claims) { c.Subject = g.Next() })...), true)
		keep(h.send("GET", ordersPath+"/credentials?planId="+url.QueryEscape(g.Next()), "", "X-Iceberg-Access-Delegation", g.Next()), false) // vends
		p.denies = true
		keep(h.send("GET", ordersPath+"/credentials", ""), true)
		p.denies, p.fails = false, true
		keep(h.send("GET", ordersPath+"/credentials", ""), true)
		p.fails = false
		keep(h.send("POST", ordersPath, commitWith(setProperty("x", "y")+`,`+strings.Trim(quote(g.Next()), `"`))), true)
		keep(h.send("POST", ordersPath+"/metrics", `{"report-type":`+quote(g.Next())+`}`), true)
	}
	summary, err := json.Marshal(map[string]string{"operation": "append", "added-records": "3", "partitions.user=" + g.Next(): "added-records=3", "spark.app.id": g.Next()})
	require.NoError(t, err)
	keep(h.send("POST", ordersPath, withSummary(string(summary))), false)
	require.GreaterOrEqual(t, g.Size(), 40)
	h.decisions()
	metrics := h.send("GET", "/metrics", "").body
	for place, text := range map[string]string{
		"sink": servicetest.Text(h.events()), "log": h.log.String() + "\n", "metric": metrics, "answer": answers,
	} {
		require.NotEmpty(t, text, place)
		kind, leaked := g.Leak(text)
		assert.False(t, leaked, "a secret of kind %d is in a %s", kind, place)
	}
	assert.Contains(t, servicetest.Text(h.events()), `"added-records":"3"`, "the counters of the summary are on record")
	t.Logf("%d secrets", g.Size())
}
