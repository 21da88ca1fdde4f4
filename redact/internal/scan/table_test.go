package scan

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestTableIsSound(t *testing.T) {
	seen := make(map[Kind]string)
	add := func(id Kind, kind, source string) {
		assert.Regexp(t, `^[a-z0-9-]+$`, kind)
		assert.NotEmpty(t, source, kind)
		assert.Empty(t, seen[id], "number %d stands for %s and %s", id, seen[id], kind)
		seen[id] = kind
	}
	for _, s := range structural[5:] {
		add(s.id, s.kind, s.source)
	}
	for _, r := range nameRows {
		if r.test != pass {
			add(r.id, r.kind, r.source)
		}
	}
	for _, r := range rows {
		add(r.id, r.kind, r.source)
	}
	assert.GreaterOrEqual(t, len(seen), 250)
	names := make(map[string]bool)
	for _, n := range seen {
		assert.False(t, names[n], "two kinds are called %s", n)
		names[n] = true
	}
}

func TestEveryShapeFindsItsExamples(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for i := range Rows() {
		missed := 0
		for range 50 {
			if _, ok := First(Example(r, i)); !ok {
				missed++
			}
		}
		assert.LessOrEqual(t, missed, 1, rows[i].kind)
	}
}

// A change of the prefix that keeps its alphabet has to stop the hit, or the
// prefix would not be what decides.
func TestChangedPrefixStopsTheHit(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	hits, all := 0, 0
	for i := range Rows() {
		prefix := shapes[i].prefix
		if len(prefix) < 4 || shapes[i].lead > 0 || rows[i].beside { // there the name beside it decides too
			continue
		}
		text := []byte(Example(r, i))
		for range 20 {
			changed := strings.Map(func(c rune) rune { return rotate(c, 1+r.IntN(20)) }, prefix)
			copy(text, changed)
			all++
			if _, ok := First(string(text)); ok {
				hits++
			}
		}
	}
	require.NotZero(t, all)
	assert.Less(t, hits*200, all, "%d of %d", hits, all)
}

func rotate(c rune, by int) rune {
	switch {
	case c >= 'a' && c <= 'z':
		return 'a' + (c-'a'+rune(by))%26
	case c >= 'A' && c <= 'Z':
		return 'A' + (c-'A'+rune(by))%26
	case c >= '0' && c <= '9':
		return '0' + (c-'0'+rune(by))%10
	}
	return c
}

func TestNamesWithSafeEndingsPass(t *testing.T) {
	for _, tc := range []struct {
		name   string
		secret bool
	}{
		{"password", true}, {"db_password", true}, {"dbPassword", true}, {"PGPASSWORD", true}, {"password1", true},
		{"X-Amz-Signature", true}, {"s3.secret-access-key", true}, {"adls.sas-token.acct.dfs.core.windows.net", true},
		{"accessToken", true}, {"X-Service-Key", true}, {"clientsecret", true},
		{"token_count", false}, {"token_id", false}, {"next_page_token", false}, {"pageToken", false}, {"secret_name", false},
		{"s3.session-token-expires-at-ms", false}, {"adls.sas-token-expires-at-ms.acct", false}, {"partition_key", false},
		{"X-Idempotency-Key", false}, {"credentials-provider", false}, {"signature_algorithm", false}, {"kid", false},
	} {
		_, ok := lookup(tc.name)
		assert.Equal(t, tc.secret, ok, tc.name)
	}
}
