package redact_test

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/daxis-io/arco-audit/redact"
)

func TestKeyIDsKeepToTheirGrammar(t *testing.T) {
	secret := bytes.Repeat([]byte{1}, 32)
	for _, id := range []string{"a", "z", "0", "9", "-", "az-09", strings.Repeat("k", 32)} {
		k, err := redact.NewKey(id, secret)
		require.NoError(t, err, id)
		assert.Equal(t, "redact.Key("+id+")", fmt.Sprint(k))
	}
	for _, id := range []string{"", strings.Repeat("k", 33), "A", "k_", "k`", "k{", "k/", "k:", "k ", "é"} {
		_, err := redact.NewKey(id, secret)
		assert.Error(t, err, id)
	}
	_, err := redact.NewKey("k", secret[:31])
	assert.ErrorContains(t, err, "31 bytes")
}

func TestEphemeralKeysDiffer(t *testing.T) {
	a, b := redact.EphemeralKeys(), redact.EphemeralKeys()
	assert.NotEqual(t, a.Pseudonym("t", "jo"), b.Pseudonym("t", "jo"))
	assert.NotEqual(t, a.WithLegacy().Pseudonym("t", "jo"), b.WithLegacy().Pseudonym("t", "jo"))
	nothing, err := redact.NewKey("k", make([]byte, 32))
	require.NoError(t, err)
	ring, err := redact.NewKeys(nothing)
	require.NoError(t, err)
	assert.NotEqual(t, ring.Pseudonym("t", "jo"), a.Pseudonym("t", "jo"))
}

func TestKeysWithoutAKey(t *testing.T) {
	var keys redact.Keys
	assert.Empty(t, keys.Pseudonym("t", "jo"))
	assert.Empty(t, keys.Candidates("t", "jo"))
	assert.Equal(t, "redact.Keys()", fmt.Sprint(keys))
	assert.Equal(t, "redact.Keys(ephemeral)", fmt.Sprintf("%d", redact.EphemeralKeys()))
}

func TestErrorsOfKeysNameThePosition(t *testing.T) {
	good := base64.StdEncoding.EncodeToString(bytes.Repeat([]byte{1}, 32))
	_, err := redact.KeysFromEnv("a:" + good + ",b:x")
	assert.ErrorContains(t, err, "key 2 of the list")
	_, err = redact.KeysFromEnv("x,a:" + good)
	assert.ErrorContains(t, err, "key 1 of the list")
}

// A tenant's name that is too long is not kept, its pseudonyms are the same all the same.
func TestPseudonymsOfLongTenants(t *testing.T) {
	keys := redact.EphemeralKeys()
	for _, n := range []int{1, 255, 256, 257, 5000} {
		tenant := strings.Repeat("t", n)
		first := keys.Pseudonym(tenant, "jo")
		assert.Equal(t, first, keys.Pseudonym(tenant, "jo"))
		assert.NotEqual(t, keys.Pseudonym(tenant, "jo"), keys.Pseudonym(tenant+"t", "jo"))
	}
	for n := range 300 {
		a, b := strings.Repeat("s", n), strings.Repeat("s", n+1)
		assert.NotEqual(t, keys.Pseudonym("t", a), keys.Pseudonym("t", b), "%d", n)
	}
}
