package corpus

import (
	"fmt"
	"strconv"
)

var wordClasses = []Class{
	{"reason-code", func(g *Gen) string {
		return g.of("missing_token", "invalid_token", "jwt_valid", "credentials_vended", "access_denied", "bad_signature", "token_expired", "not_in_allowlist", "wrong_audience", "scope_mismatch", "storage_credential_not_found", "authorization_insufficient_privilege")
	}},
	{"reason", func(g *Gen) string {
		return g.of("bearer token missing", "signature mismatch", "token expired", "invalid credentials", "basic auth not allowed", "Bearer authentication required", "api key revoked", "password reset required", "the session cookie is missing", "no authorization header", "secret not found", "private key unavailable", "Basic authentication is disabled for this account", "Token verification failed for audience catalog")
	}},
	{"reason-colon", func(g *Gen) string {
		return g.of("token: expired", "password: must contain a digit", "signature: mismatch", "authorization: denied by policy", "secret: not found", "api key: revoked yesterday", "credential: missing", "auth: unknown issuer", "session: not started", "password: too short", "token: unexpected end of input", "bearer: invalid_request", "key: unknown", "sig: bad length 63")
	}},
	{"reason-equals", func(g *Gen) string {
		return g.of("token=expired", "password=required", "auth=disabled", "secret=missing", "signature=invalid", "sig=mismatch", "token_status=revoked", "key=unknown", "session=closed", "credential=none", "api_key=absent", "jwt=expired", "auth=oauth2", "token=42", "password=false")
	}},
	{"www-authenticate", func(g *Gen) string {
		return g.of(`Bearer realm="catalog", error="invalid_token", error_description="The access token expired"`, `Basic realm="Restricted area"`, `Bearer error="insufficient_scope", scope="catalog:read"`, `Negotiate`, `DPoP algs="ES256 PS256"`)
	}},
	{"sentence", func(g *Gen) string {
		return "the " + g.risky() + " of " + g.word() + " was " + g.of("rotated", "revoked", "not found", "refreshed") + " at " + g.date()
	}},
	{"go-error", func(g *Gen) string {
		return g.of("dial tcp 10.0.0.1:443: connect: connection refused", "context deadline exceeded", "token: unexpected EOF", "x509: certificate signed by unknown authority", "crypto/rsa: verification error", "oauth2: cannot fetch token: 401 Unauthorized", "jwt: signature is invalid", "unexpected status code 403 Forbidden", `Get "https://api.example.com/v1/tables/`+g.riskyTable()+`": EOF`, "parse \"token\": invalid syntax", "sql: Scan error on column index 2, name \"password\": unsupported type")
	}},
	{"kebab", func(g *Gen) string { return g.words(5, "-") }},
	{"snake", func(g *Gen) string { return g.words(6, "_") }},
	{"camel", func(g *Gen) string {
		return g.of("getAccessToken", "secretManagerClient", "PasswordResetEvents", "apiKeyRotationJob", "tokenBucketLimiter", "SignatureVerifierFactory", "basicAuthFilter") + strconv.Itoa(g.num(1, 9))
	}},
	{"screaming", func(g *Gen) string {
		return g.of("AUTH_ALLOW", "CRED_VEND_DENY", "URL_MINT_ALLOW", "TOKEN_ISSUED", "SECRET_ROTATED", "KEY_CREATED") + "_" + strconv.Itoa(g.num(1, 9))
	}},
	{"prefix-words", func(g *Gen) string {
		return g.of("npm_package_downloads", "hf_models_inventory", "sk_live_events", "pul-request-metrics", "glc_coverage_by_country", "key-value-store", "pat_visits_daily", "api-gateway-latency", "token-bucket-state", "ghp_archive_monthly", "sl.city.regions", "re_engagement_campaigns", "secret_santa_participants", "sdk-usage-by-version", "test_customers_snapshot", "live_orders_stream", "access-production-orders", "hex_grid_cells", "co_occurrence_matrix", "web_traffic_hourly", "inc_response_times", "as-of-join-results", "pa-region-sales", "b_tree_index_stats", "fw_rules_history", "sc_supply_chain", "cal_live_calendar", "EAA_flights", "SG.singapore.sales", "AC_units_sold", "dp.st.dataset", "s.schema.table", "v1.public.events", "v2.local.cache_entries", "1000.rows.sample", "pk_orders_customer", "line_items_orders_joined", "box_office_returns", "user:group:read", "prod:events|daily", "AAAA_records_dns", "FLW_flows", "TEST-results-2024", "sandbox_dataset_copies", "rel-notes-archive", "agent:smith:metrics", "perm:admin.read.write", "oauth:login:attempts")
	}},
	{"locale", func(g *Gen) string {
		return g.of("en_GB.UTF-8", "de-CH", "zh-Hant-TW", "Europe/Zurich", "America/Argentina/Buenos_Aires")
	}},
	{"mime", func(g *Gen) string {
		return g.of("application/vnd.apache.parquet", "application/json; charset=utf-8", "multipart/form-data; boundary=----WebKitFormBoundary"+g.chars(alnum, 16))
	}},
	{"emoji", func(g *Gen) string {
		return g.of("🔑 rotated", "family 👨\u200d👩\u200d👧", "naïve café", "سلام\u200cدنیا") + " " + g.word()
	}},
	{"multi-line", func(g *Gen) string { return "first line of " + g.word() + "\nsecond line of " + g.riskyTable() + "\n" }},
	{"math", func(g *Gen) string { return fmt.Sprintf("%d+%d=%d", g.num(1, 99), g.num(1, 99), g.num(1, 99)) }},
	{"cron", func(g *Gen) string { return fmt.Sprintf("%d %d * * 1-5", g.num(0, 59), g.num(0, 23)) }},
	{"phone", func(g *Gen) string { return "+41 44 " + g.chars(digits, 3) + " 55 " + g.chars(digits, 2) }},
	{"certificate", func(g *Gen) string {
		return "-----BEGIN CERTIFICATE-----\n" + g.b64(48) + "\n" + g.b64(48) + "\n-----END CERTIFICATE-----"
	}},
	{"public-key", func(g *Gen) string { return "-----BEGIN PUBLIC KEY-----\n" + g.b64(48) + "\n-----END PUBLIC KEY-----" }},
	{"jwk-public", func(g *Gen) string {
		return `{"kty":"EC","crv":"P-256","kid":"` + g.url64(12) + `","x":"` + g.url64(32) + `","y":"` + g.url64(32) + `"}`
	}},
	{"jwk-like", func(g *Gen) string {
		return g.of(`{"crv":"P-256","x":"`+g.url64(32)+`","y":"`+g.url64(32)+`"}`, `{"n":"`+g.url64(256)+`","e":"AQAB","kid":"`+g.url64(20)+`"}`, `{"k":"`+g.identifier()+`","t":"`+g.identifier()+`","c":8}`, `{"d":"`+g.date()+`","x":"`+g.identifier()+`"}`, `{"alg":"`+g.of("lz4", "RS256", "zstd")+`","kid":"`+g.identifier()+`"}`, `{"d":"`+g.identifier()+`","k":"`+g.word()+`"}`)
	}},
	{"age-recipient", func(g *Gen) string { return "age1" + g.chars("qpzry9x8gf2tvdw0s3jn54khce6mua7l", 58) }},
}
