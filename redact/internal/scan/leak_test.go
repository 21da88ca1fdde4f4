package scan

import (
	"encoding/base64"
	"math/rand/v2"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// left returns a run of eight bytes of a secret that no finding covers, "" when
// there is none.
func left(text, secret string) string {
	const least = 8
	var rest strings.Builder
	at := 0
	for _, f := range All(text) {
		rest.WriteString(text[at:f.Start] + "\x00")
		at = f.End
	}
	rest.WriteString(text[at:])
	for i := 0; i+least <= len(secret); i++ {
		if strings.Contains(rest.String(), secret[i:i+least]) {
			return secret[i : i+least]
		}
	}
	return ""
}

// Every private member of a key is a secret: a prime and the public modulus give
// back the private exponent (RFC 8017).
func TestEveryPrivateMemberOfAKeyIsFound(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	value := func(size int) string {
		b := make([]byte, size)
		for i := range b {
			b[i] = byte(r.Uint32())
		}
		return base64.RawURLEncoding.EncodeToString(b)
	}
	for _, size := range []int{48, 256, 1024} {
		public := `"n":"` + value(size) + `","e":"AQAB"`
		for _, name := range []string{"d", "p", "q", "dp", "dq", "qi"} {
			secret := value(size)
			for _, text := range []string{
				`{"kty":"RSA",` + public + `,"d":"` + value(size) + `","` + name + `":"` + secret + `","kid":"a"}`,
				`{"d":"` + value(64) + `","` + name + `":"` + secret[:60] + `","kty":"RSA",` + public + `}`,
				`map[d:` + value(size) + ` ` + name + `:` + secret + ` kty:RSA]`,
			} {
				assert.Empty(t, left(text, secret), "%s of %d bytes", name, len(secret))
			}
		}
	}
	other := value(64)
	assert.Empty(t, left(`{"kty":"RSA","d":"`+made+`","oth":[{"r":"`+made+`","d":"`+made+`","t":"`+made+`"},{"r":"`+other+`"}]}`, other))
	assert.Empty(t, left(`{"kty":"oct","k":"`+made[:22]+"\u2026(truncated)", made[:22]))
	assert.Empty(t, All(`{"kty":"EC","crv":"P-256","x":"`+made[:43]+`","y":"`+made[:43]+`","x5t":"`+made[:27]+`"}`))
}

// The span of a token behind an authentication scheme goes to where the header's
// grammar ends it, whatever marks stand inside of it.
func TestCredentialsAreFoundWhole(t *testing.T) {
	for _, mark := range []string{"!", "@", "|", "%", "#", "$", "*", "^", ":", "~", "/", "+", "."} {
		token := "00D" + made[:14] + mark + "AR" + made
		for _, head := range []string{"Authorization: Bearer ", "Authorization: token ", "authorization: OAuth ", `"Authorization":"Bearer `, "Authorization=", "use Bearer "} {
			for _, tail := range []string{"", " next", ", next", `" next`, "\nnext"} {
				text := head + token + tail
				assert.Empty(t, left(text, token), "%q", text)
			}
		}
		for _, encode := range []func(string) string{url.QueryEscape, strconv.Quote, func(s string) string { return strings.ReplaceAll(s, "!", `\u0021`) }} {
			text := encode("Authorization: Bearer " + token + " next")
			assert.Empty(t, left(text, "AR"+made), "%q", text)
		}
	}
	for _, tc := range []struct{ before, secret, after string }{
		{"use Bearer ", made, "! next"},
		{"use Bearer ", made, ": rejected"},
		{"use Bearer ", made, "|GET|200"},
		{"use Bearer ", made, "&next=1"},
		{"Cookie: _oauth2_proxy=", made[:32] + "|1700000000|" + made[:27] + "=", "; theme=dark"},
		{"Cookie: a=1; b=", made[:32], ", next"},
		{"aeg-sas-token: ", "r=https%3a%2f%2fx.eventgrid.azure.net%2fapi&e=1%2f1%2f2025&s=" + made[:43] + "%3d", " next"},
		{"aws_secret_access_key: ", "+" + made[:39], ""},
		{"AZURE_STORAGE_KEY=", "+" + made[:39], ""},
		{"fs.s3a.secret.key : '", "+" + made[:39], "'"},
		{"private_key=", made[:29] + "\n" + made[:14] + "=", ""},
		{`{"password":"`, `ab\"cdefGHI99xyzzy`, `","port":1}`},
		{`{"m":"{\"password\":\"`, `ab\\\"cdefGHI99xyzzy`, `\"}"}`},
		{`"unseal_keys_b64":["`, made[:44] + `", "` + strings.ToLower(made[:44]), `"]`},
		{`"unseal_keys_b64":["`, made[:44] + `","` + strings.ToLower(made[:30]), ""},
		{`"unseal_keys_b64":["`, made[:44] + `","` + strings.ToLower(made[:30]), "\u2026(truncated)"},
		{"mfaCode:\n  - ", "46008802\n  - 46008803", "\nnext: 1\n"}, {"mfaCode=", "46008802,46008803", ""},
		{"map[admin.password:[", "~&pe$&IP?g?q&gBIuN ~&pe$&IP?g?q&gBIuM", "]]"}, {"admin.password:\n  - ", "~&pe$&IP?g?q&gBIuN\n  - ~&pe$&IP?g?q&gBIuM", "\nnext: 1\n"},
		{"map[private_key:[", "+" + made[:43] + " +" + made[:43], "]]"},
		{"", "sk-" + made[:40] + "_aX5ag4CqiotdRee1JBJ0", " next"}, {"", "sk-" + made[:40] + "-fm22icd", "..."},
		{"Cookie: _oauth2_proxy=", made[:40] + "|1752876307|apruev-ifzgpbzjzyl_ilmogi=", "; theme=dark"}, {"Cookie: _oauth2_proxy=", made[:40] + "|17228...", ""},
		{"", "SCRAM-SHA-256$30:" + made[:8] + "$" + made[:38] + "\nQF:4tudLfFstZX4A515yjej3ITSl0DeObBhgaMoNlnN8n", ""},
		{"GOOG1E" + strings.Repeat("N5LG05M1JUO", 5) + "+", made[:13] + "%2B" + made[:26], ""},
		{"Authorization :   ApiKey   ", "+" + made[:27] + "+" + made[:20], ""},
		{"encryption_key: ", made[:33] + "\n" + made[:10] + "=", "\nnext: 1"},
	} {
		text := tc.before + tc.secret + tc.after
		if found := All(text); assert.Len(t, found, 1, "%q", text) {
			assert.Equal(t, tc.secret, text[found[0].Start:found[0].End], "%q", text)
		}
	}
}

// Each line of a text that is quoted or commented out begins with the same marks.
func TestKeysInLinesWithMargins(t *testing.T) {
	r := rand.New(rand.NewPCG(15, 16))
	body := make([]byte, 300)
	for i := range body {
		body[i] = byte(r.Uint32())
	}
	encoded := base64.StdEncoding.EncodeToString(body)
	for _, kind := range []string{"RSA PRIVATE", "PGP PRIVATE", "Private-Lines: 7"} {
		first, last := "-----BEGIN "+kind+" KEY-----", "-----END "+kind+" KEY-----"
		if strings.HasSuffix(kind, "7") {
			first, last = kind, "Private-MAC: 00"
		}
		for _, margin := range []string{"", "> ", "> > ", "# ", "// ", " * ", "| ", ">"} {
			text := "see\n" + margin + first + "\n"
			for at := 0; at < len(encoded); at += 64 {
				text += margin + encoded[at:min(len(encoded), at+64)] + "\n"
			}
			assert.Empty(t, left(text+margin+last+"\nbehind", encoded[100:]), "%q %s", margin, kind)
			assert.Empty(t, left(text, encoded[100:]), "%q %s, cut", margin, kind)
		}
	}
}

// Padding inside of a value is no sign of the next pair, and escapes are part of a
// credential.
func TestValuesGoOnBehindPadding(t *testing.T) {
	for _, secret := range []string{
		"AQEusTYahK" + made[:30] + "-" + made[:20] + "+gY=-VzmdzwMXmVXupcjd",
		made[:30] + "/" + made[10:20] + "=-Vzmdzw8XmVXupcjd",
	} {
		for _, name := range []string{"X-API-Key: ", "api_key=", "password="} {
			assert.Empty(t, left(name+secret+" and more", secret), name+secret)
		}
	}
	secret := made[:20] + "%2Bt5bTq2W%3DsFhoS5ZF"
	for _, text := range []string{"failed for token " + secret + " (status 403)", "Bearer " + secret} {
		assert.Empty(t, left(text, secret), text)
	}
}

// Properties with an account behind them are environment variables too.
func TestPropertiesOfAnAccountAsVariables(t *testing.T) {
	for _, name := range []string{"fs.azure.account.key.", "FS_AZURE_ACCOUNT_KEY_", "SPARK_HADOOP_FS_AZURE_ACCOUNT_KEY_"} {
		assert.Empty(t, left(name+"CRMZ_DFS_CORE_WINDOWS_NET='"+made+"=='", made), name)
	}
	const account = "spark.hadoop.fs.azure.account.key.longaccountname123456789.dfs.core.windows.net"
	for _, text := range []string{account + "=" + made, "(" + account + "," + made + ")", "http-server.https.keystore.key=0wqK-B1H9-S9GG-8FJG" + made} {
		assert.Empty(t, left(text, made), text)
	}
	hexes := strings.Repeat("4d8e9b1c2f7a0d35", 4)
	for _, token := range []string{
		"K10" + hexes + "::server:" + made[:32], "K10" + hexes + "::node:" + made[:32], "AVNS_" + made[:21], "zpka_" + made[:40],
		"0.b63067bd-d095-4f16-ad88-d3a827ad5834." + made[:30] + ":" + made[:22] + "==",
		"-----BEGIN OpenVPN Static key V1-----\n" + hexes[:32] + "\n" + hexes[32:] + "\n-----END OpenVPN Static key V1-----",
		"-----BEGIN OpenVPN tls-crypt-v2 client key-----\n" + made + "\n" + made,
	} {
		assert.Empty(t, left("see "+token, token[12:]), token)
	}
	for _, token := range []string{"perm:c2Vuc29y.OTItNDgyMw==." + made[:30], "perm:ZnJhdWQ=.OTItOTE0Ng==." + made[:30], "r8_" + made[:17] + "_-" + made[:18], "bce-v3/ALTAK-" + made[:22] + "/26b4b9ecc4d89c3dccbbc3a463e25771b1fcf25e"} {
		assert.Empty(t, left("see "+token, token[8:]), token)
	}
}

// What people and programs put between a name and its value.
func TestWhatJoinsANameToItsValue(t *testing.T) {
	for _, text := range []string{
		"password\u00a0=\u00a0" + made, "password:\u3000" + made, "password\u2009is\u2009" + made, "your new token is: " + made,
		"the encryption key is: " + made, "temporary mysql password is: " + made,
		"headers complete:\n':path', '/v1'\n'x-api-key', '" + made + "'\n'x-request-id', 'a'", "'x-api-key', '" + made + "'",
		"SIGNING_SECRET: Ads!Vacuum999!" + made,
	} {
		assert.Empty(t, left(text, made), "%q", text)
	}
	for _, text := range []string{"WEBHOOK_SECRET=4euK-KkKZ-EszB-iMR1", "SIGNING_SECRET: Ads!Vacuum999!"} {
		assert.NotEqual(t, "-", verdict(text), text)
	}
	for _, text := range []string{"WEBHOOK_SECRET=prod-east-blue-team", "WEBHOOK_SECRET=Prod-East-Blue-Team", "api_key='x', '" + made[:30] + "'", "a 'x-api-key', 'of " + made[:9] + "'"} {
		assert.Equal(t, "-", verdict(text), text)
	}
}
