package catalog

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/daxis-io/arco-audit/redact"
)

// Signer is a Provider for local storage. It signs a URL and a scoped token with a key that it makes when
// it is made itself, so no credential outlives the process. It is safe for concurrent use.
type Signer struct {
	key redact.Secret[[]byte]
}

// NewSigner makes a Signer with a fresh random key.
func NewSigner() *Signer {
	key := make([]byte, sha256.Size)
	rand.Read(key) // never fails: crypto/rand ends the process instead
	return &Signer{key: redact.NewSecret(key)}
}

// Vend signs read access to the location.
func (s *Signer) Vend(_ context.Context, r StorageRequest) (StorageCredential, error) {
	expires := time.Now().Add(r.TTL)
	signed, err := s.signURL(r.Location, expires)
	if err != nil {
		return StorageCredential{}, err
	}
	token, err := s.token(r.Location, expires)
	if err != nil {
		return StorageCredential{}, err
	}
	return StorageCredential{
		Config: redact.NewSecret(map[string]string{
			"local.signed-url": signed,
			"local.token":      token,
			"expiration-time":  strconv.FormatInt(expires.UnixMilli(), 10),
		}),
		Expires: expires,
	}, nil
}

func (s *Signer) mac(text string) string { return macText(s.key.Expose(), text) }

// signURL appends Expires, KeyName and Signature, the form that content delivery networks use.
func (s *Signer) signURL(location string, expires time.Time) (string, error) {
	u, err := url.Parse(location)
	if err != nil {
		return "", errors.New("catalog: the location cannot be signed")
	}
	u.RawQuery = "Expires=" + strconv.FormatInt(expires.Unix(), 10) + "&KeyName=local"
	u.RawQuery += "&Signature=" + s.mac(u.String())
	return u.String(), nil
}

// VerifyURL says whether this Signer signed the URL and it has not expired at the given time.
func (s *Signer) VerifyURL(signed string, now time.Time) bool {
	text, signature, ok := strings.Cut(signed, "&Signature=")
	if !ok || !hmac.Equal([]byte(signature), []byte(s.mac(text))) {
		return false
	}
	u, err := url.Parse(text)
	if err != nil {
		return false
	}
	expires, err := strconv.ParseInt(u.Query().Get("Expires"), 10, 64)
	return err == nil && now.Unix() < expires
}

// token is a JWT (RFC 7519, HS256) whose scope is the location.
func (s *Signer) token(location string, expires time.Time) (string, error) {
	claims, err := json.Marshal(map[string]any{"scope": "read " + location, "exp": expires.Unix()})
	if err != nil {
		return "", err
	}
	return jwt(claims, s.mac), nil
}
