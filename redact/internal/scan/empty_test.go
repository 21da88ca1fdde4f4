package scan

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// A field without a value in a dump of Go, or a line without one in YAML, does not
// take the next one for its value. Members of YAML and JSON with a colon in their
// values are none.
func TestFieldsWithoutAValue(t *testing.T) {
	for _, text := range []string{
		"{User:x Password: Key:42}", "{User:x Token: Trace:4bf92f3577b34da6a3ce929d0e0e4736}", "&{Name:a Secret: ID:7f59dc55-c6b4-4a1b-9d2e-3f8a6b1c2d4e Next:<nil>}",
		"map[Credential: User:x-abcdef]", "map[A:[1] Credential: User:x-abcdef]", "{A:{B:1} Password: Key:42}", "{Password: Key:42}", "{APIKey: Next:{A:1} Passphrase: Zone:eu_west-1b7}", "{A:1 Password: Key: Next:2}",
		"password: \nhost: db", "password: \r\nhost: db7q", "a: 1\nclient_secret: \n  host: db\n",
	} {
		f, ok := First(text)
		assert.False(t, ok, "%q: %v %s", text, f, Names[f.Kind])
	}
	for _, text := range []string{
		"password: Key:42ab", "{password: abc:def9x, user: bob}", "{user: bob, password: abc:def9x}", "{User:x Password:Key:42ab Z:1}", "{\"Password\": \"Key:42\"}",
		"[INFO] password: abc:def9x", "{A:1} password: abc:def9x", "login [bob] {x} password: abc:def9x", "(password: abc:def9x)", "password: \nhunter2x", "password:\n  q7Zt3Xw9", "{User:x Password: Key:42 Token:" + made[:24] + "}",
	} {
		_, ok := First(text)
		assert.True(t, ok, "%q", text)
	}
}

// A secret stands behind the id of its key and a slash too.
func TestSecretBehindAnIDAndASlash(t *testing.T) {
	id, secret := "AK"+"IA"+"P2GGQ7ZT3XW4LK2V", "q7Zt3Xw9Lk2Vb8Nc4Rm6Ys1Dq7Zt3Xw9Lk2Vb8Nc"
	f, ok := First(id + "/" + secret)
	assert.True(t, ok)
	assert.Equal(t, Finding{Kind: kindAWSSecret, Start: len(id) + 1, End: len(id) + 1 + len(secret)}, f)
	_, ok = First(id + "/" + secret + "x")
	assert.False(t, ok)
}
