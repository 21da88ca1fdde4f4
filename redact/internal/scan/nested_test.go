package scan

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// What wraps a value between its name and it is skipped: members with types, calls,
// casts, attributes, sections of character data, pairs of elements.
func TestWrappedValuesAreFound(t *testing.T) {
	password, token := "Xk9pwq2LmB4", made[:32]
	for _, text := range []string{
		`{"password":{"stringValue":"§"}}`,
		`{"key":"password","value":{"stringValue":"§"}}`,
		`{"key":"http.request.header.x_api_key","value":{"stringValue":"¤"}}`,
		`{"db_password":{"value":"§","type":"string","sensitive":true}}`,
		"{\n  \"api_token\": {\n    \"sensitive\": true,\n    \"type\": \"string\",\n    \"value\": \"¤\"\n  }\n}",
		`{"password":{"S":"§"}}`,
		`{"m":"{\"password\":{\"S\":\"§\"}}"}`,
		`{"Name":"/prod/db/password","Type":"SecureString","Value":"§","Version":3}`,
		"password:\n  value: §\n",
		`password = { value = "§" }`,
		`<ns1:Password xsi:type="xsd:string">§</ns1:Password>`,
		`<wsse:Password Type="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-username-token-profile-1.0#PasswordText">§</wsse:Password>`,
		"<password><![CDATA[§]]></password>", "<apiKey><![CDATA[¤]]></apiKey>", "<password><![CDATA[§<&;x]]></password>",
		"<key>password</key><string>§</string>", "<key>password</key>\n\t<string>§</string>",
		"<init-param><param-name>password</param-name><param-value>§</param-value></init-param>",
		`Config { user: "bob", password: Some("§") }`, `Config { token: Some("¤"), port: 1 }`, `api_key: Option("¤")`,
		`Password: aws.String("§")`, `Token: ptr.To("¤"),`, `password=SecretStr('§')`, `password=b'§'`, `password=Optional[§]`,
		`password: Optional("§")`, `Password:(*string)("§")`, `password = @"§";`, `Password: (string) (len=16) "§",`,
		`Token: (*string)(0xc000012340)((len=32) "¤")`,
		`conn.setPassword("§")`, `.setPassword('§')`, `setApiKey("¤")`, `req.SetBasicAuth("bob", "§")`, `requests.get(u, auth=("bob", "§"))`,
		`if password != "§" {`, `password !== '§'`, `("password", "§")`, `["password","§"]`, "(password,§)", `{password, <<"§">>}`, `{:password, "§"}`,
		`getenv("API_TOKEN") ?: "¤"`, `process.env.API_KEY || '¤'`, `cfg.password ?? "§"`,
	} {
		secret := password
		if strings.Contains(text, "¤") {
			secret = token
		}
		text = strings.NewReplacer("§", password, "¤", token).Replace(text)
		if assert.NotEmpty(t, All(text), "%q", text) {
			assert.Empty(t, left(text, secret), "%q", text)
		}
	}
}

// Objects, calls and pairs without a value under the name hold no secret.
func TestWrappersWithoutAValuePass(t *testing.T) {
	for _, text := range []string{
		`{"password":{"type":"string","minLength":8}}`, `{"password":{"minLength":8}}`, `{"password":{"label":"Password"}}`,
		`{"password":{"required":true,"sensitive":true}}`, `{"token":{"default":"none"}}`, `{"secret":{"name":"db-credentials-x7f9k2","namespace":"prod"}}`,
		`{"credentials":{"type":"AwsProfile","region":"us-east-1"}}`, `["password","username","email"]`, `["password","email"]`,
		`["token","01HXYZABCDEFGHJKMNPQRSTVWX"]`, "password: Some(user_input)", `Password: aws.String(os.Getenv("DB_PASSWORD"))`,
		`resetPassword("bob")`, `getPassword("prod-db-1")`, `if token != "EOF42" {`, "if f.ErrCode != http2ErrCodeNo {", "isOnePass != test.isOnePass",
		"filesUsingGoVersion(pass, versions.Go1_22)", "append(tokens, endBlockMarker)", "check_token(FlowEntryToken, FlowMappingEndToken)",
		"isinstance(key, (Ed25519PrivateKey, Ed448PrivateKey))", `Union["_RSAPrivateKey", "_RSAPublicKey"]`, `'OAuth': ('oauth_get_sbs', 'oauth_urlencode')`,
		"password: Optional[HiddenText] = None", "[]x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth}",
		`auth=("bob", "password")`, `opts.password || "guest"`, "// Split into tokens,\n// s separated by _ or -.\ntype s struct {\n\tb     []byte\n\tbytes [max99thSize]byte",
		"<key>password</key><string>required</string>", `<param-name>token</param-name><param-value>${TOKEN}</param-value>`,
	} {
		assert.Empty(t, All(text), "%q", text)
	}
}
