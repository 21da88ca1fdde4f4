package rule

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestClassify(t *testing.T) {
	tests := []struct {
		class Class
		names []string
	}{
		{Suspect, []string{"password", "DB_PASSWORD", "clientSecret", "client_secret", "AccessToken", "access_token", "X-Api-Key",
			"Authorization", "sig", "X-Amz-Signature", "s3.session-token", "s3.secret-access-key", "SecretAccessKey",
			"signedURL", "SignedURL", "presignedUrl", "id_token", "privateKey", "Cookie", "refreshToken", "apiKey",
			"APIKey", "PGPASSWORD_SECRET", "PGPASSWORD", "mytoken", "gcs.oauth2.token", "adls.sas-token.account", "jwt", "bearer"}},
		{Plain, []string{"TokenType", "token_expiry", "tenant", "table", "page_token", "nextPageToken", "tokenURL", "secretName",
			"publicKey", "accessKeyID", "s3.access-key-id", "client.region", "name", "X-Request-Id", "idempotency_key", "SERVICE_NAME",
			"passwordHash", "secret_id", "cookieName", "signature_algorithm"}},
		{Unknown, []string{"", "code", "session", "q", "value", "text", "monkey", "keyboard", "tokenizer", "content"}},
	}
	for _, tt := range tests {
		for _, name := range tt.names {
			assert.Equal(t, tt.class, Classify(name), name)
		}
	}
}

func TestParameterSecret(t *testing.T) {
	for _, name := range []string{"code", "state", "access_token", "sig", "X-Goog-Signature", "client_assertion", "sid"} {
		assert.True(t, Parameter.Secret(name), name)
	}
	for _, name := range []string{"table", "pageToken", "grant_type", "q"} {
		assert.False(t, Parameter.Secret(name), name)
	}
	assert.False(t, Property.Secret("code"), "the code of an error")
}

func TestFileSecret(t *testing.T) {
	for _, path := range []string{"/var/run/secrets/token", "/etc/tls/private.key", "server.pem", "/home/u/.netrc", "credentials.json",
		"/run/secrets/db", "client_secret.json", "/root/.ssh/id_rsa", "/etc/app/password.txt"} {
		assert.True(t, File.Secret(path), path)
	}
	for _, path := range []string{"/etc/hostname", "config.yaml", "/var/run/secrets/kubernetes.io/namespace", "tls/ca.pem", "public.pem",
		"tables.json", "server.cert.pem", "state.json", "session.db"} {
		assert.False(t, File.Secret(path), path)
	}
}
