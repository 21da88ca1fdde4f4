package api_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/daxis-io/arco-audit/examples/api"
	"github.com/daxis-io/arco-audit/redact"
)

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
