package scan

import (
	"encoding/base64"
	"strings"
	"testing"
)

func enc(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) }

const rnd = "q7Zt3Xw9Lk2Vb8Nc4Rm6Ys1Df5Gh0Jp"

func TestQuickHits(t *testing.T) {
	jwt := enc(`{"alg":"HS256","typ":"JWT"}`) + "." + enc(`{"sub":"x","aud":"y"}`) + "." + enc(rnd)
	hex64 := strings.Repeat("0a1b2c3d4e5f6789", 4)
	sig44 := "kX9vQ2mT7wL4zR8nB1cY6uE3oI5pA0sDfGhJkLqWz3U"
	for _, s := range []string{
		jwt, "Bearer " + jwt, enc("{\n  \"alg\": \"none\"}") + "." + enc(`{"a":1}`) + ".",
		"https://b.s3.amazonaws.com/k?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7ABCDEFG%2F20240101%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20240101T000000Z&X-Amz-Expires=900&X-Amz-SignedHeaders=host&X-Amz-Signature=" + hex64,
		"AWS4-HMAC-SHA256 Credential=AKIA/20240101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=" + hex64,
		"https://storage.googleapis.com/b/o?X-Goog-Signature=" + hex64,
		"https://x.blob.core.windows.net/c/b?sv=2022-11-02&sr=b&se=2024-01-01&sp=r&sig=" + sig44 + "%3D",
		"SharedAccessSignature sr=x&sig=" + sig44 + "%3D&se=1700000000&skn=root",
		"DefaultEndpointsProtocol=https;AccountName=foo;AccountKey=" + rnd + rnd + "==;EndpointSuffix=core.windows.net",
		"s3.access-key-id=AKIAIOSFODNN7ABCDEFG", "s3.secret-access-key=" + rnd, "gcs.oauth2.token: ya29.abc" + rnd,
		"adls.sas-token.acct.dfs.core.windows.net=sv=2022&sig=" + sig44, "credential=client-1:s3cr3tpart",
		"Basic " + base64.StdEncoding.EncodeToString([]byte("user:pa55word")),
		"postgres://svc:hunter2@db:5432/x", "root:hunter2@tcp(127.0.0.1:3306)/db", "https://a:b@h",
		"-----BEGIN RSA PRIVATE KEY-----\nMIIEabc\n-----END RSA PRIVATE KEY-----",
		`-----BEGIN PRIVATE KEY-----\nMIIEabc`, "ghp_" + rnd + "abcd", "ghp_" + rnd[:20], "AIza" + rnd + "abcd"[:3],
		"xoxb-123456789012-123456789012-" + rnd[:24], "map[Authorization:[Bearer " + rnd + "]]",
		"{AccessKeyID:AKIAIOSFODNN7ABCDEFG SecretAccessKey:" + rnd + "abcd SessionToken:" + rnd + "}",
		`{"password":"hunter2"}`, `{\"password\":\"hunter2\"}`, "password = hunter2", "X-Api-Key: " + rnd,
		"https://hooks.slack.com/services/T0123ABCD/B0123ABCD/" + rnd[:24],
		"https://objectstorage.us-phoenix-1.oraclecloud.com/p/" + rnd + rnd + "/n/ns/b/bucket/o/obj",
		base64.StdEncoding.EncodeToString([]byte("password=hunter2&x=1")), "ghp_\u200b" + rnd + "\u200babcd", "g\u200bh\u200bp_" + rnd + "abcd",
		`{"kty":"RSA","n":"abc","d":"` + rnd + `"}`, "12345678:AA" + rnd + "abc"[:2], "abc8Q~" + rnd + "x.",
		"v4.local." + rnd + rnd, "temp_url_sig=" + hex64[:40] + "&temp_url_expires=1", "hdnts=st=1~exp=2~acl=/*~hmac=" + hex64,
	} {
		if _, ok := First(s); !ok {
			t.Errorf("missed: %s", s)
		}
	}
}

func TestQuickPasses(t *testing.T) {
	for _, s := range []string{
		"access-keys", "01HEYJ3K5M7N9P1R3T5V7X9Z1B", "key=x", "key=42/hour=3", "token_usage", "password_resets", "secret_santa",
		"signature_events", "api_keys_audit", "bearer token missing", "signature mismatch", "token expired", "invalid credentials",
		"REDACTED", "https://xxxxx@h", "https://user:xxxxx@h/", "password=${DB_PASSWORD}", "password=***",
		"iceberg/table:auth.api_token:0190f8e2-7b3c-7def-8123-456789abcdef", "iceberg/commit:ns.password:seq=5",
		"arn:aws:secretsmanager:us-east-1:123456789012:secret:MyDatabaseSecret-a1b2c3", "AKIAIOSFODNN7ABCDEFG",
		"svc@proj.iam.gserviceaccount.com", "spiffe://td/ns/x/sa/y", enc(`{"offset":1234,"snapshot":"abc"}`),
		"token-refresh-enabled=true", "s3.remote-signing-enabled=true", "gcs.oauth2.token-expires-at=1700000000000", "s3.session-token-expires-at-ms=17",
		"adls.sas-token-expires-at-ms.acct=1700", "docker://alpine:3.18@sha256:abcdef", "ssh://git@github.com/x", "next_page_token=" + rnd,
		"0190f8e2-7b3c-7def-8123-456789abcdef", "sha256:" + strings.Repeat("0a1b2c3d4e5f6789", 4), "authorization: denied", "password: must contain a digit",
		"token: expired at 12:30", "pat: none", "urn:ietf:params:oauth:token-type:access_token", "token=expired", "[REDACTED:jwt]", "sig=[REDACTED:azure-sas-signature]",
	} {
		if f, ok := First(s); ok {
			t.Errorf("false: %s as %s", s, Names[f.Kind])
		}
	}
}
