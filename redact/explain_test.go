package redact_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/daxis-io/arco-audit/redact"
)

func TestExplainTellsWhyAndWhatInstead(t *testing.T) {
	made := "q7Zt3Xw9Lk2Vb8Nc4Rm6Ys1D"
	layers := strings.Repeat("a", 12)
	for range 9 {
		layers = strings.NewReplacer("%", "%25", "a", "%61").Replace(layers)
	}
	for _, tc := range []struct{ name, text, why, instead string }{
		{"name", "password=" + made, "beside the name of a password", "identifier of the credential"},
		{"structure", "ghp_" + made + made[:12], "the structure of a github-pat (", "identifier of the credential"},
		{"userinfo", "postgres://app:" + made + "@db/lake", "the structure of a url-password (RFC 3986)", "without userinfo"},
		{"signature", "https://h.example.com/x?X-Amz-Signature=" + strings.Repeat("0a1b", 16), "aws-sigv4-signature", "without its query"},
		{"signed address", "https://storage.googleapis.com/b/x?X-Goog-Signature=" + strings.Repeat("0a1b", 64), "gcs-signed-url", "without its query"},
		{"scheme", "Bearer " + made, "bearer-token", "never the token"},
		{"layers", layers, "more layers than the scanner undoes", "without encodings"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			all := redact.Explain(tc.text)
			require.Len(t, all, 1)
			assert.Contains(t, all[0].Why, tc.why)
			assert.Contains(t, all[0].Instead, tc.instead)
			assert.NotContains(t, all[0].Why+all[0].Instead, made[:8])
		})
	}
	assert.Empty(t, redact.Explain("orders_2024"))
}

func TestKindsHaveNames(t *testing.T) {
	assert.Equal(t, "none", redact.KindNone.String())
	assert.Equal(t, "kind-65535", redact.Kind(65535).String())
	seen, unknown := map[string]bool{}, 0
	for k := range redact.Kind(2000) {
		name := k.String()
		assert.Regexp(t, "^[a-z0-9-]+$", name)
		assert.False(t, seen[name], name)
		seen[name] = true
		if strings.HasPrefix(name, "kind-") {
			unknown++
		}
	}
	assert.Greater(t, unknown, 500)
	assert.Greater(t, len(seen)-unknown, 400)
}
