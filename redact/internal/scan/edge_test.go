package scan

import (
	"encoding/base64"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// made is a text without a meaning that looks as if a generator made it.
const made = "q7Zt3Xw9Lk2Vb8Nc4Rm6Ys1Df5Gh0Jpaq7Zt3Xw9Lk2Vb8Nc"

func TestEdges(t *testing.T) {
	segment := func(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) }
	id := "AK" + "IA" + "Q7ZT3XW5LK2VB6NC"
	body := strings.Repeat(made[:40], 2)
	for _, tc := range []struct {
		name, text string
		want       string // the kind, "" for none
	}{
		{"escape at the end of a block", strings.Repeat("x ", 30) + "id%20" + id + ":" + made[:40], "aws-secret-beside-id"},
		{"escape across two blocks", strings.Repeat("x", 62) + "%20" + id + ":" + made[:40], "aws-secret-beside-id"},
		{"form space beside an id", id + "+" + made[:40], "aws-secret-beside-id"},
		{"weak prefix glued to what stands before", "-00" + made[:40], ""},
		{"weak prefix alone", "00" + made[:40], "okta-token"},
		{"value that is a reference", "secret=op://vault8/item3x/q7Zt3Xw9Lk2V", ""},
		{"header of an encrypted token", segment(`{"alg":"dir","enc":"A128GCM"}`) + ".." + made[:16] + "." + made + "." + made[:20], "jwe"},
		{"header with certificates", segment(`{"x5c":["`+strings.Repeat(made, 60)+`"],"alg":"RS256"}`) + "." + made + "." + made, "jwt"},
		{"last line of a key without its first", body + "-----END " + "PRIVATE" + " KEY-----", "pem-private-key"},
		{"last line of a certificate", body + "-----END CERTIFICATE-----", ""},
		{"shortest credentials", "Basic " + base64.StdEncoding.EncodeToString([]byte("u:p")), "basic-credentials"},
		{"letters that no language has", "api_key=" + "xkqzwvbtrmplsdfghjkl", "api-key"},
		{"letters that are words", "api_key=" + "warehouseinventory", ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			f, ok := First(tc.text)
			assert.Equal(t, tc.want != "", ok, Names[f.Kind])
			if ok {
				assert.Equal(t, tc.want, Names[f.Kind])
			}
		})
	}
}

func TestLastLineOfAKeyTakesItsBodyAlong(t *testing.T) {
	body := strings.Repeat(made[:40], 2)
	f, ok := First("x: " + body + "\n-----END " + "PRIVATE" + " KEY-----")
	assert.True(t, ok)
	assert.Equal(t, 3, f.Start)
}
