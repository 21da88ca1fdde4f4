package scan

// Kinds below firstRowKind do not come from the table of fixed shapes.
const (
	kindOverflow Kind = 1

	kindJWT           Kind = 6
	kindJWE           Kind = 7
	kindPEM           Kind = 8
	kindPGP           Kind = 9
	kindJWK           Kind = 10
	kindBearer        Kind = 11
	kindBasic         Kind = 12
	kindScheme        Kind = 13
	kindUserinfo      Kind = 14
	kindAWSSecret     Kind = 15
	kindGCSSecret     Kind = 16
	kindAlibabaSecret Kind = 17
	kindPuTTY         Kind = 18
	kindAnsible       Kind = 19
	kindCommand       Kind = 20
	kindStatement     Kind = 21
	kindDiscord       Kind = 22
	kindPrefixed      Kind = 23
	kindAppRole       Kind = 24
	kindStored        Kind = 25
	kindCookie        Kind = 92
)

// structural names the kinds that code of their own decides, with the
// documents that give their structure.
var structural = []struct {
	id           Kind
	kind, source string
}{
	{1, "overflow", ""}, {2, "grammar", ""}, {3, "truncated", ""}, {4, "control", ""}, {5, "email", ""},
	{kindJWT, "jwt", "RFC 7515, RFC 7519"},
	{kindJWE, "jwe", "RFC 7516"},
	{kindPEM, "pem-private-key", "RFC 7468"},
	{kindPGP, "pgp-private-key", "RFC 4880"},
	{kindJWK, "jwk-private-key", "RFC 7517"},
	{kindBearer, "bearer-token", "RFC 6750, RFC 9449"},
	{kindBasic, "basic-credentials", "RFC 7617"},
	{kindScheme, "authorization-credentials", "RFC 9110"},
	{kindUserinfo, "url-password", "RFC 3986"},
	{kindAWSSecret, "aws-secret-beside-id", "docs.aws.amazon.com: access keys"},
	{kindGCSSecret, "gcs-hmac-secret-beside-id", "cloud.google.com: HMAC keys"},
	{kindPuTTY, "putty-private-key", "the PuTTY manual: PPK format"},
	{kindAnsible, "ansible-vault", "docs.ansible.com: vault format"},
	{kindCommand, "command-line-password", "curl.se: -u; dev.mysql.com: -p"},
	{kindStatement, "sql-password", "dev.mysql.com: CREATE USER; docs.oracle.com: CREATE USER"},
	{kindDiscord, "discord-bot-token", "discord.com/developers: authentication"},
	{kindPrefixed, "prefixed-secret", "cursor.com: API keys; a way in which many services write theirs"},
	{kindAppRole, "vault-secret-id", "developer.hashicorp.com: AppRole"},
	{kindStored, "stored-secret", "kubernetes.io: Secrets; cloud.google.com: Secret Manager; docs.aws.amazon.com: Parameter Store"},
	{kindAlibabaSecret, "alibaba-secret-beside-id", "alibabacloud.com: access keys"},
}

// Names holds the stable name of each kind at its number, "" where there is
// none.
var Names = buildNames()

func buildNames() []string {
	names := make([]string, 1200)
	names[0] = "none"
	for _, s := range structural {
		names[s.id] = s.kind
	}
	for _, r := range nameRows {
		if r.test != pass {
			names[r.id] = r.kind
		}
	}
	for _, r := range rows {
		names[r.id] = r.kind
	}
	return names
}
