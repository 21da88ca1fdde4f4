package corpus

import (
	"encoding/base64"
	"encoding/json"
	"strings"
)

func (g *Gen) jwt(header string) string {
	payload, _ := json.Marshal(map[string]any{"sub": g.word(), "aud": g.word(), "exp": 1700000000 + g.num(0, 1000000), "jti": g.uuid()})
	return segment(header) + "." + segment(string(payload)) + "." + g.url64(g.num(32, 256))
}

func (g *Gen) pem(label string, lines int) string {
	var b strings.Builder
	b.WriteString("-----BEGIN " + label + "-----\n")
	for range lines {
		b.WriteString(g.b64(48) + "\n")
	}
	b.WriteString("-----END " + label + "-----")
	return b.String()
}

// words that a source scanner would take for the real thing are put together
// here.
const privateKey = "PRIVATE" + " KEY"

var credentialBuilders = []builder{
	{"jwt-hs256", func(g *Gen) (string, string) {
		s := g.jwt(`{"alg":"HS256","typ":"JWT"}`)
		return s, s[40:]
	}},
	{"jwt-rs256-kid", func(g *Gen) (string, string) {
		s := g.jwt(`{"alg":"RS256","kid":"` + g.hex(40) + `","typ":"JWT"}`)
		return s, s[40:]
	}},
	{"jwt-typ-first", func(g *Gen) (string, string) {
		s := g.jwt(`{"typ":"at+jwt","kid":"` + g.url64(8) + `","alg":"ES256"}`)
		return s, s[40:]
	}},
	{"jwt-pretty-header", func(g *Gen) (string, string) {
		s := g.jwt("{\n  \"alg\" : \"HS256\",\n  \"typ\" : \"JWT\"\n}")
		return s, s[40:]
	}},
	{"jwt-spaced-header", func(g *Gen) (string, string) {
		s := g.jwt(`{ "alg": "EdDSA" }`)
		return s, s[40:]
	}},
	{"jwt-none", func(g *Gen) (string, string) {
		s := segment(`{"alg":"none"}`) + "." + segment(`{"sub":"`+g.uuid()+`","exp":1700000000}`) + "."
		return s, s[22:]
	}},
	{"jwt-detached", func(g *Gen) (string, string) {
		sig := g.url64(64)
		return segment(`{"alg":"ES256","b64":false,"crit":["b64"]}`) + ".." + sig, sig
	}},
	{"jwt-spiffe", func(g *Gen) (string, string) {
		s := segment(`{"alg":"ES256","kid":"`+g.chars(alnum, 12)+`"}`) + "." + segment(`{"aud":["x"],"exp":1,"sub":"spiffe://td/ns/a"}`) + "." + g.url64(64)
		return s, s[40:]
	}},
	{"jwe", func(g *Gen) (string, string) {
		s := segment(`{"alg":"RSA-OAEP","enc":"A256GCM"}`) + "." + g.url64(256) + "." + g.url64(12) + "." + g.url64(80) + "." + g.url64(16)
		return s, s[60:]
	}},
	{"jwe-dir", func(g *Gen) (string, string) {
		s := segment(`{"alg":"dir","enc":"A128CBC-HS256"}`) + ".." + g.url64(16) + "." + g.url64(80) + "." + g.url64(16)
		return s, s[60:]
	}},
	{"bearer-opaque", func(g *Gen) (string, string) { t := g.chars(b64url, g.num(24, 60)); return "Bearer " + t, t }},
	{"bearer-header", func(g *Gen) (string, string) {
		t := g.chars(alnum, g.num(24, 60))
		return "Authorization: Bearer " + t, t
	}},
	{"bearer-lower", func(g *Gen) (string, string) { t := g.hex(40); return "authorization: bearer " + t, t }},
	{"bearer-jwt", func(g *Gen) (string, string) { t := g.jwt(`{"alg":"RS256"}`); return "Bearer " + t, t[20:] }},
	{"dpop", func(g *Gen) (string, string) { t := g.chars(b64url, 43); return "DPoP " + t, t }},
	{"basic", func(g *Gen) (string, string) {
		t := base64.StdEncoding.EncodeToString([]byte(g.word() + ":" + g.chars(alnum, g.num(6, 20))))
		return "Basic " + t, t
	}},
	{"basic-header", func(g *Gen) (string, string) {
		t := base64.StdEncoding.EncodeToString([]byte(g.uuid() + ":" + g.chars(alnum, g.num(6, 30))))
		return "Authorization: Basic " + t, t
	}},
	{"token-scheme", func(g *Gen) (string, string) { t := g.hex(40); return "Authorization: token " + t, t }},
	{"ssws", func(g *Gen) (string, string) {
		t := "00" + g.chars(b64url, 40)
		return "Authorization: SSWS " + t, t
	}},
	{"apikey-scheme", func(g *Gen) (string, string) {
		t := g.b64(36)
		return "Authorization: ApiKey " + t, strings.TrimRight(t, "=")
	}},
	{"negotiate", func(g *Gen) (string, string) { t := "YII" + g.b64(90); return "Authorization: Negotiate " + t, t[:40] }},
	{"snowflake-token", func(g *Gen) (string, string) {
		t := "ver:1-hint:" + g.chars(digits, 10) + "-ETMsDgAAA" + g.b64(60)
		return `Snowflake Token="` + t + `"`, t[len(t)-60:]
	}},
	{"shared-key-header", func(g *Gen) (string, string) { t := g.b64(32); return "SharedKey account1:" + t, t }},
	{"oss-header", func(g *Gen) (string, string) { t := g.b64(20); return "OSS LTAI" + g.chars(alnum, 20) + ":" + t, t }},
	{"aws-pair", func(g *Gen) (string, string) { s := g.chars(b64std, 40); return g.akia() + ":" + s, s }},
	{"aws-pair-space", func(g *Gen) (string, string) { s := g.chars(alnum, 40); return g.akia() + " " + s, s }},
	{"gcs-hmac-pair", func(g *Gen) (string, string) {
		s := g.chars(b64std, 40)
		return "GOOG1E" + g.chars(upperAlpha+digits, 55) + " " + s, s
	}},
	{"rsa-private-key", func(g *Gen) (string, string) {
		s := g.pem("RSA "+privateKey, 6)
		return s, s[40 : len(s)-40]
	}},
	{"ec-private-key", func(g *Gen) (string, string) {
		s := g.pem("EC "+privateKey, 3)
		return s, s[40 : len(s)-40]
	}},
	{"pkcs8-private-key", func(g *Gen) (string, string) {
		s := g.pem(privateKey, 6)
		return s, s[40 : len(s)-40]
	}},
	{"encrypted-private-key", func(g *Gen) (string, string) {
		s := g.pem("ENCRYPTED "+privateKey, 6)
		return s, s[45 : len(s)-45]
	}},
	{"openssh-private-key", func(g *Gen) (string, string) {
		s := g.pem("OPENSSH "+privateKey, 5)
		return s, s[45 : len(s)-45]
	}},
	{"pgp-private-key", func(g *Gen) (string, string) {
		s := g.pem("PGP "+privateKey+" BLOCK", 5)
		return s, s[45 : len(s)-45]
	}},
	{"putty-private-key", func(g *Gen) (string, string) {
		b := g.b64(48)
		return "PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none\nComment: k\nPrivate-Lines: 1\n" + b, b
	}},
	{"jwk-rsa", func(g *Gen) (string, string) {
		d := g.url64(256)
		return `{"kty":"RSA","n":"` + g.url64(256) + `","e":"AQAB","d":"` + d + `"}`, d
	}},
	{"jwk-ec", func(g *Gen) (string, string) {
		d := g.url64(32)
		return `{"kty":"EC","crv":"P-256","x":"` + g.url64(32) + `","y":"` + g.url64(32) + `","d":"` + d + `"}`, d
	}},
	{"jwk-rsa-prime", func(g *Gen) (string, string) {
		p := g.url64(128)
		return `{"kty":"RSA","n":"` + g.url64(256) + `","e":"AQAB","d":"` + g.url64(256) + `","p":"` + p + `","q":"` + g.url64(128) + `"}`, p
	}},
	{"jwk-rsa-coefficient", func(g *Gen) (string, string) {
		qi := g.url64(128)
		return `{"d":"` + g.url64(256) + `","dp":"` + g.url64(128) + `","e":"AQAB","kty":"RSA","n":"` + g.url64(256) + `","p":"` + g.url64(128) + `","qi":"` + qi + `"}`, qi
	}},
	{"jwk-without-type", func(g *Gen) (string, string) {
		d := g.url64(32)
		return g.of(`{"crv":"Ed25519","d":"`+d+`","x":"`+g.url64(32)+`"}`, `{"alg":"HS256","k":"`+d+`","kid":"a"}`, `{"k":"`+d+`","use":"enc"}`, `{"n":"`+g.url64(256)+`","e":"AQAB","d":"`+d+`"}`, `{"p":"`+g.url64(128)+`","q":"`+g.url64(128)+`","d":"`+d+`"}`), d
	}},
	{"bearer-marks", func(g *Gen) (string, string) {
		t := "00D" + g.chars(alnum, 15) + g.of("!", "@", "|", "~") + "AR" + g.chars(alnum+"._", 60) + "x"
		return "Authorization: Bearer " + t, t
	}},
	{"oauth2-proxy-cookie", func(g *Gen) (string, string) {
		t := g.url64(60) + "|17" + g.chars(digits, 8) + "|" + g.url64(20) + "="
		return "Cookie: _oauth2_proxy=" + t + "; theme=dark", t
	}},
	{"event-grid-sas", func(g *Gen) (string, string) {
		sig := pct(g.b64(32))
		return "aeg-sas-token: r=https%3a%2f%2fx.eastus-1.eventgrid.azure.net%2fapi%2fevents&e=1%2f1%2f2025&s=" + sig, sig
	}},
	{"kubernetes-secret-data", func(g *Gen) (string, string) {
		v := base64.StdEncoding.EncodeToString([]byte(g.words(2, "-") + g.chars(digits, 3)))
		return g.of("---\napiVersion: v1\nkind: Secret\ndata:\n  "+g.word()+": "+v+"\n", `{"apiVersion":"v1","data":{"`+g.word()+`":"`+v+`"},"kind":"Secret"}`), v
	}},
	{"secret-manager-payload", func(g *Gen) (string, string) {
		v := base64.StdEncoding.EncodeToString([]byte(g.words(2, "-") + g.chars(digits, 3)))
		return `{"name":"projects/1/secrets/` + g.word() + `/versions/3","payload":{"data":"` + v + `","dataCrc32c":"` + g.chars(digits, 9) + `"}}`, v
	}},
	{"secure-string", func(g *Gen) (string, string) {
		v := g.words(2, "-") + g.chars(digits, 3)
		return `{"Name":"/prod/` + g.word() + `","Type":"SecureString","Value":"` + v + `"}`, v
	}},
	{"vault-secret-id", func(g *Gen) (string, string) {
		s := g.uuid()
		return g.of("role_id="+g.uuid()+" secret_id="+s, `{"role_id":"`+g.uuid()+`","secret_id":"`+s+`"}`, "vault write auth/approle/login role_id="+g.uuid()+" secret_id="+s), s
	}},
	{"prefixed-secret", func(g *Gen) (string, string) {
		t := g.of("key_", "token-", "tok_", "secret_", "api_key_", "apikey-", "sdk_", "client_secret_") + g.of(g.hex(64), g.hex(48), g.chars(alnum, g.num(33, 42)))
		return t, t
	}},
	{"token-behind-name", func(g *Gen) (string, string) {
		t := g.of("dapi"+g.hex(32), "AIza"+g.chars(b64url, 34)+"x", "hf_"+g.chars(alnum, 34))
		return g.of("tbl-", "x_", "prod_", "my-team-") + t, t
	}},
	{"unseal-key", func(g *Gen) (string, string) {
		k := g.b64(33)
		return "Unseal Key " + g.of("1", "2", "5") + ": " + k, k
	}},
	{"unseal-keys-json", func(g *Gen) (string, string) {
		k := g.b64(33)
		return `{"unseal_keys_b64":["` + g.b64(33) + `","` + k + `"]}`, k
	}},
	{"terraform-variable", func(g *Gen) (string, string) {
		p := g.chars(alnum, 8) + g.of("!", "_", "$") + g.chars(alnum, 6)
		return `variable "db_password" { default = "` + p + `" }`, p
	}},
	{"sql-option", func(g *Gen) (string, string) {
		k := g.hex(32)
		return "CREATE TABLE t USING x OPTIONS (api_key '" + k + "')", k
	}},
	{"json-escaped-quote", func(g *Gen) (string, string) {
		p := g.chars(alnum, 3) + `\"` + g.chars(alnum, 12)
		return `{"password":"` + p + `","port":5432}`, p
	}},
	{"xml-marks", func(g *Gen) (string, string) {
		p := g.chars(alnum, 3) + g.of("|", "]", ",", ")") + g.chars(alnum, 12)
		return "<password>" + p + "</password>", p
	}},
	{"token-in-versioned-path", func(g *Gen) (string, string) {
		t := "AIza" + g.chars(b64url, 34) + "x"
		return "https://h.example.com/" + g.of("v1beta1", "k8s", "e2e", "dw-yl8z") + "/" + t + "/items", t
	}},
	{"jwk-oct", func(g *Gen) (string, string) { k := g.url64(32); return `{"kty":"oct","k":"` + k + `"}`, k }},
	{"gcp-service-account-json", func(g *Gen) (string, string) {
		body := g.b64(48)
		return `{"type":"service_account","project_id":"p","private_key_id":"` + g.hex(40) + `","private_key":"-----BEGIN ` + privateKey + `-----\n` + body + `\n-----END ` + privateKey + `-----\n","client_email":"x@p.iam.gserviceaccount.com"}`, body
	}},
	{"delta-sharing-profile", func(g *Gen) (string, string) {
		t := g.chars(alnum, 40)
		return `{"shareCredentialsVersion":1,"endpoint":"https://s.example.com/","bearerToken":"` + t + `"}`, t
	}},
	{"iceberg-remote-sign", func(g *Gen) (string, string) {
		sig := g.hex(64)
		return `{"headers":{"Authorization":["AWS4-HMAC-SHA256 Credential=` + g.akia() + `/20240101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=` + sig + `"]}}`, sig
	}},
	{"azure-connection-string", func(g *Gen) (string, string) {
		k := g.b64(64)
		return "DefaultEndpointsProtocol=https;AccountName=acct;AccountKey=" + k + ";EndpointSuffix=core.windows.net", k
	}},
	{"service-bus-connection-string", func(g *Gen) (string, string) {
		k := g.b64(32)
		return "Endpoint=sb://ns.servicebus.windows.net/;SharedAccessKeyName=Root;SharedAccessKey=" + k, k
	}},
	{"cosmos-connection-string", func(g *Gen) (string, string) {
		k := g.b64(64)
		return "AccountEndpoint=https://a.documents.azure.com:443/;AccountKey=" + k + ";", k
	}},
	{"app-config-connection-string", func(g *Gen) (string, string) {
		k := g.b64(32)
		return "Endpoint=https://a.azconfig.io;Id=ab-cd-ef:" + g.chars(alnum, 20) + ";Secret=" + k, k
	}},
	{"odbc-connection-string", func(g *Gen) (string, string) {
		p := g.chars(alnum, g.num(8, 16))
		return "Server=db;Database=d;Uid=" + g.word() + ";Pwd=" + p + ";", p
	}},
	{"jdbc-connection-string", func(g *Gen) (string, string) {
		p := g.chars(alnum, g.num(8, 16))
		return "jdbc:sqlserver://h:1433;databaseName=d;user=sa;password=" + p, p
	}},
	{"libpq-dsn", func(g *Gen) (string, string) {
		p := g.chars(alnum, g.num(8, 16))
		return "host=db user=app password=" + p + " dbname=lake sslmode=require", p
	}},
	{"sasl-jaas", func(g *Gen) (string, string) {
		p := g.chars(alnum, 24)
		return `org.apache.kafka.common.security.plain.PlainLoginModule required username="u" password="` + p + `";`, p
	}},
	{"netrc", func(g *Gen) (string, string) {
		p := g.chars(alnum, 16)
		return "machine api.example.com login bob password " + p, p
	}},
	{"cli-flag", func(g *Gen) (string, string) {
		p := g.chars(alnum, 16)
		return "tool --user bob --password " + p, p
	}},
	{"cli-token-flag", func(g *Gen) (string, string) {
		p := g.chars(alnum, 32)
		return "tool --token " + p + " list", p
	}},
	{"cookie-header", func(g *Gen) (string, string) {
		p := g.chars(alnum, 32)
		return "Cookie: theme=dark; sessionid=" + p, p
	}},
	{"set-cookie", func(g *Gen) (string, string) {
		p := g.chars(upperAlpha+digits, 32)
		return "Set-Cookie: JSESSIONID=" + p + "; Path=/; HttpOnly", p
	}},
	{"iceberg-credential", func(g *Gen) (string, string) {
		p := g.chars(alnum, 24)
		return "credential=client-" + g.word() + ":" + p, p
	}},
	{"adls-sas-property", func(g *Gen) (string, string) {
		sig := pct(g.b64(32))
		return "adls.sas-token.acct.dfs.core.windows.net=sv=2022-11-02&se=2024-06-01T00:00:00Z&sr=c&sp=rl&sig=" + sig, sig
	}},
	{"adls-connection-string", func(g *Gen) (string, string) {
		k := g.b64(64)
		return "adls.connection-string.acct=DefaultEndpointsProtocol=https;AccountName=acct;AccountKey=" + k, k
	}},
	{"kubernetes-secret-yaml", func(g *Gen) (string, string) {
		p := g.chars(alnum, 20)
		return "stringData:\n  password: " + p + "\n", p
	}},
	{"env-export", func(g *Gen) (string, string) {
		p := g.chars(b64std, 40)
		return "export AWS_SECRET_ACCESS_KEY=" + p, p
	}},
	{"docker-config-auth", func(g *Gen) (string, string) {
		t := base64.StdEncoding.EncodeToString([]byte("user:" + g.chars(alnum, 20)))
		return `{"auths":{"r.example.com":{"auth":"` + t + `"}}}`, t
	}},
}
