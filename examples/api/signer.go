package api

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/url"
	"strconv"
	"time"

	"github.com/daxis-io/arco-audit/redact"
)

// Signer makes URLs that give access to one object until expires. It is called concurrently. Its errors are not
// shown to anybody.
type Signer interface {
	Sign(ctx context.Context, object string, expires time.Time) (string, error)
}

// HMACSigner signs URLs of a store that shares its key: "{base}/{object}?expires={unix}&signature={hex}", the
// HMAC-SHA256 of object, a line feed and expires.
type HMACSigner struct {
	base *url.URL
	key  redact.Secret[[]byte]
}

// NewHMACSigner returns a signer for the store at base, an absolute URL. key has at least 32 bytes.
func NewHMACSigner(base string, key redact.Secret[[]byte]) (*HMACSigner, error) {
	u, err := url.Parse(base)
	if err != nil || u.Host == "" || u.User != nil {
		return nil, errors.New("api: the base of signed URLs is not usable: give scheme, host and path, no user")
	}
	if len(key.Expose()) < 32 {
		return nil, errors.New("api: the signing key is too short: use at least 32 random bytes")
	}
	return &HMACSigner{base: u, key: key}, nil
}

// Sign implements Signer.
func (s *HMACSigner) Sign(_ context.Context, object string, expires time.Time) (string, error) {
	at := strconv.FormatInt(expires.Unix(), 10)
	u := s.base.JoinPath(object)
	u.RawQuery = url.Values{"expires": {at}, "signature": {s.signature(object, at)}}.Encode()
	return u.String(), nil
}

// Check reports whether a store would serve the object.
func (s *HMACSigner) Check(object, expires, signature string, now time.Time) bool {
	at, err := strconv.ParseInt(expires, 10, 64)
	return err == nil && now.Unix() < at && hmac.Equal([]byte(signature), []byte(s.signature(object, expires)))
}

func (s *HMACSigner) signature(object, expires string) string {
	h := hmac.New(sha256.New, s.key.Expose())
	h.Write([]byte(object + "\n" + expires))
	return hex.EncodeToString(h.Sum(nil))
}
