package scan

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

// patterns are pieces that, repeated, give every handler and decoder work.
var patterns = []string{
	"token=", "token:a:", "-----BEGIN ", "-----BEGIN PRIVATE", "-END PRIVATE", "\"kty\"", "kty d:", "@", "a:b@", "//a:b@", "%25", "%4",
	"\\\\", "\\u005c", "&amp;", "&#38;", "[1 1 1 ", "{1,", "AKIA234567ABCDEF234567 ", "eyJhbGciOiJub25lIn0.", "ghp_", "password\n",
	"\u200b", "Bearer ", "Basic ", "cookie: a=b; ", "<password>", "thin:a/b@", "/p/", "00", "4142434445464748494a4b4c", "key=",
	"xoxb-1-", "T3BlbkFJ", "curl -u ", "identified by ", "set password for ", "redis://a:", "name: password value: ", "<add key=\"password\" ",
	"sv=1&", "adls.sas-token=sv=1&", "-----BEGIN CERTIFICATE-----\nA", "password=@a ", "password = a(", "Private-Lines: 1\nA", "Q~", ".atlasv1.", "a", "=",
}

// Four times the text may not take much more than four times the time. A busy
// machine can spoil a measurement, so that several are allowed: a quadratic
// case takes sixteen times as long in each.
func TestTimeIsLinear(t *testing.T) {
	for _, p := range patterns {
		ok := false
		for range 10 {
			small, large := fastest(p, 25_000), fastest(p, 100_000)
			if ok = large < 8*small+time.Millisecond; ok {
				break
			}
		}
		assert.True(t, ok, "%q", p)
	}
}

func fastest(pattern string, size int) time.Duration {
	text := strings.Repeat(pattern, size/len(pattern)+1)
	best := time.Duration(1 << 62)
	for range 3 {
		start := time.Now()
		All(text)
		best = min(best, time.Since(start))
	}
	return best
}

func TestBudgetFailsClosed(t *testing.T) {
	text := strings.Repeat("a", 12)
	for range 9 {
		text = strings.NewReplacer("%", "%25", "a", "%61").Replace(text)
	}
	f, ok := First(text)
	assert.True(t, ok)
	assert.Equal(t, kindOverflow, f.Kind)
}
