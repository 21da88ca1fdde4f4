package corpus

import (
	"fmt"
	"net/url"
	"strconv"
)

// risky are words of which names of tables, columns and services are made.
func (g *Gen) risky() string {
	return g.of("token", "tokens", "password", "passwords", "secret", "secrets", "signature", "signatures", "api_key", "api_keys", "access_keys", "credential", "credentials",
		"auth", "oauth", "bearer", "session", "cookie", "private_key", "public_key", "sig", "key", "keys", "sas", "pat", "basic", "jwt", "pwd", "hmac", "passphrase", "otp", "login")
}

func (g *Gen) riskyTable() string {
	return g.of(g.risky()+"_"+g.word(), g.word()+"_"+g.risky(), g.risky(), g.risky()+"_"+g.of("usage", "resets", "events", "audit", "count", "stats", "history", "rotations", "santa", "daily"))
}

var lakeClasses = []Class{
	{"table", func(g *Gen) string { return g.words(2, ".") + "." + g.words(2, "_") }},
	{"table-risky", func(g *Gen) string { return g.word() + "." + g.riskyTable() }},
	{"table-risky-dashes", func(g *Gen) string {
		return g.of("access-keys", "api-tokens", "secret-santa", "password-resets", "auth-events", "basic-auth-log", "bearer-tokens", "sig-checks") + "-" + g.word()
	}},
	{"table-resource", func(g *Gen) string { return "iceberg/table:" + g.word() + "." + g.riskyTable() + ":" + g.uuid() }},
	{"commit-resource", func(g *Gen) string {
		return "iceberg/commit:" + g.word() + "." + g.riskyTable() + ":seq=" + strconv.Itoa(g.num(1, 9999))
	}},
	{"catalog-resource", func(g *Gen) string {
		return "iceberg/catalog:" + g.of("namespace", "table") + ":" + g.word() + "." + g.riskyTable() + ":" + g.of("create", "drop", "rename", "register", "properties")
	}},
	{"control-resource", func(g *Gen) string {
		return "control-store/" + g.risky() + ":" + g.of(g.risky(), g.word()) + ":" + g.of("rotate", "create", "delete")
	}},
	{"mint-resource", func(g *Gen) string {
		return "browser/urls:" + g.of("catalog", "lineage", "executions", "search", "unknown") + ":" + strconv.Itoa(g.num(1, 500))
	}},
	{"hive-path", func(g *Gen) string {
		return g.of("key", "token", "dt", "region", "auth", "secret", "session", "sig", "pat") + "=" + strconv.Itoa(g.num(0, 99)) + "/hour=" + strconv.Itoa(g.num(0, 23))
	}},
	{"hive-path-words", func(g *Gen) string {
		return g.of("key", "type", "secret", "token", "auth") + "=" + g.word() + "/part=" + g.word()
	}},
	{"hive-path-hash", func(g *Gen) string {
		return g.of("key", "user", "hash", "device") + "=" + g.hex(32) + "/dt=" + g.date()
	}},
	{"object-url", func(g *Gen) string {
		return g.of("s3://", "gs://", "https://storage.googleapis.com/") + g.words(2, "-") + g.path()
	}},
	{"object-url-hash", func(g *Gen) string {
		return "s3://" + g.word() + "/warehouse/" + g.riskyTable() + "/data/" + g.hex(8) + "/" + g.uuid() + "-00001.parquet"
	}},
	{"metadata-file", func(g *Gen) string {
		return fmt.Sprintf("gs://%s/wh/%s/metadata/%05d-%s.metadata.json", g.word(), g.riskyTable(), g.num(0, 99999), g.uuid())
	}},
	{"manifest-file", func(g *Gen) string {
		return fmt.Sprintf("metadata/snap-%d-1-%s.avro", g.r.Int64(), g.uuid())
	}},
	{"https-url", func(g *Gen) string {
		return g.host() + g.path() + "?version=" + strconv.Itoa(g.num(1, 99)) + "&generation=" + g.chars(digits, 16)
	}},
	{"https-url-risky", func(g *Gen) string {
		return "https://auth.example.com/" + g.of("oauth2/token", "password/reset", "api-keys/list", "v1/sessions", "signature/verify", "basic/login") + "?page=" + strconv.Itoa(g.num(1, 9)) + "&sort=token_count"
	}},
	{"console-url", func(g *Gen) string {
		return "https://console.cloud.google.com/security/secret-manager/secret/" + g.words(2, "-") + "/versions?project=" + g.word()
	}},
	{"percent-name", func(g *Gen) string { return url.PathEscape(g.word() + " " + g.riskyTable() + "/" + g.word() + ":x") }},
	{"percent-dots", func(g *Gen) string { return "iceberg/table:" + g.word() + "%2E" + g.riskyTable() + "%3A" + g.word() }},
	{"unicode-name", func(g *Gen) string {
		return g.of("données_", "größe_", "таблица_", "表_", "テーブル_", "ñandú_") + g.riskyTable()
	}},
	{"column-path", func(g *Gen) string { return g.riskyTable() + "." + g.riskyTable() + ".element" }},
	{"sql", func(g *Gen) string {
		return "SELECT " + g.risky() + ", count(*) FROM " + g.riskyTable() + " WHERE dt = '" + g.date() + "' GROUP BY 1"
	}},
	{"snapshot-summary", func(g *Gen) string {
		return fmt.Sprintf("added-files=%d,added-records=%d,total-size=%d,operation=append", g.num(0, 99), g.num(0, 99999), g.num(0, 9999999))
	}},
	{"env-name", func(g *Gen) string {
		return g.of("AWS_SECRET_ACCESS_KEY", "GITHUB_TOKEN", "DB_PASSWORD", "ARCO_AUDIT_ACTOR_HMAC_KEY", "API_KEY", "SIGNING_KEY") + g.of("", " is not set", " missing", " must be set")
	}},
	{"go-type", func(g *Gen) string {
		return g.of("*oauth2.Token", "http.Header", "credentials.Value", "redact.Secret[string]", "*url.Error", "aws.Credentials", "jwt.Claims")
	}},
	{"go-import", func(g *Gen) string {
		return "github.com/" + g.word() + "/" + g.of("go-token", "secret", "auth", "basicauth") + "/v" + strconv.Itoa(g.num(2, 9)) + ".Client"
	}},
	{"file-name", func(g *Gen) string {
		return "/etc/" + g.word() + "/" + g.of("password.txt", "token.json", "tls.key", "secrets.yaml", "id_rsa.pub", "api_key.pem")
	}},
	{"base64-name", func(g *Gen) string { return segment(g.word() + "." + g.riskyTable() + "/" + g.date()) }},
	{"hex-text", func(g *Gen) string { return fmt.Sprintf("%x", g.word()+"/"+g.riskyTable()+"/"+g.date()) }},
	{"json-ids", func(g *Gen) string {
		return fmt.Sprintf(`{"namespace":["%s"],"name":"%s","uuid":"%s","token_count":%d}`, g.word(), g.riskyTable(), g.uuid(), g.num(1, 99))
	}},
	{"json-tokens", func(g *Gen) string {
		return fmt.Sprintf(`{"table":"%s","tokenType":"bearer","expires_in":%d,"next-page-token":"%s"}`, g.riskyTable(), g.num(1, 9999), g.url64(24))
	}},
	{"map-dump", func(g *Gen) string {
		return fmt.Sprintf("map[Accept:[*/*] Content-Type:[application/json] X-Request-Id:[%s]]", g.uuid())
	}},
	{"struct-dump", func(g *Gen) string {
		return fmt.Sprintf("{Namespace:[%s] Name:%s ID:%s Token:<nil> Secret: Count:%d}", g.word(), g.riskyTable(), g.uuid(), g.num(1, 9))
	}},
	{"dotted-config", func(g *Gen) string {
		return g.of("auth.token.ttl", "oauth2.token.cache.size", "password.min.length", "session.timeout.ms", "secret.rotation.days", "key.cache.entries") + "=" + strconv.Itoa(g.num(1, 9999))
	}},
	{"counter-config", func(g *Gen) string {
		return g.riskyTable() + g.of("_count", "_total", "_ttl", "_max", "_size") + "=" + strconv.Itoa(g.num(1, 99999))
	}},
	{"redis-key", func(g *Gen) string { return g.word() + ":" + g.risky() + ":" + strconv.Itoa(g.num(1, 9999)) }},
	{"topic", func(g *Gen) string {
		return "projects/" + g.word() + "/topics/" + g.riskyTable() + "-v" + strconv.Itoa(g.num(1, 9))
	}},
	{"plan-id", func(g *Gen) string { return "plan-" + g.of(g.uuid(), g.hex(32), g.chars(b64url, 22)) }},
	{"marks", func(g *Gen) string {
		return g.word() + "=" + g.of("[REDACTED:jwt]", "[REDACTED:aws-sigv4-signature]", "[REJECTED:grammar]", "[REDACTED:password]", "[REDACTED]")
	}},
}
