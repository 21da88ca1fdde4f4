package scan

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// jumble returns a password of all printable ASCII but quotes and the backslash.
func jumble(r *rand.Rand, n int) string {
	b := make([]byte, n)
	for i := range b {
		for b[i] == 0 || strings.IndexByte("\"'`\\", b[i]) >= 0 {
			b[i] = byte('!' + r.IntN('~'-'!'+1))
		}
	}
	return string(b)
}

// Generators of passwords use all marks, also those that end values elsewhere.
func TestPasswordsOfAllMarks(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 4))
	const rounds = 1000
	const most = rounds * 8 / 100 // that may pass or leave a part
	for _, frame := range []string{
		"password=%s", "password: %s", "DB_PASSWORD=%s\nDB_HOST=x", "export DB_PASSWORD=%s", "client_secret=%s", "api_key: %s",
		"{\"password\":\"%s\"}", "{password:%s}", "map[password:%s]", "user=bob password=%s", "password '%s'", "secret_key = \"%s\"",
		"| password | %s |", "token: '%s'", "echo '%s' | sudo -S ls",
		"host=db user=x password=%s sslmode=disable", "login --password=%s --verbose",
	} {
		missed, last := 0, ""
		for range rounds {
			secret := jumble(r, 14+r.IntN(10))
			if left(fmt.Sprintf(frame, secret), secret) != "" {
				missed++
				last = secret
			}
		}
		assert.LessOrEqual(t, missed, most, "%s: %s", frame, last)
	}
}

// Code, paths, templates, patterns and lists have marks too.
func TestWhatHasMarksAndIsNoPassword(t *testing.T) {
	for _, v := range []string{
		"${DB_PASSWORD:?unset}", "$(cat /run/secrets/db)", "{{ .Values.db.password }}", "<%= password %>", "<your password>",
		"^[A-Za-z0-9!#$%&*]{8,}$", "[a-f0-9]{32}", "args[0].value", "func(a,b[0])", "a=1&b=2;c=3", "s3://bucket/a?b=1&c=2#d",
		"x!=nil&&y!=nil", "orders/2024/*.parquet?x", "a@example.com;b@example.com", "&lt;none&gt;", "#{ENV[x]}!",
	} {
		assert.False(t, messy(v), v)
	}
	for _, text := range []string{
		"secret_key = \"${SECRET_KEY:?unset}\"", "api_key: \"^[a-f0-9]{32}$\"", "password=;host=db;user=bob", "client_secret=,client_id=orders",
		"api_key=&page=2#top", "{api_key:,page:2}", "secret: {{ .Values.x1!y2 }}",
	} {
		assert.Empty(t, All(text), text)
	}
}

// What stands behind a password of all marks stays.
func TestPasswordOfMarksEnds(t *testing.T) {
	const secret = "q(8Zk!m2}x;R"
	for _, tc := range []struct{ before, after string }{
		{"password=", " next"}, {"{password:", "}"}, {"Config{user:bob password:", " host:h}"}, {"(password=", ") next"},
		{"map[password:", "] next"}, {"password=", "\nhost=h"}, {"password=", ", host=h"},
	} {
		text := tc.before + secret + tc.after
		found := All(text)
		if assert.Len(t, found, 1, text) {
			assert.Equal(t, secret, text[found[0].Start:found[0].End], text)
		}
	}
}
