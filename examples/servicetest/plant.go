package servicetest

import (
	"crypto/rand"
	"encoding/base32"
	"encoding/base64"
	"encoding/hex"
	"net/url"
	"strings"
)

// window is the length of the shortest piece of a secret that counts as a leak.
const window = 16

// Garden makes secrets and remembers them. None authenticates anything.
type Garden struct {
	secrets []string
}

// kinds are the forms that secrets are planted in, as text around a secret. Prefixes are put together so that they do
// not stand in the source.
var kinds = []func(g *Garden) string{
	func(g *Garden) string { return g.secret("ya" + "29." + text(48)) },
	func(g *Garden) string { return "Bearer " + header + "." + g.secret(token()) },
	func(g *Garden) string { return header + "." + g.secret(token()) },
	func(g *Garden) string { return "X-Goog-Signature=" + g.secret(hex.EncodeToString(random(64))) },
	func(g *Garden) string {
		return "https://s/x?X-Amz-Signature=" + g.secret(hex.EncodeToString(random(32)))
	},
	func(g *Garden) string {
		return "?sv=2024-11-04&sp=r&sig=" + g.secret(url.QueryEscape(base64.StdEncoding.EncodeToString(random(32))))
	},
	func(g *Garden) string { return "https://loader:" + g.secret(text(24)) + "@lake.example/x" },
	func(g *Garden) string {
		return "aws_access_key_id=AK" + "IA" + base32.StdEncoding.EncodeToString(random(10)) + "&aws_secret_access_key=" + g.secret(base64.StdEncoding.EncodeToString(random(30)))
	},
	func(g *Garden) string { return "password=" + g.secret(text(24)) },
	func(g *Garden) string { return g.secret("gh" + "p_" + strings.Map(alnum, text(60))[:36]) },
	func(g *Garden) string {
		return "Basic " + g.secret(base64.StdEncoding.EncodeToString([]byte("loader:"+text(24))))
	},
}

// Next makes a secret of the next kind and returns the text that carries it.
func (g *Garden) Next() string { return kinds[len(g.secrets)%len(kinds)](g) }

// Size is how many secrets were made.
func (g *Garden) Size() int { return len(g.secrets) }

// Leak returns the kind's number of a secret of which a piece of 16 bytes is in s, and whether there is one. The
// secret is looked for plain, percent-encoded and in base64.
func (g *Garden) Leak(s string) (int, bool) {
	for i, secret := range g.secrets {
		for _, form := range []string{secret, url.QueryEscape(secret), base64.StdEncoding.EncodeToString([]byte(secret))} {
			for at := 0; at+window <= len(form); at++ {
				if strings.Contains(s, form[at:at+window]) {
					return i % len(kinds), true
				}
			}
		}
	}
	return 0, false
}

// Keep remembers a secret that was made elsewhere, such as a token that a service accepts.
func (g *Garden) Keep(secret string) { g.secret(secret) }

func (g *Garden) secret(s string) string {
	g.secrets = append(g.secrets, s)
	return s
}

// header is the first part of every JSON web token here; it is no secret.
var header = base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"HS256","typ":"JWT"}`))

// token has the form of the other parts of a signed JSON web token.
func token() string {
	part := func(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) }
	return part(`{"sub":"`+text(12)+`"}`) + "." + text(32)
}

func random(n int) []byte {
	b := make([]byte, n)
	rand.Read(b) // never fails: crypto/rand ends the process instead
	return b
}

func text(n int) string { return base64.RawURLEncoding.EncodeToString(random(n)) }

func alnum(r rune) rune {
	if r == '-' || r == '_' {
		return 'x'
	}
	return r
}
