package scan

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// A key that does not say of what type it is has private members all the same.
func TestKeysWithoutAType(t *testing.T) {
	secret, number := made[:43], strings.Repeat(strings.ToUpper(made[:40]), 4)
	for _, text := range []string{
		`{"crv":"Ed25519","d":"` + secret + `"}`, `{"crv":"P-256","d":"` + secret, `{"alg":"HS256","k":"` + secret + `"}`, `{"k":"` + secret + `","use":"sig"}`, `{"key_ops":["sign"],"k":"` + secret + `"}`,
		`{"n":"` + number + `","e":"AQAB","d":"` + secret + `"}`, `{"p":"` + number + `","q":"` + number + `","d":"` + secret + `"}`, `{"d":"` + secret + `","x":"` + number + `"}`, `{Crv:P-256 D:` + secret + "}",
		`{"keys":[{"kid":"a","alg":"A256GCM","k":"` + secret + `"}]}`, `{"m":"{\"k\":\"` + secret + `\",\"alg\":\"HS512\"}"}`, `{"d":"2024-01-01"},{"d":"` + secret + `","kty":"OKP"}`,
	} {
		_, ok := First(text)
		assert.True(t, ok, text)
		assert.Empty(t, left(text, secret), text)
	}
	for _, text := range []string{
		`{"crv":"Ed25519","x":"` + secret + `"}`, `{"n":"` + number + `","e":"AQAB","kid":"` + secret + `"}`, `{"k":"` + secret + `","n":4}`, `{"d":"` + secret + `"}`, `{"k":"orders","alg":"HS256"}`,
		`{"alg":"lz4","k":"` + secret + `"}`, `{"d":"2024-01-01","x":"` + number + `"}`, "IDAQAB" + secret, `{"crvs":1,"d":"` + secret + `"}`,
	} {
		_, ok := First(text)
		assert.False(t, ok, text)
	}
}
