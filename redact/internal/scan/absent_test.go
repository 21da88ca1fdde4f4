package scan

import (
	"encoding/base64"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// What stands in the place of a secret, or says how one authenticates, is none;
// the neighbour of each is.
func TestSecretsThatAreNotThere(t *testing.T) {
	header := base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"RS256"}`))
	line := func(word, kind string) string { return "-----" + word + " " + kind + "PRIVATE" + " KEY-----" }
	object := func(k string) string {
		return base64.StdEncoding.EncodeToString([]byte(`{"k":"` + k + `","n":"deploys","id":1}`))
	}
	handle := "AQEB" + made + made
	for _, tc := range [][2]string{
		{`missing "` + line("BEGIN", "RSA ") + `" header`, "missing " + line("BEGIN", "RSA ") + " header"},
		{`missing "` + line("END", "RSA ") + `"`, made + "\n" + line("END", "RSA ")},
		{line("BEGIN", "EC ") + "\nREDACTED\n" + line("END", "EC "), line("BEGIN", "EC ") + "\nMREDACTED\n" + line("END", "EC ")},
		{line("BEGIN", "") + "\n[REDACTED]\n" + line("END", ""), line("BEGIN", "") + "\nq7Zt3X\n" + line("END", "")},
		{line("BEGIN", "") + `\n***\n` + line("END", ""), line("BEGIN", "") + `\nq7Zt\n` + line("END", "")},
		{"JWT " + header + ".REDACTED.REDACTED", "JWT " + header + "." + made[:20] + ".REDACTED"},
		{"token=" + header + ".***.***", "token=" + header + "." + made[:20]},
		{"Bearer " + header + ".[REDACTED]", "Bearer " + header + "." + made[:20]},
		{"$ANSIBLE_VAULT;1.1;AES256", "$ANSIBLE_VAULT;1.1;AES256\n" + strings.Repeat("3964", 10)},
		{"$ANSIBLE_VAULT;1.1;AES256\n3964396", "$ANSIBLE_VAULT;1.1;AES256\n39643964"},
		{"password: scram-sha-256", "password: scrum-sha-256"},
		{"auth=AWS_MSK_IAM", "auth=" + made[:20]},
		{"token: JWT-RS256", "token: JWT-" + made[:14]},
		{"row identified by 'bob42'", "create user bob identified by 'bob42'"},
		{"role identified by 'bob42'", "IDENTIFIED BY 'bob42'"},
		{"Cookie: AWSALB=" + made, "Cookie: AWSALC=" + made},
		{"Cookie: ajs_anonymous_id=9bd33a8d-9bd3-4a8d-9bd3-9bd33a8d9bd3", "Cookie: ajs_anonymous_id=a; sid2=" + made},
		{"cursor: " + object("9bd33a8d-9bd3-4a8d-9bd3-9bd33a8d9bd3"), "cursor: " + object(made[:32])},
		{object("orders"), object(made[:32])[:40]},
		{"receiptHandle=" + handle, "x=" + handle + "==-" + made[:43] + "=-q7#"},
		{"b=EAAE" + made + made + made[:20] + "+" + made[:20], "b=EAAE" + made + made + made[:20]},
		{"X-Amz-Signature=%5BREDACTED%5D", "X-Amz-Signature=%5B" + made[:30]},
		{`mongodb://app:\\u003cpassword\\u003e@db.x/a`, `mongodb://app:\\u0041password7@db.x/a`},
		{`AWS_SECRET_ACCESS_KEY=\u003cnil\u003e\nregion=x`, `AWS_SECRET_ACCESS_KEY=\u0020` + made[:40] + `\nregion=x`},
		{"Set-Cookie: session=; Max-Age=0 req=01K5CQX64PCR1CY74CT8RXFXYK", "Set-Cookie: session=; Max-Age=0; req=" + made},
		{"scheme=Bearer node=fraud-l3jk2", "scheme=Bearer n0de=" + made[:12]},
		{"authorization: none svc=claims-6k098", "authorization: OAuth x9=" + made[:16]},
		{`{Name:\"a\", Password:\"\", Limit:27}`, `{Name:\"a\", Password:\"b, Limit:27}\"`},
		{`size=1\u0026pageToken=eyJpZCI6IjAxSjY1OEdTVjY3UUZXUTlWUzVEUERLVEFDIn0`, `size=1\u0026idToken=` + made},
		{"<td>token: <password> host=catalog.internal</td>", "<td><password> host=catalog.internal</password></td>"},
		{strings.Repeat("x ", 30) + "token: ********\nhost=ingest", strings.Repeat("x ", 30) + "token: " + made[:20] + "\nhost=ingest"},
		{`{"a":"{\"b\":\"secret: \\\\u003cnil\\\\u003e\\\\nregion=x\"}"}`, `{"a":"{\"b\":\"secret: \\\\u0041` + made[:20] + `\\\\nregion=x\"}"}`},
		{"s3.secret-access-key: $S3.SECRET-ACCESS-KEY", "s3.secret-access-key: $" + made[:20]},
		{"s3.secret-access-key: %(s3.secret-access-key)s", "s3.secret-access-key: %" + made[:20]},
		{"map[password:\u2022\u2022\u2022\u2022\u2022\u2022\u2022 host:stream]", "map[password:\u00b7" + made[:9] + " host:stream]"},
		{`{"password":"N/A"}`, `{"password":"N/B"}`},
		{"resume token=" + made[:30], "request token=" + made[:30]},
		{"{credential: balance:a}", "{a\n  credential: balance:" + made[:20] + "}"},
	} {
		assert.Equal(t, "-", verdict(tc[0]), tc[0])
		assert.NotEqual(t, "-", verdict(tc[1]), tc[1])
	}
}

// The marks at the end of a key belong to it, a quote behind them does not.
func TestKeyWithMarksAtItsEnd(t *testing.T) {
	key := "AQE" + made + made + "==-" + made[:43] + "=-<a,p#T(k{W]Z"
	for _, after := range []string{"", `"`, " next", "\n"} {
		found := All("see " + key + after)
		if assert.Len(t, found, 1) {
			assert.Equal(t, len("see ")+len(key), found[0].End, after)
		}
	}
}
