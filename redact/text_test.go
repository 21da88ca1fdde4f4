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
		{"tab and return", "a\tb\rc", `a\tb\rc`},
		{"control at the beginning", "\x01a", `\u0001a`},
		{"ends of what is printed", " ~\x7f", ` ~\u007f`},
		{"last of the first plane", "a\uffffb", `a\uffffb`},
		{"private beyond the first plane", "a\U000f0123b", `a\U000f0123b`},
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

func TestTextIsCutWhereItSays(t *testing.T) {
	for _, tc := range []struct {
		name, in string
		limit    int
		want     string
	}{
		{"fits", "abc", 3, "abc"},
		{"one byte", "abc", 1, "a"},
		{"one byte more", "abcd", 3, "abc"},
		{"nothing", "abc", 0, ""},
		{"less than nothing", "abc", -1, ""},
		{"in a sequence", "aéb", 2, "a"},
		{"behind a sequence", "aéb", 3, "aé"},
		{"first sequence", "éb", 1, ""},
		{"long", strings.Repeat("ab-", 9000), 4, "ab-a"},
		{"in a mark", "x [REDACTED:jwt]", 8, "x "},
		{"in the head of a mark", "x [RED", 5, "x "},
		{"behind a mark", "x [REDACTED:jwt] y", 16, "x [REDACTED:jwt]"},
		{"mark at the beginning", "[REDACTED:jwt]", 9, ""},
		{"bracket that is no mark", "x [abcdef", 5, "x [ab"},
		{"bracket that is closed", "x [] abcdef", 5, "x [] "},
	} {
		t.Run(tc.name, func(t *testing.T) {
			text := redact.NewText(tc.in, tc.limit)
			assert.Equal(t, tc.want, text.String())
			assert.Equal(t, tc.in != tc.want, text.Altered())
		})
	}
	assert.False(t, redact.NewText("", 0).Altered())
	twice := redact.NewText("password=hunter2 password=hunter3", 200)
	assert.Len(t, twice.Kinds(), 1)
	assert.False(t, twice.Altered())
}
