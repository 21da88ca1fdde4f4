package catalog

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/daxis-io/arco-audit/audit"
	"github.com/daxis-io/arco-audit/redact"
)

// Claims is the payload of a bearer token. All fields but NotBefore are required.
type Claims struct {
	Issuer    string `json:"iss"`
	Audience  string `json:"aud"`
	Subject   string `json:"sub"`
	Tenant    string `json:"tenant"`
	Workspace string `json:"workspace"`
	Expires   int64  `json:"exp"` // seconds since 1970
	NotBefore int64  `json:"nbf,omitempty"`
}

// Bearer signs and verifies HS256 bearer tokens (RFC 7519). It is safe for concurrent use.
type Bearer struct {
	key              redact.Secret[[]byte]
	issuer, audience string
}

// NewBearer makes a Bearer with a fresh random key that ends with the process.
func NewBearer(issuer, audience string) *Bearer {
	key := make([]byte, sha256.Size)
	rand.Read(key) // never fails: crypto/rand ends the process instead
	return NewSharedBearer(issuer, audience, redact.NewSecret(key))
}

// NewSharedBearer makes a Bearer with a key that others have too, at least 32 random bytes.
func NewSharedBearer(issuer, audience string, key redact.Secret[[]byte]) *Bearer {
	return &Bearer{key: key, issuer: issuer, audience: audience}
}

// OpenBearer makes a Bearer of tokens that somebody else signs with the key, which has at least 32 bytes.
func OpenBearer(issuer, audience string, key redact.Secret[[]byte]) (*Bearer, error) {
	switch {
	case len(key.Expose()) < sha256.Size:
		return nil, errors.New("catalog: the key of bearer tokens is too short: use at least 32 random bytes")
	case issuer == "" || audience == "":
		return nil, errors.New("catalog: issuer and audience of bearer tokens are required")
	}
	return NewSharedBearer(issuer, audience, key), nil
}

// Sign makes the token of these claims. Empty Issuer and Audience become those of the Bearer.
func (b *Bearer) Sign(c Claims) (string, error) {
	if c.Issuer == "" {
		c.Issuer = b.issuer
	}
	if c.Audience == "" {
		c.Audience = b.audience
	}
	claims, err := json.Marshal(c)
	if err != nil {
		return "", err
	}
	return jwt(claims, b.mac), nil
}

// Check returns the claims of the request's bearer token, or why it is refused. The token itself goes no
// further than this function.
func (b *Bearer) Check(r *http.Request, now time.Time) (Claims, audit.AuthReason) {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") || token == "" {
		return Claims{}, audit.AuthReasonMissing
	}
	at := strings.LastIndexByte(token, '.')
	if at < 0 || strings.Count(token, ".") != 2 {
		return Claims{}, audit.AuthReasonMalformed
	}
	if !hmac.Equal([]byte(token[at+1:]), []byte(b.mac(token[:at]))) {
		return Claims{}, audit.AuthReasonBadSignature
	}
	return b.checkClaims(token[:at], now)
}

func (b *Bearer) checkClaims(signed string, now time.Time) (Claims, audit.AuthReason) {
	header, payload, _ := strings.Cut(signed, ".")
	var c Claims
	raw, err := base64.RawURLEncoding.DecodeString(payload)
	if header != jwtHeader || err != nil || json.Unmarshal(raw, &c) != nil {
		return Claims{}, audit.AuthReasonMalformed
	}
	switch {
	case c.Issuer != b.issuer:
		return Claims{}, audit.AuthReasonWrongIssuer
	case c.Audience != b.audience:
		return Claims{}, audit.AuthReasonWrongAudience
	case now.Unix() >= c.Expires:
		return Claims{}, audit.AuthReasonExpired
	case now.Unix() < c.NotBefore:
		return Claims{}, audit.AuthReasonNotYetValid
	case c.Subject == "" || !named(c.Tenant) || !named(c.Workspace):
		return Claims{}, audit.AuthReasonMalformed
	}
	return c, 0
}

// named reports a name by the grammar of audit.NewTenant that is no secret: a token with another text there is no token
// of ours, and the text goes nowhere.
func named(s string) bool {
	_, secret := redact.Scan(s)
	return prefixGrammar.MatchString(s) && !secret
}

func (b *Bearer) mac(text string) string { return macText(b.key.Expose(), text) }

// jwtHeader is the first segment of every token made here: {"alg":"HS256","typ":"JWT"}.
var jwtHeader = base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"HS256","typ":"JWT"}`))

func jwt(claims []byte, mac func(string) string) string {
	signed := jwtHeader + "." + base64.RawURLEncoding.EncodeToString(claims)
	return signed + "." + mac(signed)
}

func macText(key []byte, text string) string {
	h := hmac.New(sha256.New, key)
	h.Write([]byte(text))
	return base64.RawURLEncoding.EncodeToString(h.Sum(nil))
}
