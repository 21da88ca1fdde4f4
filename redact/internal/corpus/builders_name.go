package corpus

// named returns a builder of a name and a value that says nothing by itself.
func named(name string, value func(g *Gen) string) builder {
	return builder{"named:" + name, func(g *Gen) (string, string) {
		v := value(g)
		return name + "=" + v, v
	}}
}

func opaque(n int) func(*Gen) string { return func(g *Gen) string { return g.chars(alnum, n) } }
func marks(n int) func(*Gen) string {
	return func(g *Gen) string { return g.chars(alnum+"!#$%&*+-.:;=?@^_{|~", n) }
}
func hexa(n int) func(*Gen) string { return func(g *Gen) string { return g.hex(n) } }
func std(n int) func(*Gen) string  { return func(g *Gen) string { return g.chars(b64std, n) } }
func code(n int) func(*Gen) string {
	return func(g *Gen) string { return g.of("1", "4", "7") + g.chars(digits, n-2) + g.of("2", "5", "8") }
}
func uuids(g *Gen) string { return g.uuid() }

var nameBuilders = []builder{
	named("password", func(g *Gen) string { return g.chars(alnum+"!#%*", g.num(8, 20)) }),
	named("passwd", opaque(12)), named("db_pw", opaque(12)), named("admin.password", marks(18)), named("pwd", opaque(10)), named("PGPASSWORD", opaque(16)), named("passphrase", opaque(24)),
	named("db_password", opaque(12)), named("dbPassword", opaque(14)), named("MYSQL_ROOT_PASSWORD", opaque(14)),
	named("secret", opaque(32)), named("client_secret", opaque(40)), named("clientSecret", opaque(32)), named("api_key", hexa(32)),
	named("apiKey", opaque(32)), named("X-Api-Key", opaque(40)), named("DD_API_KEY", hexa(32)), named("HEROKU_API_KEY", uuids),
	named("access_token", opaque(40)), named("refresh_token", opaque(64)), named("id_token", opaque(64)), named("auth_token", hexa(32)),
	named("token", opaque(32)), named("private_key", std(44)), named("signing_key", std(44)), named("hmac_key", std(44)),
	named("aws_secret_access_key", std(40)), named("AWS_SESSION_TOKEN", std(200)), named("x-amz-security-token", std(200)),
	named("s3.access-key-id", func(g *Gen) string { return g.akia() }), named("s3.secret-access-key", std(40)), named("s3.session-token", std(200)),
	named("gcs.oauth2.token", opaque(120)), named("client.access-key-secret", opaque(30)), named("client.security-token", std(80)),
	named("adls.auth.shared-key.account.key", std(86)), named("adls.account-key", std(86)), named("adls.sas-token", opaque(80)),
	named("header.Authorization", opaque(40)), named("AccountKey", std(86)), named("SharedAccessKey", std(43)), named("sessionToken", std(120)),
	named("X-Auth-Token", opaque(32)), named("X-Vault-Token", opaque(26)), named("X-Metrics-Secret", opaque(24)), named("X-Goog-Api-Key", opaque(39)),
	named("Ocp-Apim-Subscription-Key", hexa(32)), named("PRIVATE-TOKEN", opaque(20)), named("SNOWFLAKE_PASSWORD", opaque(16)),
	named("webhook_secret", opaque(32)), named("encryption_key", hexa(64)), named("SECRET_KEY", opaque(50)), named("jwt_secret", opaque(32)),
	named("ARCO_METRICS_SECRET", opaque(32)), named("ARCO_AUDIT_ACTOR_HMAC_KEY", std(44)), named("bot_token", opaque(32)), named("credentials", opaque(40)),
	named("datadog_app_key", hexa(40)), named("twilio_auth_token", hexa(32)), named("cloudflare_api_key", hexa(36)), named("okta_api_token", opaque(42)),
	named("oauth_token_secret", opaque(45)), named("azure_client_secret", opaque(40)), named("subscription_key", hexa(32)), named("master_key", opaque(40)),
	named("STRIPE_KEY", opaque(40)), named("algolia_admin_key", hexa(32)), named("zendesk_secret_key", opaque(40)), named("mailgun_private_key", hexa(32)),
	named("CODECOV_TOKEN", uuids), named("fastly_token", opaque(32)), named("travis_token", opaque(22)), named("netlify_access_token", opaque(43)),
	named("TWITTER_CONSUMER_KEY", opaque(25)), named("snyk_token", uuids), named("HUBSPOT_APIKEY", uuids), named("kraken_secret", std(86)),
	named("login_otp", code(6)), named("totp_code", code(6)), named("mfaCode", code(8)), named("verification_code", code(6)), named("passcode", code(4)), named("user_pin", code(4)), named("sms_code", code(6)),
	named("X-Honeycomb-Team", opaque(22)), named("X-Metabase-Session", uuids), named("signoz-ingestion-key", opaque(40)), named("X-Vercel-Protection-Bypass", opaque(32)),
}
