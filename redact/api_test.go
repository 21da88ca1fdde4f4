package redact_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/daxis-io/arco-audit/redact"
)

func TestMaskReplacesTheSpan(t *testing.T) {
	masked, found := redact.Mask("user=jo&password=hunter2&page=3")
	require.Len(t, found, 1)
	assert.Equal(t, "user=jo&password=[REDACTED:password]&page=3", masked)
	again, found := redact.Mask(masked)
	assert.Empty(t, found)
	assert.Equal(t, masked, again)
}

func TestTextIsSafe(t *testing.T) {
	text := redact.NewText("a\x00b\u202e "+strings.Repeat("é", 50), 40)
	assert.LessOrEqual(t, len(text.String()), 40)
	assert.True(t, utf8.ValidString(text.String()))
	assert.True(t, text.Altered())
	straddling := redact.NewText(strings.Repeat("x", 30)+" ghp_q7Zt3Xw9Lk2Vb8Nc4Rm6Ys1Df5Gh0Jpabcd", 40)
	assert.NotContains(t, straddling.String(), "q7Zt")
	assert.NotEmpty(t, straddling.Kinds())
}

func TestKeysPseudonym(t *testing.T) {
	keys := redact.EphemeralKeys()
	a := keys.Pseudonym("t1", "jo")
	assert.Regexp(t, "^[0-9a-f]{32}$", a)
	assert.Equal(t, a, keys.Pseudonym("t1", "jo"))
	assert.NotEqual(t, a, keys.Pseudonym("t2", "jo"))
	assert.NotEqual(t, a, keys.WithLegacy().Pseudonym("t1", "jo"))
}

func TestFindEmail(t *testing.T) {
	start, end, ok := redact.FindEmail("users/jane.doe@corp.example.com/x")
	require.True(t, ok)
	assert.Equal(t, "jane.doe@corp.example.com", "users/jane.doe@corp.example.com/x"[start:end])
	for _, s := range []string{"svc@p.iam.gserviceaccount.com", "ssh://git@github.com/x", "image@sha256:abc", "pkg@v1.2.3", "no at"} {
		_, _, ok := redact.FindEmail(s)
		assert.False(t, ok, s)
	}
}
