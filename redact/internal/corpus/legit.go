package corpus

import (
	"encoding/base64"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Class is a class of legitimate values.
type Class struct {
	Name string
	Make func(g *Gen) string
}

// Classes lists the classes of legitimate values.
var Classes = slices.Concat(idClasses, cloudClasses, lakeClasses, wordClasses, textClasses, codeClasses, carrierClasses)

// Legit returns n values of each class.
func (g *Gen) Legit(n int) map[string][]string {
	out := make(map[string][]string, len(Classes))
	for _, c := range Classes {
		for range n {
			out[c.Name] = append(out[c.Name], c.Make(g))
		}
	}
	return out
}

const crockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

var idClasses = []Class{
	{"uuid", func(g *Gen) string { return g.uuid() }},
	{"uuid-upper", func(g *Gen) string { return strings.ToUpper(g.uuid()) }},
	{"uuid-braces", func(g *Gen) string { return "{" + g.uuid() + "}" }},
	{"uuid-plain", func(g *Gen) string { return g.hex(32) }},
	{"ulid", func(g *Gen) string { return "01H" + g.chars(crockford, 23) }},
	{"ulid-eyj", func(g *Gen) string {
		return "01H" + g.chars(crockford, 6) + g.of("EYJ", "eyj", "EYJ0") + g.chars(crockford, 14)
	}},
	{"ulid-lower", func(g *Gen) string { return strings.ToLower("01J" + g.chars(crockford, 23)) }},
	{"ksuid", func(g *Gen) string { return "2" + g.chars(alnum, 26) }},
	{"xid", func(g *Gen) string { return g.chars("0123456789abcdefghijklmnopqrstuv", 20) }},
	{"nanoid", func(g *Gen) string { return g.chars(b64url, 21) }},
	{"cuid", func(g *Gen) string { return "c" + g.chars(lowerAlpha+digits, 24) }},
	{"objectid", func(g *Gen) string { return g.hex(24) }},
	{"snowflake", func(g *Gen) string { return strconv.FormatInt(1000000000000000000+g.r.Int64N(8000000000000000000), 10) }},
	{"snapshot-id", func(g *Gen) string { return strconv.FormatInt(g.r.Int64(), 10) }},
	{"trace-id", func(g *Gen) string { return g.hex(32) }},
	{"span-id", func(g *Gen) string { return g.hex(16) }},
	{"traceparent", func(g *Gen) string { return "00-" + g.hex(32) + "-" + g.hex(16) + "-01" }},
	{"cloud-trace", func(g *Gen) string { return g.hex(32) + "/" + strconv.FormatUint(g.r.Uint64(), 10) + ";o=1" }},
	{"x-ray", func(g *Gen) string {
		return "Root=1-" + g.hex(8) + "-" + g.hex(24) + ";Parent=" + g.hex(16) + ";Sampled=1"
	}},
	{"sha1", func(g *Gen) string { return g.hex(40) }},
	{"sha256", func(g *Gen) string { return g.hex(64) }},
	{"sha512", func(g *Gen) string { return g.hex(128) }},
	{"sha256-named", func(g *Gen) string { return "sha256:" + g.hex(64) }},
	{"sha256-base64", func(g *Gen) string { return g.b64(32) }},
	{"sri", func(g *Gen) string { return "sha384-" + g.b64(48) }},
	{"md5-base64", func(g *Gen) string { return g.b64(16) }},
	{"git-hash", func(g *Gen) string { return g.hex(40) }},
	{"git-describe", func(g *Gen) string {
		return fmt.Sprintf("v%d.%d.%d-%d-g%s", g.num(0, 9), g.num(0, 30), g.num(0, 9), g.num(1, 200), g.hex(8))
	}},
	{"jwk-thumbprint", func(g *Gen) string { return g.url64(32) }},
	{"kid", func(g *Gen) string { return "kid=" + g.of(g.hex(40), g.url64(20), g.words(2, "-")) }},
	{"jti", func(g *Gen) string { return "jti:" + g.uuid() }},
	{"s3-version-id", func(g *Gen) string { return g.chars(alnum+"._", 32) }},
	{"s3-request-id", func(g *Gen) string { return g.chars(upperAlpha+digits, 16) }},
	{"s3-host-id", func(g *Gen) string { return g.b64(57) }},
	{"request-id", func(g *Gen) string { return "req-" + g.uuid() }},
	{"request-id-kv", func(g *Gen) string {
		return g.of("key=x", "key=", "k=", "id=", "request=") + strconv.Itoa(g.num(1, 9999))
	}},
	{"request-id-short", func(g *Gen) string { return "req_" + g.chars(alnum, 16) }},
	{"lambda-request", func(g *Gen) string { return "RequestId: " + g.uuid() + " Version: $LATEST" }},
	{"prefixed-uuid", func(g *Gen) string {
		return g.of("api-", "job-", "run-", "evt_", "sess-", "token-", "key-", "auth_", "mob-", "rel-", "user_") + g.uuid()
	}},
	{"prefixed-ulid", func(g *Gen) string {
		return g.of("API-", "REQ-", "tok_", "key_", "sess_", "evt_", "secret_", "job_", "auth_") + "01J" + g.chars(crockford, 23)
	}},
	{"prefixed-ksuid", func(g *Gen) string {
		return g.of("req_", "sess_", "tok_", "key_", "run_", "usr_", "org_") + "2" + g.chars(alnum, 26)
	}},
	{"prefixed-nanoid", func(g *Gen) string {
		return g.of("req_", "ses_", "t_", "wk_", "p_", "app_", "in_", "sub_") + g.chars(alnum, g.num(10, 32))
	}},
	{"prefixed-hash", func(g *Gen) string {
		return g.of("file-", "blob-", "obj_", "md5-", "row_", "part-", "k_", "h:", "agent:x:") + g.hex(g.num(4, 16)*4)
	}},
	{"named-hash", func(g *Gen) string {
		return g.of("cache_key_", "partition-key-", "row_key_", "public_key_", "page_token_", "lock-token-", "monkey_", "surrogate-key-", "secret_id_") + g.of(g.hex(64), g.chars(alnum, 40), g.url64(32))
	}},
	{"named-thumbprint", func(g *Gen) string { return g.of("key-", "key_", "kid_", "cert-") + g.chars(alnum, 43) }},
	{"other-keys", func(g *Gen) string {
		return g.of("partition_key=", "cache_key=", "objectKey=", "sort_key: ", "routing-key: ", "primaryKey=", "surrogate-key: ", "kms_key=", "row_key=", "shard_key=", "foreign_key=", "idempotency_key=") + g.of(g.hex(32), g.uuid(), g.words(3, "-"), g.hex(64))
	}},
	{"etag", func(g *Gen) string { return `"` + g.hex(32) + `"` }},
	{"etag-multipart", func(g *Gen) string { return `"` + g.hex(32) + "-" + strconv.Itoa(g.num(2, 900)) + `"` }},
	{"weak-etag", func(g *Gen) string { return `W/"` + g.hex(20) + `"` }},
	{"decimal", func(g *Gen) string { return fmt.Sprintf("%d.%d", g.num(0, 99999), g.num(0, 9999)) }},
	{"int-list", func(g *Gen) string {
		return fmt.Sprint([]int{g.num(0, 300), g.num(0, 300), g.num(0, 300), g.num(1, 9)})
	}},
	{"date", func(g *Gen) string { return g.date() }},
	{"timestamp", func(g *Gen) string {
		return time.Unix(int64(g.num(1500000000, 1900000000)), int64(g.num(0, 999999999))).UTC().Format(time.RFC3339Nano)
	}},
	{"semver", func(g *Gen) string {
		return fmt.Sprintf("v%d.%d.%d-rc.%d+build.%s", g.num(0, 9), g.num(0, 30), g.num(0, 9), g.num(0, 9), g.hex(8))
	}},
	{"cursor-json", func(g *Gen) string {
		return segment(fmt.Sprintf(`{"offset":%d,"snapshot":"%d","id":"%s"}`, g.num(0, 9999), g.r.Int64(), g.uuid()))
	}},
	{"cursor-base64", func(g *Gen) string {
		return base64.StdEncoding.EncodeToString(fmt.Appendf(nil, `{"last":"%s","n":%d}`, g.words(2, "_"), g.num(1, 99)))
	}},
	{"cursor-text", func(g *Gen) string {
		return base64.RawURLEncoding.EncodeToString([]byte("cursor:v2:" + g.uuid() + ":" + strconv.Itoa(g.num(1, 9999))))
	}},
	{"cursor-binary", func(g *Gen) string { return g.url64(g.num(16, 90)) }},
	{"page-token", func(g *Gen) string {
		return g.of("pageToken=", "page_token=", "next_page_token: ", "nextPageToken=", "continuationToken=", "NextToken=") + g.of(g.url64(40), g.hex(64), segment(`{"o":12345678,"k":"abc"}`))
	}},
	{"idempotency-key", func(g *Gen) string { return "Idempotency-Key: " + g.uuid() }},
	{"base32", func(g *Gen) string { return g.chars("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 32) }},
	{"mac-address", func(g *Gen) string {
		h := g.hex(12)
		return h[:2] + ":" + h[2:4] + ":" + h[4:6] + ":" + h[6:8] + ":" + h[8:10] + ":" + h[10:]
	}},
	{"fingerprint", func(g *Gen) string { return "SHA256:" + strings.TrimRight(g.b64(32), "=") }},
	{"ip-port", func(g *Gen) string {
		return fmt.Sprintf("10.%d.%d.%d:%d", g.num(0, 255), g.num(0, 255), g.num(0, 255), g.num(1, 65535))
	}},
	{"ipv6", func(g *Gen) string { return "2001:db8:" + g.hex(4) + ":" + g.hex(4) + "::" + g.hex(4) }},
	{"actor", func(g *Gen) string { return "user:" + g.hex(32) }},
}
