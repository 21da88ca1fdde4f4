package redact_test

import (
	"bytes"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/daxis-io/arco-audit/redact"
)

func testKey(t *testing.T, id string, fill byte) redact.Key {
	t.Helper()
	k, err := redact.NewKey(id, bytes.Repeat([]byte{fill}, 32))
	require.NoError(t, err)
	return k
}

func TestPseudonymIsWhatTheDocumentSays(t *testing.T) {
	secret := bytes.Repeat([]byte{7}, 32)
	keys, err := redact.NewKeys(testKey(t, "k1", 7))
	require.NoError(t, err)
	derived, err := hkdf.Key(sha256.New, secret, nil, "arco-audit/pseudonym/v1/acme", 32)
	require.NoError(t, err)
	for _, subject := range []string{"", "jo", string(bytes.Repeat([]byte("x"), 1000))} {
		for key, got := range map[string]string{
			string(derived): keys.Pseudonym("acme", subject),
			string(secret):  keys.WithLegacy().Pseudonym("acme", subject),
		} {
			mac := hmac.New(sha256.New, []byte(key))
			mac.Write([]byte(subject))
			assert.Equal(t, hex.EncodeToString(mac.Sum(nil)[:16]), got)
		}
	}
}

func TestKeysRotate(t *testing.T) {
	old, err := redact.NewKeys(testKey(t, "k1", 1))
	require.NoError(t, err)
	keys, err := redact.NewKeys(testKey(t, "k2", 2), testKey(t, "k1", 1))
	require.NoError(t, err)
	assert.Equal(t, "k2", keys.ID())
	assert.Equal(t, []string{"k2", "k1"}, keys.IDs())
	assert.Equal(t, []redact.Pseudonym{
		{KeyID: "k2", Value: keys.Pseudonym("t", "jo")}, {KeyID: "k1", Value: old.Pseudonym("t", "jo")},
	}, keys.Candidates("t", "jo"))
	_, err = redact.NewKeys(testKey(t, "k1", 1), testKey(t, "k1", 2))
	require.ErrorContains(t, err, "k1")
	_, err = redact.NewKeys(redact.Key{})
	require.Error(t, err)
	assert.True(t, redact.Keys{}.IsZero())
	assert.Empty(t, redact.Keys{}.ID())
	assert.True(t, redact.EphemeralKeys().Ephemeral())
	assert.False(t, keys.Ephemeral())
}

func TestKeysFromEnv(t *testing.T) {
	one := base64.StdEncoding.EncodeToString(bytes.Repeat([]byte{1}, 32))
	two := base64.StdEncoding.EncodeToString(bytes.Repeat([]byte{2}, 48))
	keys, err := redact.KeysFromEnv("new:" + two + ", old:" + one)
	require.NoError(t, err)
	assert.Equal(t, []string{"new", "old"}, keys.IDs())
	bare, err := redact.KeysFromEnv(one)
	require.NoError(t, err)
	assert.Regexp(t, "^k[0-9a-f]{8}$", bare.ID())
	for _, tc := range []struct{ name, value string }{
		{"empty", " "}, {"short", "k:" + base64.StdEncoding.EncodeToString([]byte("short"))}, {"not base64", "k:" + one + "!"},
		{"bad id", "K_1:" + one}, {"twice", "k:" + one + ",k:" + two}, {"hole", "k:" + one + ",,x:" + two},
	} {
		t.Run(tc.name, func(t *testing.T) {
			_, err := redact.KeysFromEnv(tc.value)
			require.Error(t, err)
			assert.NotContains(t, err.Error(), one)
			assert.NotContains(t, err.Error(), two)
		})
	}
}

func TestKeysPrintNoByteOfTheKey(t *testing.T) {
	secret := []byte("0123456789abcdefghijklmnopqrstuvwxyz")
	k, err := redact.NewKey("k1", secret)
	require.NoError(t, err)
	keys, err := redact.NewKeys(k)
	require.NoError(t, err)
	for _, v := range []any{k, &k, keys, &keys, struct{ k redact.Key }{k}, struct{ k *redact.Keys }{&keys}} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%x"} {
			text := fmt.Sprintf(verb, v)
			assert.NotContains(t, text, string(secret[:8]))
			assert.NotContains(t, text, hex.EncodeToString(secret[:8]))
		}
	}
	secret[0] = 'X'
	other, err := redact.NewKey("k1", []byte("0123456789abcdefghijklmnopqrstuvwxyz"))
	require.NoError(t, err)
	same, err := redact.NewKeys(other)
	require.NoError(t, err)
	assert.Equal(t, same.Pseudonym("t", "s"), keys.Pseudonym("t", "s"), "the key is copied")
}

func TestPseudonymsAreSafeForConcurrentUse(t *testing.T) {
	keys := redact.EphemeralKeys()
	want := keys.Pseudonym("hot", "jo")
	var wg sync.WaitGroup
	for w := range 8 {
		wg.Go(func() {
			for i := range 2000 {
				keys.Pseudonym(fmt.Sprint("flood-", w, "-", i), "x")
				assert.Equal(t, want, keys.Pseudonym("hot", "jo"))
			}
		})
	}
	wg.Wait()
}

func BenchmarkPseudonymWarm(b *testing.B) {
	keys := redact.EphemeralKeys()
	b.ReportAllocs()
	for b.Loop() {
		keys.Pseudonym("acme", "auth0|5f7c8ec7c33c6c004bbafe82")
	}
}

func BenchmarkPseudonymHotInFlood(b *testing.B) {
	keys := redact.EphemeralKeys()
	for range 300 {
		keys.Pseudonym("hot", "jo")
	}
	for i := range 200_000 {
		keys.Pseudonym(fmt.Sprint(i), "x")
	}
	b.ResetTimer()
	for b.Loop() {
		keys.Pseudonym("hot", "jo")
	}
}
