package corpus

import "strconv"

var cloudClasses = []Class{
	{"arn-secret", func(g *Gen) string {
		return "arn:aws:secretsmanager:us-east-1:" + g.chars(digits, 12) + ":secret:" + g.of("prod/db-password", "MyDatabaseSecret", "api/token", "rds-credentials") + "-" + g.chars(alnum, 6)
	}},
	{"arn-role", func(g *Gen) string { return "arn:aws:iam::" + g.chars(digits, 12) + ":role/" + g.words(2, "-") }},
	{"arn-sts", func(g *Gen) string {
		return "arn:aws:sts::" + g.chars(digits, 12) + ":assumed-role/" + g.word() + "/" + g.words(2, "-")
	}},
	{"arn-kms", func(g *Gen) string { return "arn:aws:kms:eu-west-1:" + g.chars(digits, 12) + ":key/" + g.uuid() }},
	{"arn-s3", func(g *Gen) string { return "arn:aws:s3:::" + g.words(2, "-") + "/" + g.words(2, "/") + "/*" }},
	{"arn-ssm", func(g *Gen) string { return "arn:aws:ssm:us-east-1:" + g.chars(digits, 12) + ":parameter/prod/api_key" }},
	{"aws-access-key-id", func(g *Gen) string { return g.akia() }},
	{"aws-unique-id", func(g *Gen) string {
		return g.of("AROA", "AIDA", "ANPA", "AGPA") + g.chars("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 17)
	}},
	{"aws-session-name", func(g *Gen) string {
		return "AROA" + g.chars("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 17) + ":" + g.words(2, "-")
	}},
	{"gcp-secret-name", func(g *Gen) string {
		return "projects/" + g.word() + "/secrets/" + g.of("db-password", "api-token", "signing-key") + "/versions/" + strconv.Itoa(g.num(1, 30))
	}},
	{"gcp-key-name", func(g *Gen) string {
		return "projects/p/locations/global/keyRings/" + g.word() + "/cryptoKeys/" + g.word() + "/cryptoKeyVersions/1"
	}},
	{"gcp-resource", func(g *Gen) string {
		return "//bigquery.googleapis.com/projects/" + g.word() + "/datasets/" + g.word() + "/tables/" + g.words(2, "_")
	}},
	{"gcp-sa-email", func(g *Gen) string { return g.words(2, "-") + "@" + g.word() + ".iam.gserviceaccount.com" }},
	{"gcp-sa-key-id", func(g *Gen) string {
		return "projects/p/serviceAccounts/" + g.word() + "@p.iam.gserviceaccount.com/keys/" + g.hex(40)
	}},
	{"gcp-principal", func(g *Gen) string {
		return "principal://iam.googleapis.com/projects/" + g.chars(digits, 12) + "/locations/global/workloadIdentityPools/pool/subject/" + g.word()
	}},
	{"azure-resource", func(g *Gen) string {
		return "/subscriptions/" + g.uuid() + "/resourceGroups/" + g.word() + "/providers/Microsoft.KeyVault/vaults/" + g.word() + "/secrets/" + g.word()
	}},
	{"azure-tenant", func(g *Gen) string { return "https://sts.windows.net/" + g.uuid() + "/" }},
	{"spiffe", func(g *Gen) string { return "spiffe://" + g.word() + ".example.org/ns/" + g.word() + "/sa/" + g.word() }},
	{"k8s-name", func(g *Gen) string {
		return g.words(2, "-") + "-" + g.chars("bcdfghjklmnpqrstvwxz2456789", 10) + "-" + g.chars("bcdfghjklmnpqrstvwxz2456789", 5)
	}},
	{"k8s-secret-ref", func(g *Gen) string {
		return "secret/" + g.word() + "-token-" + g.chars("bcdfghjklmnpqrstvwxz2456789", 5)
	}},
	{"k8s-service-account", func(g *Gen) string { return "system:serviceaccount:" + g.word() + ":" + g.word() + "-token-reader" }},
	{"image-digest", func(g *Gen) string {
		return "europe-docker.pkg.dev/p/" + g.word() + "/auth-service@sha256:" + g.hex(64)
	}},
	{"image-tag", func(g *Gen) string {
		return "registry.example.com/team/token-service:1." + strconv.Itoa(g.num(0, 99)) + ".0"
	}},
	{"docker-digest-url", func(g *Gen) string {
		return "docker://alpine:3." + strconv.Itoa(g.num(10, 20)) + "@sha256:" + g.hex(64)
	}},
	{"cosign-tag", func(g *Gen) string { return "sha256-" + g.hex(64) + ".sig" }},
	{"oidc-subject", func(g *Gen) string {
		return g.of("auth0|"+g.hex(24), "google-oauth2|"+g.chars(digits, 21), "00u"+g.chars(alnum, 17), "repo:org/"+g.word()+":ref:refs/heads/main", "system:serviceaccount:ns:sa", "waad|"+g.url64(32))
	}},
	{"oidc-issuer", func(g *Gen) string {
		return g.of("https://accounts.google.com", "https://token.actions.githubusercontent.com", "https://"+g.word()+".okta.com/oauth2/default")
	}},
	{"oauth-scope", func(g *Gen) string {
		return g.of("openid profile email", "catalog:token:read secrets:list", "https://www.googleapis.com/auth/cloud-platform", "password:reset token:write", "user:credentials:rotate")
	}},
	{"oauth-urn", func(g *Gen) string {
		return g.of("urn:ietf:params:oauth:token-type:access_token", "urn:ietf:params:oauth:grant-type:token-exchange", "grant_type=client_credentials", "grant_type=password", "token_type=Bearer", "response_type=code")
	}},
	{"client-id", func(g *Gen) string { return "client_id=" + g.of(g.uuid(), g.chars(alnum, 32), g.words(2, "-")) }},
	{"key-ids", func(g *Gen) string {
		return g.of("key_id=", "access_key_id: ", "kms_key_id=", "keyId=", "secret_id=", "token_id=", "credential_id=", "api_key_id=") + g.of(g.uuid(), g.hex(32), g.words(2, "-"))
	}},
	{"ssh-remote", func(g *Gen) string {
		return g.of("git@github.com:", "ssh://git@github.com/", "https://github.com/") + g.word() + "/" + g.word() + ".git"
	}},
	{"ssh-public-key", func(g *Gen) string {
		return "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI" + g.chars(b64std, 43) + " " + g.word() + "@host"
	}},
	{"user-agent", func(g *Gen) string {
		return g.of("PyIceberg/0.8.1", "Trino/444", "Apache-Spark/3.5.1 (Java 17)", "Go-http-client/2.0", "aws-sdk-java/2.25.6 Linux/5.10 io/sync http/Apache cfg/retry-mode/legacy", "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36")
	}},
	{"masked-url", func(g *Gen) string {
		return g.of("https://", "postgres://", "redis://") + g.word() + ":" + g.of("xxxxx", "***", "REDACTED", "****", "${PASSWORD}", "<password>") + "@" + g.word() + ".internal/" + g.word()
	}},
	{"userinfo-no-password", func(g *Gen) string {
		return g.of("https", "postgres", "ftp") + "://" + g.word() + "@host.example.com/x"
	}},
	{"abfss", func(g *Gen) string { return "abfss://" + g.word() + "@account.dfs.core.windows.net/" + g.words(3, "/") }},
	{"package-url", func(g *Gen) string {
		return g.of("pkg:npm/%40angular/core@16.2."+strconv.Itoa(g.num(0, 9)), "pkg:golang/github.com/a/b@v1.2."+strconv.Itoa(g.num(0, 99)), "pkg:maven/org.apache/x@1."+strconv.Itoa(g.num(0, 9)))
	}},
	{"email", func(g *Gen) string { return g.word() + "." + g.word() + "@example.com" }},
	{"grpc-method", func(g *Gen) string {
		return "/arco.catalog.v1.CatalogService/" + g.of("CreateTable", "IssueToken", "RotateSecret", "ResetPassword", "ListApiKeys", "GetCredentials")
	}},
	{"http-operation", func(g *Gen) string {
		return g.of("GET", "POST", "DELETE") + " /v1/{prefix}/namespaces/{namespace}/tables/{table}/" + g.of("credentials", "metrics", "tokens", "secrets")
	}},
	{"dns-name", func(g *Gen) string { return g.words(2, "-") + "." + g.word() + ".svc.cluster.local" }},
	{"config-toggle", func(g *Gen) string {
		return g.of("token-refresh-enabled=true", "s3.remote-signing-enabled=true", "gcs.oauth2.token-expires-at=1700000000000", "s3.session-token-expires-at-ms=1700000000000", "adls.sas-token-expires-at-ms.acct=1700000000000", "client.credentials-provider=com.example.Provider", "adls.auth.shared-key.account.name=acct", "s3.endpoint=https://minio:9000", "oauth2-server-uri=https://auth.example.com/token", "rest.auth.type=oauth2", "token-exchange-enabled=false", "credentials-provider=default", "s3.signer.uri=https://catalog/v1/aws/s3/sign", "gcs.oauth2.refresh-credentials-enabled=true", "credential-vending=enabled", "rest.sigv4-enabled=true")
	}},
	{"empty-secret", func(g *Gen) string {
		return g.of("password=", "token=", "secret=null", "api_key=none", `{"password":""}`, `{"token":null}`, "client_secret=${CLIENT_SECRET}", "password=<redacted>", "token: ****", "secret=[hidden]", "apiKey: undefined", "sig=REDACTED", "Authorization: Bearer ***", "Authorization: Bearer <token>", "Authorization: [REDACTED]", "password=%s", "X-Amz-Signature=REDACTED", "sig=xxxxx", "Bearer ${TOKEN}", "Basic <credentials>")
	}},
	{"manifest", func(g *Gen) string {
		return g.of("apiVersion: v1\nkind: ConfigMap\ndata:\n  "+g.of("region", "owner")+": "+g.identifier()+"\n", `{"kind":"`+g.of("ConfigMap", "SecretStore", "ExternalSecret", "Pod")+`","data":{"`+g.of("region", "owner")+`":"`+g.identifier()+`"}}`, "kind: Secret\nmetadata:\n  name: "+g.words(2, "-")+"\n  uid: "+g.uuid()+"\ntype: Opaque\n",
			`{"kind":"Secret","name":"`+g.words(2, "-")+`","namespace":"`+g.word()+`","uid":"`+g.uuid()+`"}`, `{"payload":{"data":"`+g.b64(18)+`"}}`, `{"Name":"/prod/`+g.of("region", "owner")+`","Type":"`+g.of("String", "StringList")+`","Value":"`+g.identifier()+`"}`)
	}},
	{"role-rows", func(g *Gen) string {
		r, s := g.uuid(), g.uuid()
		return g.of("secret_id="+s, `{"secret_id":"`+s+`","name":"`+g.word()+`"}`, "id,role_id,secret_id\n"+g.uuid()+","+r+","+s+"\n", `{"id":"`+g.uuid()+`","role_id":"`+r+`","secret_id":"`+s+`"}`, "user_id="+r+" secret_id="+s, `{"role_id":"`+r+`","user_id":"`+s+`"}`, "| role_id | secret_id |\n|---|---|\n| "+r+" | "+s+" |")
	}},
}
