package catalog_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/daxis-io/arco-audit/examples/catalog"
	"github.com/daxis-io/arco-audit/examples/servicetest"
	"github.com/daxis-io/arco-audit/redact"
)

func TestVendClampsTheLife(t *testing.T) {
	tests := []struct {
		name       string
		configured time.Duration
		want       time.Duration
	}{
		{"default", 0, 15 * time.Minute},
		{"too short", time.Second, time.Minute},
		{"too long", 24 * time.Hour, time.Hour},
		{"kept", 10 * time.Minute, 10 * time.Minute},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var asked time.Duration
			signer := catalog.NewSigner()
			provider := providerFunc(func(r catalog.StorageRequest) (catalog.StorageCredential, error) {
				asked = r.TTL
				return signer.Vend(t.Context(), r)
			})
			h := seeded(t, catalog.Config{Provider: provider, CredentialTTL: test.configured})
			require.Equal(t, http.StatusOK, h.send("GET", ordersPath+"/credentials", "").status)
			assert.Equal(t, test.want, asked)
		})
	}
}

// The credential that is vended works, and the event knows everything about it but the credential.
func TestVendGivesASignedURL(t *testing.T) {
	signer := catalog.NewSigner()
	h := seeded(t, catalog.Config{Provider: signer})
	got := h.send("GET", ordersPath+"/credentials?planId=plan-1", "")
	var body struct {
		Credentials []struct {
			Prefix string            `json:"prefix"`
			Config map[string]string `json:"config"`
		} `json:"storage-credentials"`
	}
	unmarshal(t, got.body, &body)
	require.Len(t, body.Credentials, 1)
	signed := body.Credentials[0].Config["local.signed-url"]
	assert.True(t, strings.HasPrefix(signed, body.Credentials[0].Prefix))
	assert.True(t, signer.VerifyURL(signed, time.Now()))
	assert.False(t, signer.VerifyURL(signed, time.Now().Add(time.Hour)), "it expires")
	assert.False(t, signer.VerifyURL(strings.Replace(signed, "Expires=", "Expires=9", 1), time.Now()), "it is signed")
	assert.False(t, catalog.NewSigner().VerifyURL(signed, time.Now()), "by this signer")

	events := h.decisions()
	require.Len(t, events, 1)
	details := events[0].Details
	assert.Equal(t, "plan-1", details.Get("planId"))
	assert.Equal(t, "900", details.Get("ttlSeconds"))
	for _, secret := range body.Credentials[0].Config {
		assert.NotContains(t, servicetest.Text(events), secret)
	}
}

func TestVendReadsTheDelegationHeader(t *testing.T) {
	h := seeded(t, catalog.Config{Provider: catalog.NewSigner()})
	for header, want := range map[string]int{
		"VENDED-credentials":                  http.StatusOK,
		"remote-signing , vended-credentials": http.StatusOK,
		"something-new":                       http.StatusOK,
		"Remote-Signing":                      http.StatusBadRequest,
		"something-new,remote-signing":        http.StatusBadRequest,
	} {
		got := h.send("GET", ordersPath+"/credentials", "", "X-Iceberg-Access-Delegation", header)
		assert.Equal(t, want, got.status, header)
	}
}

func TestVendBoundsThePlanID(t *testing.T) {
	h := seeded(t, catalog.Config{Provider: catalog.NewSigner()})
	long := strings.Repeat("x", 255) + "é" + strings.Repeat("y", 1000)
	require.Equal(t, http.StatusOK, h.send("GET", ordersPath+"/credentials?planId="+url.QueryEscape(long), "").status)
	assert.Equal(t, strings.Repeat("x", 255)+"[TRUNCATED:1257]", h.decisions()[0].Details.Get("planId"))
}

func TestVendRefusesAnotherLifeThanAskedFor(t *testing.T) {
	config := redact.NewSecret(map[string]string{"a": "b"})
	for name, expires := range map[string]time.Time{
		"none": {}, "over": time.Now().Add(-time.Second), "too long": time.Now().Add(time.Hour),
	} {
		t.Run(name, func(t *testing.T) {
			provider := providerFunc(func(catalog.StorageRequest) (catalog.StorageCredential, error) {
				return catalog.StorageCredential{Config: config, Expires: expires}, nil
			})
			h := seeded(t, catalog.Config{Provider: provider})
			assert.Equal(t, http.StatusBadGateway, h.send("GET", ordersPath+"/credentials", "").status)
			assert.Equal(t, "provider_error", h.decisions()[0].Reason)
		})
	}
}
