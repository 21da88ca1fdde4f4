package scan

import (
	"encoding/base64"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// What a store of secrets gives out is one whatever it is called and looks like.
func TestStoredSecrets(t *testing.T) {
	plain := "horse-battery-7"
	coded := base64.StdEncoding.EncodeToString([]byte(plain))
	for _, text := range []string{
		"apiVersion: v1\nkind: Secret\nmetadata:\n  name: x\ndata:\n  first: %\n  second: \"%\"\n", "data:\n  a: %\nkind: Secret\n", "kind: Secret\nstringData:\n  a: |\n    %\n    %\n  b: %",
		"apiVersion: v1\nitems:\n- apiVersion: v1\n  data:\n    a: %\n  kind: Secret\n- kind: ConfigMap\n", `{"apiVersion":"v1","data":{"a":"%","b": "%"},"kind":"Secret"}`, `{"kind": "Secret", "stringData": {"a": "%"}}`,
		`{"m":"{\"kind\":\"Secret\",\"data\":{\"a\":\"%\"}}"}`, `{"name":"projects/1/secrets/s/versions/1","payload":{"data":"%","dataCrc32c":"1"}}`, "payload:\n  data: %\n  dataCrc32c: \"1\"\n",
		`{"Name":"/a/b","Type":"SecureString","Value":"%"}`, `{"Value":"%","Type":"SecureString"}`, `{"SecretString":"%"}`, `{"SecretBinary":"%"}`, "Key       Value\n---       -----\nuser      bob\npassword  %\n",
	} {
		text := strings.ReplaceAll(text, "%", coded)
		assert.Empty(t, left(text, coded), text)
		_, ok := First(text)
		assert.True(t, ok, text)
	}
	for _, text := range []string{
		"kind: ConfigMap\ndata:\n  a: %\n", "kind: Secret\nmetadata:\n  uid: %\ntype: Opaque\n", "kind: SecretStore\ndata:\n  a: %\n", `{"kind":"ConfigMap","data":{"a":"%"}}`, `{"kind":"Secret","uid":"%"}`,
		"kind: Secret\ndata: {}\nother:\n  a: %\n", "kind: Secret\ndata:\n  a: ${X}\n  b: \"\"\n", "kind: Secret\n---\nkind: ConfigMap\ndata:\n  a: %\n", `[{"kind":"Secret","name":"x"},{"kind":"ConfigMap","data":{"a":"%"}}]`, "kind: Secret\ndata:\n  a: b\n  -\n", "kind: Secret\ndata:\n-\n  a: ${X}",
		"items:\n- kind: Secret\n  name: x\n- data:\n    a: %\n  kind: ConfigMap\n", `{"payload":{"data":"%"}}`, `{"message":{"data":"%","crc32c":"x"}}`, `{"Type":"SecureString","Name":"/a/b"}`, `{"Type":"SecureString","Value":"` + sealed + `%"}`, `{"Type":"String","Value":"%"}`,
		`{"SecretString":""}`, "Key       Value\n---       -----\nregion    %\npassword  required\n", "SecureStream: Value=%",
	} {
		_, ok := First(strings.ReplaceAll(text, "%", coded))
		assert.False(t, ok, text)
	}
}

// The secret of a role is an identifier by its looks: the id of the role alone beside
// it, or what the text says, gives it away.
func TestSecretsOfRoles(t *testing.T) {
	role, secret := "3ded1ae5-1413-46a9-8758-0e6d9f3135bd", "0f2746ec-90c0-4fe9-909a-fa5a2134b938"
	for _, text := range []string{
		"role_id=% secret_id=$", `{"role_id":"%","secret_id":"$"}`, `{ "secret_id": "$", "role_id": "%" }`, "role_id: %\nsecret_id: $\n", "VAULT_ROLE_ID=%\nVAULT_SECRET_ID=$\n", "role_id = \"%\"\n  secret_id = \"$\"", "{RoleID:% SecretID:$}",
		"vault write auth/approle/login secret_id=$", `{"secret_id":"$","secret_id_accessor":"%","secret_id_ttl":0}`, "secret_id            $\nsecret_id_accessor   %\n", "role_id=%&secret_id=$", "secret_id=$&role_id=%",
	} {
		text := strings.NewReplacer("%", role, "$", secret).Replace(text)
		f, ok := First(text)
		assert.True(t, ok, text)
		assert.Equal(t, secret, text[f.Start:f.End], text)
	}
	for _, text := range []string{
		"secret_id=" + secret, `{"secret_id":"` + secret + `","name":"db"}`, "id,role_id,secret_id\n" + role + "," + role + "," + secret + "\n", `{"id":"` + role + `","role_id":"` + role + `","secret_id":"` + secret + `","permission":"read"}`,
		"| role_id | secret_id |\n|---|---|\n| " + role + " | " + secret + " |", `{"role_id":"` + role + `","secret_id":"prod-db"}`, "user_id=" + role + " secret_id=" + secret, "secret_id " + secret,
	} {
		_, ok := First(text)
		assert.False(t, ok, text)
	}
}
