package redact_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/daxis-io/arco-audit/redact"
	"github.com/daxis-io/arco-audit/redact/internal/corpus"
)

// checkMask asserts what Mask promises of any text.
func checkMask(t *testing.T, text string) {
	t.Helper()
	found := slices.Collect(redact.ScanAll(text))
	first, ok := redact.Scan(text)
	require.Equal(t, ok, len(found) > 0, "%q", text)
	at := 0
	for _, f := range found {
		require.LessOrEqual(t, at, f.Start, "%q %v", text, found)
		require.Less(t, f.Start, f.End, "%q %v", text, found)
		require.LessOrEqual(t, f.End, len(text), "%q %v", text, found)
		at = f.End
	}
	if ok {
		require.GreaterOrEqual(t, first.Start, found[0].Start, "%q", text)
		require.LessOrEqual(t, first.End, found[len(found)-1].End, "%q", text)
	}
	masked, cut := redact.Mask(text)
	if len(cut) == 0 {
		require.Equal(t, text, masked)
		return
	}
	_, dirty := redact.Scan(masked)
	require.False(t, dirty, "%q -> %q", text, masked)
	again, more := redact.Mask(masked)
	require.Empty(t, more)
	require.Equal(t, masked, again)
	if utf8.ValidString(text) {
		require.True(t, utf8.ValidString(masked), "%q -> %q", text, masked)
	}
}

func TestMaskHoldsForEveryKindAndForm(t *testing.T) {
	g := corpus.New(21)
	leaks, all := 0, 0
	for _, s := range g.Secrets(1) {
		for i, form := range corpus.Forms {
			if testing.Short() && i%8 != 0 {
				continue
			}
			text, ok := form.Apply(g, s)
			if !ok {
				continue
			}
			checkMask(t, text)
			if masked, cut := redact.Mask(text); len(cut) > 0 {
				all++
				if run := leftOver(masked, s.Secret); run != "" {
					leaks++
					t.Logf("%s, %s: %q of %q in %q", s.Kind, form.Name, run, text, masked)
				}
			}
		}
	}
	assert.Zero(t, leaks, "secrets that Mask let through, of %d", all)
}

var mark = regexp.MustCompile(`\[REDACTED:[^\]]*\]`)

// leftOver returns eight bytes of a secret that still stand in a text, or "".
func leftOver(text, secret string) string {
	const size = 8
	text = mark.ReplaceAllString(text, "\x00")
	for i := 0; i+size <= len(secret); i++ {
		if run := secret[i : i+size]; strings.Contains(text, run) {
			return run
		}
	}
	return ""
}

func FuzzMask(f *testing.F) {
	g := corpus.New(5)
	for _, s := range g.Secrets(1) {
		f.Add(s.Text)
	}
	for _, list := range g.Legit(1) {
		f.Add(list[0])
	}
	f.Fuzz(func(t *testing.T, text string) { checkMask(t, text) })
}
