package main

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestLeaksFindEveryForm(t *testing.T) {
	p := newSource(1, "test").userinfo()
	p.secrets[0] = `pass"word+/=` + p.secrets[0]
	secret := p.secrets[0]
	asJSON, err := json.Marshal(secret)
	require.NoError(t, err)
	tests := map[string]string{
		"plain":                   secret,
		"inside a text":           "before " + secret + " after",
		"a piece of 16 bytes":     "x" + secret[8:24] + "y",
		"percent-encoded":         url.QueryEscape(secret),
		"percent-encoded twice":   url.QueryEscape(url.QueryEscape(secret)),
		"json":                    string(asJSON),
		"hex":                     hex.EncodeToString([]byte(secret)),
		"HEX":                     strings.ToUpper(hex.EncodeToString([]byte(secret))),
		"base64":                  base64.StdEncoding.EncodeToString([]byte(secret)),
		"base64 of a longer text": base64.StdEncoding.EncodeToString([]byte("x" + secret + "y")),
		"base64url, shifted by 2": base64.RawURLEncoding.EncodeToString([]byte("xy" + secret)),
	}
	l := newLeaks([]plant{p})
	for name, text := range tests {
		t.Run(name, func(t *testing.T) {
			what, found := l.find(text)
			assert.True(t, found)
			assert.Contains(t, what, p.kind)
			assert.NotContains(t, what, secret[:8])
		})
	}
	for _, clean := range []string{"", secret[:15], "lake.example [REDACTED:url-password]"} {
		_, found := l.find(clean)
		assert.False(t, found, clean)
	}
}

func TestPlantsAreLongEnoughToFind(t *testing.T) {
	for _, p := range newSource(1, "test").plants(time.Now()) {
		for _, secret := range p.secrets {
			assert.GreaterOrEqual(t, len(secret), window, p.kind)
		}
		_, found := newLeaks([]plant{p}).find(p.text)
		assert.True(t, found, "%s is not found in its own text", p.kind)
	}
}
