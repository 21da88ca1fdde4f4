package scan

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// A generated value behind the word of a credential is one when no identifier is so
// long; identifiers, digests and names behind the same words pass.
func TestPrefixedSecrets(t *testing.T) {
	hexed := "0f9a8b7c6d5e4f3a2b1c0d9e8f7a6b5c4d3e2f1a0b9c8d7e6f5a4b3c2d1e0f9a"
	for _, word := range []string{"key_", "key-", "token_", "secret-", "tok_", "api_", "sdk-", "apikey_", "api_key_", "client_secret_"} {
		for _, body := range []string{hexed, made[:40], strings.ToLower(made[:36])} {
			for _, tail := range []string{"", ".", " next", "\""} {
				f, ok := First("id " + word + body + tail)
				assert.True(t, ok, "%s%s%s", word, body, tail)
				assert.Equal(t, len("id "+word+body), f.End, word)
			}
		}
		for _, body := range []string{hexed[:32], hexed[:40], made[:24], "01J8Z3K4M5N6P7Q8R9S0T1V2W3", "usage_by_customer_and_region_and_day", strings.Repeat("a", 40), "2024010112000020240101120000202401011200"} {
			if word == "secret-" || word == "key-" {
				continue // Statsig and Mailgun write theirs so
			}
			_, ok := First(word + body)
			assert.False(t, ok, "%s%s", word, body)
		}
	}
	for _, text := range []string{"partition_key_" + hexed, "cache-key-" + hexed, "page_token_" + made[:40], "key_" + hexed + ".parquet", "monkey_" + hexed, "key-" + made[:43], "public_key_" + made[:40]} {
		_, ok := First(text)
		assert.False(t, ok, text)
	}
}

// A name before a token, and a mark between them, do not hide it.
func TestTokensBehindNames(t *testing.T) {
	for _, token := range []string{"dapi" + "0f9a8b7c6d5e4f3a2b1c0d9e8f7a6b5c", "AIza" + made[:35], "hf_" + made[:34]} {
		for _, before := range []string{"x_", "tbl-", "prod_main-"} {
			f, ok := First(before + token)
			assert.True(t, ok, before+token)
			assert.Equal(t, len(before), f.Start, before)
		}
		_, ok := First("q7Zt3Xw9LpRk2_" + token[:len(token)-4])
		assert.False(t, ok, token)
	}
	for _, text := range []string{"lambda-fc-0f9a8b7c6d5e4f3a2b1c0d9e8f7a6b5c", "prod-db-" + made[:29], "Zk3v_AIza" + made[:35]} {
		_, ok := First(text)
		assert.False(t, ok, text)
	}
}
