package scan

import (
	"encoding/base64"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestSpansAreExact(t *testing.T) {
	segment := func(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) }
	long := strings.Repeat(made, 40)
	sig := made[:43] + "%3D"
	id := "AK" + "IA" + "Q7ZT3XW5LK2VB6NC"
	block := strings.Repeat(made[:40], 2)
	for _, tc := range []struct {
		name, before, secret, after string
	}{
		{"typographic quotes", "X-Amz-Signature=", strings.Repeat("9bd33a8d", 8), "\u201d rejected"},
		{"ellipsis", "x-oss-signature=", made[:20] + "%2F" + made[20:36], "\u2026 rejected"},
		{"query as a value", "adls.sas-token=", "sv=2024-11-04&sr=c&sig=" + sig, ", next=8"},
		{"connection string as a value", "adls.connection-string.a=", "DefaultEndpointsProtocol=https;AccountName=a;AccountKey=" + made[:44], ") next"},
		{"key without its end", "", "-----BEGIN " + "PRIVATE" + " KEY-----\n" + block + "\n" + made[:30], " at step 3"},
		{"key file", "x ", "Private-Lines: 1\n" + block + "\nPrivate-MAC: " + strings.Repeat("9bd33a8d", 8), "\n, next=8"},
		{"part of a dotted name", "catalog.prod.", "pscale_tkn_" + made[:43], ".table"},
		{"authress", "(see ", "sc_ooueipbkq5.xxxe.acc_3psh93bmwatbtek5." + made[:40], ")"},
		{"header named like one of a key file", "Private-Token: ", made[:24], " next"},
		{"long cookie", "Cookie: a=b; sid2=", long, "; theme=dark"},
		{"long token in a cookie", "Set-Cookie: x=", segment(`{"alg":"none"}`) + "." + long + "." + made, "; Path=/"},
		{"long value in quotes", `"password":"`, made + strings.Repeat(" "+made, 40), `","a":1`},
		{"long password of a command", "curl -u jane:", long, " https://example.com"},
		{"long password of a URL", "https://oauth2:", long, "@git.example.com/a.git"},
		{"token as a user", "curl -u ", made[:24], ": https://example.com"},
		{"query of an account whose name is made", `adls.sas-token.n2zy52hu66: "`, "sv=2024-11-04&sr=c&sig=" + sig, `"`},
		{"secret beside its id, split", id + ",", made[:20] + "\u200b" + made[:2] + "\u200b" + made[:18], ""},
		{"wrapped key above another line", "FCM_KEY: ", "AAAA" + made[:7] + ":" + made + made[:4] + "\n" + made + made[:16] + "\n" + made[:24], "\nretries: 3"},
		{"token in a path", "https://h.example.com/v1/", "whsec_" + made[:32], "/items"},
		{"token in a longer path", "https://h.example.com/v1/", "whsec_" + made[:32], "/items/list"},
		{"token with a slash", "https://h.example.com/v1/", "whsec_" + made[:32] + "/" + made[:8], ""},
		{"token with a slash before a capital", "https://h.example.com/v1/", "whsec_" + made[:32] + "/Items", ""},
		{"token before a short segment", "https://h.example.com/v1/", "whsec_" + made[:32], "/abc"},
		{"token with a slash in no path", "x=", "whsec_" + made[:32] + "/items", ""},
		{"password of a command with a space", "curl -u 'jane:", made[:8] + " " + made[8:14], "' https://example.com"},
		{"data source name", "dsn app:", made[:12], "@tcp(db:3306)/lake refused"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			found := All(tc.before + tc.secret + tc.after)
			require.Len(t, found, 1)
			assert.Equal(t, len(tc.before), found[0].Start)
			assert.Equal(t, len(tc.before)+len(tc.secret), found[0].End)
		})
	}
}

// Where a line end stands in a long token must not matter for where it ends.
func TestSpansOfWrappedTokensAreExact(t *testing.T) {
	token := "ey" + "JhbGciOiJub25lIn0." + strings.Repeat(made, 12) + "." + made
	for before := range 80 {
		var text strings.Builder
		text.WriteString(strings.Repeat("-", before) + " ")
		start := text.Len()
		for i := 0; i < len(token); i += 64 {
			text.WriteString(token[i:min(i+64, len(token))] + "\n  ")
		}
		found := All(text.String() + "next")
		require.Len(t, found, 1)
		assert.Equal(t, start, found[0].Start)
		assert.Equal(t, text.Len()-len("\n  "), found[0].End, "%d bytes before", before)
	}
}
