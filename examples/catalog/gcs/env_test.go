package gcs_test

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/daxis-io/arco-audit/examples/catalog/gcs"
)

// serviceAccount writes a key file as Google issues it, with a key of this test.
func serviceAccount(t *testing.T) string {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	require.NoError(t, err)
	der, err := x509.MarshalPKCS8PrivateKey(key)
	require.NoError(t, err)
	text, err := json.Marshal(map[string]string{
		"type": "service_account", "client_email": account, "token_uri": "http://127.0.0.1:1/token", "private_key_id": "1",
		"private_key": string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})),
	})
	require.NoError(t, err)
	return file(t, text)
}

func file(t *testing.T, text []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "credentials.json")
	require.NoError(t, os.WriteFile(path, text, 0o600))
	return path
}

func TestFromEnv(t *testing.T) {
	whole := map[string]string{"ARCO_CATALOG_GCS_ACCOUNT": account, "ARCO_CATALOG_GCS_MOUNT": "file:///mnt/lake", "ARCO_CATALOG_GCS_BUCKET": "gs://lake/warehouse"}
	garbage := "no-json-" + rand.Text()
	tests := []struct {
		name, credentials, without, want string
	}{
		{"whole", serviceAccount(t), "", ""},
		{"no account", serviceAccount(t), "ARCO_CATALOG_GCS_ACCOUNT", "ARCO_CATALOG_GCS_ACCOUNT"},
		{"half of a mount", serviceAccount(t), "ARCO_CATALOG_GCS_BUCKET", "Config.Mount and Config.Bucket belong together"},
		{"no credentials in the file", file(t, []byte(garbage)), "", "GOOGLE_APPLICATION_CREDENTIALS"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Setenv("GOOGLE_APPLICATION_CREDENTIALS", tt.credentials)
			p, err := gcs.FromEnv(func(name string) string {
				if name == tt.without {
					return ""
				}
				return whole[name]
			})
			if tt.want == "" {
				require.NoError(t, err)
				assert.NotNil(t, p)
				return
			}
			require.ErrorContains(t, err, tt.want)
			assert.Nil(t, p)
			assert.NotContains(t, err.Error(), garbage)
		})
	}
}
