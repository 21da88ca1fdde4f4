package redact_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"

	"github.com/daxis-io/arco-audit/redact"
	"github.com/daxis-io/arco-audit/redact/internal/corpus"
)

func TestTextWithholdsWhatStraddlesTheCap(t *testing.T) {
	g := corpus.New(31)
	for _, s := range g.Secrets(1) {
		for _, limit := range []int{16, 64, 200} {
			text := redact.NewText(strings.Repeat("x", limit/2)+" "+s.Text, limit)
			assert.LessOrEqual(t, len(text.String()), limit, s.Kind)
			assert.True(t, utf8.ValidString(text.String()), s.Kind)
			_, dirty := redact.Scan(text.String())
			assert.False(t, dirty, "%s: %q", s.Kind, text)
			assert.NotEmpty(t, text.Kinds(), s.Kind)
		}
	}
}

func TestTextMakesControlsVisible(t *testing.T) {
	for _, tc := range []struct{ name, in, want string }{
		{"plain", "orders_2024", "orders_2024"},
		{"newline", "a\nb", `a\nb`},
		{"nul and escape", "a\x00\x1b[31m", `a\u0000\u001b[31m`},
		{"direction", "a\u202eb", `a\u202eb`},
		{"letters of other scripts", "größe 表", "größe 表"},
		{"invalid", "a\xffb", "a\uFFFDb"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			text := redact.NewText(tc.in, 100)
			assert.Equal(t, tc.want, text.String())
			assert.Equal(t, tc.in != tc.want, text.Altered())
			assert.Empty(t, text.Kinds())
		})
	}
}

func FuzzText(f *testing.F) {
	f.Add("a\n", 3)
	f.Add("[REDACTED:jwt] x", 9)
	f.Fuzz(func(t *testing.T, s string, limit int) {
		limit %= 300
		text := redact.NewText(s, limit)
		assert.LessOrEqual(t, len(text.String()), max(limit, 0))
		assert.True(t, utf8.ValidString(text.String()))
		_, dirty := redact.Scan(text.String())
		assert.False(t, dirty)
	})
}

func BenchmarkTextOfTenMegabytes(b *testing.B) {
	s := strings.Repeat("token=é\n", 10<<20/9)
	b.ReportAllocs()
	for b.Loop() {
		redact.NewText(s, 128)
	}
}

func TestTextCutCanMakeASecret(t *testing.T) {
	// The cut takes the state word's end away: what is left is a password.
	text := redact.NewText("password=expiredness", len("password=expiredne"))
	_, dirty := redact.Scan(text.String())
	assert.False(t, dirty, "%q", text)
	assert.LessOrEqual(t, len(text.String()), len("password=expiredne"))
	for n := range 60 {
		s := "password=required token=expired x"
		text := redact.NewText(s, n)
		_, dirty := redact.Scan(text.String())
		assert.False(t, dirty, "%q", text)
	}
}
