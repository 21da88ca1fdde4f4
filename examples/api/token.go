package api

import (
	"crypto/rsa"
	"net/http"
	"regexp"

	"github.com/golang-jwt/jwt/v5"

	"github.com/daxis-io/arco-audit/audit"
	"github.com/daxis-io/arco-audit/examples/tokens"
	"github.com/daxis-io/arco-audit/redact"
)

// TokenConfig says which bearer tokens (RFC 7519) are good. Exactly one of the keys is set, and tokens of any
// other algorithm are refused.
type TokenConfig struct {
	HS256            redact.Secret[[]byte] // shared key, at least 32 bytes
	RS256            *rsa.PublicKey        // at least 2048 bits
	Issuer, Audience string                // required outside development
}

// Claims is the payload of a token. Subject, Tenant, Workspace and the expiry are required.
type Claims struct {
	jwt.RegisteredClaims
	Tenant    string `json:"tenant"`
	Workspace string `json:"workspace"`
}

func (c *TokenConfig) check(p Posture, bad func(string)) {
	shared := len(c.HS256.Expose())
	switch {
	case shared > 0 && c.RS256 != nil:
		bad("Tokens has two keys: set one of HS256 and RS256")
	case shared == 0 && c.RS256 == nil:
		bad("Tokens has no key: set HS256 or RS256")
	case shared > 0 && shared < 32:
		bad("Tokens.HS256 is too short: use at least 32 random bytes")
	case c.RS256 != nil && c.RS256.N.BitLen() < 2048:
		bad("Tokens.RS256 is too short: use at least 2048 bits")
	}
	if p == Development {
		return
	}
	if c.Issuer == "" {
		bad("Tokens.Issuer is empty outside development: name who issues the tokens")
	}
	if c.Audience == "" {
		bad("Tokens.Audience is empty outside development: name whom the tokens are for")
	}
}

// verifier checks tokens.
type verifier struct {
	parser *jwt.Parser
	key    func() any
}

func newVerifier(c TokenConfig) *verifier {
	v := &verifier{key: func() any { return c.RS256 }}
	method := jwt.SigningMethodRS256.Alg()
	if c.RS256 == nil {
		method, v.key = jwt.SigningMethodHS256.Alg(), func() any { return c.HS256.Expose() }
	}
	options := []jwt.ParserOption{jwt.WithValidMethods([]string{method}), jwt.WithExpirationRequired(), jwt.WithIssuedAt(), jwt.WithStrictDecoding()}
	if c.Issuer != "" {
		options = append(options, jwt.WithIssuer(c.Issuer))
	}
	if c.Audience != "" {
		options = append(options, jwt.WithAudience(c.Audience))
	}
	v.parser = jwt.NewParser(options...)
	return v
}

var slug = regexp.MustCompile(`^[a-z0-9_-]{1,64}$`)

// named reports whether s is a name of a tenant or workspace by the grammar of audit.NewTenant, and no secret: a
// token with another text there is no token of ours, and the text goes nowhere.
func named(s string) bool {
	_, hit := redact.Scan(s)
	return slug.MatchString(s) && !hit
}

// check returns the claims of the request's bearer token, or why it is refused.
func (v *verifier) check(r *http.Request) (Claims, audit.AuthReason) {
	token := tokens.FromRequest(r)
	if token == "" {
		return Claims{}, audit.AuthReasonMissing
	}
	var c Claims
	if _, err := v.parser.ParseWithClaims(token, &c, func(*jwt.Token) (any, error) { return v.key(), nil }); err != nil {
		return Claims{}, tokens.Reason(err)
	}
	if c.Subject == "" || !named(c.Tenant) || !named(c.Workspace) {
		return Claims{}, audit.AuthReasonMalformed
	}
	return c, 0
}
