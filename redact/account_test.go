package redact_test

import (
	"encoding/base64"
	"testing"

	"github.com/daxis-io/arco-audit/redact"
	"github.com/stretchr/testify/assert"
)

// The Azure connector of Hadoop puts the account behind the property's name.
func TestHadoopAzureProperties(t *testing.T) {
	raw := make([]byte, 64)
	for i := range raw {
		raw[i] = byte(i*i*37 + 11*i + 5)
	}
	key := base64.StdEncoding.EncodeToString(raw)
	for _, head := range []string{
		"fs.azure.account.key.metrics.dfs.core.windows.net", "spark.hadoop.fs.azure.account.key.m.blob.core.windows.net",
		"fs.azure.account.oauth2.client.secret.m.dfs.core.windows.net", "fs.azure.sas.fixed.token.m.dfs.core.windows.net",
	} {
		for _, sep := range []string{"=", ": "} {
			_, hit := redact.Scan(head + sep + key)
			assert.True(t, hit, head+sep)
		}
		_, hit := redact.Scan(head)
		assert.False(t, hit, "a name without a value")
	}
	_, hit := redact.Scan("fs.azure.account.auth.type.metrics.dfs.core.windows.net=SharedKey")
	assert.False(t, hit)
}
