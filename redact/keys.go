package redact

import (
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strings"
)

// Keys is a ring of pseudonym keys: the current one, which makes pseudonyms,
// and older ones, under which records of the past are still looked up. It is
// immutable and safe for concurrent use; copies share one cache of derived
// keys. The zero Keys is no ring: see IsZero.
type Keys struct {
	_         [0]func()
	ring      []*deriver
	ephemeral bool
	legacy    bool
}

// Pseudonym is what a subject is called under one key of the ring.
type Pseudonym struct {
	KeyID string
	Value string // 32 lower-case hexadecimal digits
}

// NewKeys returns a ring. Ids must differ.
func NewKeys(current Key, older ...Key) (Keys, error) {
	var out Keys
	seen := make(map[string]bool)
	for i, k := range append([]Key{current}, older...) {
		if k.secret == nil {
			return Keys{}, fmt.Errorf("redact: key %d of the ring is not set; make it with NewKey", i)
		}
		if seen[k.id] {
			return Keys{}, fmt.Errorf("redact: key id %s appears twice in the ring; give each key its own id", k.id)
		}
		seen[k.id] = true
		out.ring = append(out.ring, newDeriver(k))
	}
	return out, nil
}

// KeysFromEnv reads a ring from the value of an environment variable:
// "id:base64[,id:base64...]" in standard base64, the first key is the current
// one. A key without an id gets "k" and 8 hexadecimal digits that are derived
// from it by HKDF. Errors name the position in the list, never the value.
func KeysFromEnv(value string) (Keys, error) {
	if strings.TrimSpace(value) == "" {
		return Keys{}, errors.New("redact: no pseudonym key is set; set id:base64 of at least 32 random bytes")
	}
	var keys []Key
	for i, item := range strings.Split(value, ",") {
		k, err := parseKey(strings.TrimSpace(item))
		if err != nil {
			return Keys{}, fmt.Errorf("redact: key %d of the list: %w", i+1, err)
		}
		keys = append(keys, k)
	}
	return NewKeys(keys[0], keys[1:]...)
}

func parseKey(item string) (Key, error) {
	id, text, named := strings.Cut(item, ":")
	if !named {
		id, text = "", item
	}
	secret, err := base64.StdEncoding.DecodeString(strings.TrimSpace(text))
	if err != nil {
		// The decoder's error is dropped on purpose: it tells about the value.
		return Key{}, errors.New("not standard base64; encode the key with padding")
	}
	if named && !validKeyID(id) {
		return Key{}, errors.New("the id before the colon must match [a-z0-9-]{1,32}")
	}
	if len(secret) < minKeyBytes {
		return Key{}, fmt.Errorf("%d bytes are too few; use at least %d random bytes", len(secret), minKeyBytes)
	}
	if !named {
		id = derivedKeyID(secret)
	}
	return NewKey(id, secret)
}

// derivedKeyID names a key after an HKDF output, so that the id tells nothing
// about the key or about what is derived from it for tenants.
func derivedKeyID(secret []byte) string {
	out, err := hkdf.Key(sha256.New, secret, nil, keyIDInfo, 4)
	if err != nil {
		return "k0" // unreachable: 4 bytes are within HKDF's limit
	}
	return "k" + hex.EncodeToString(out)
}

// EphemeralKeys returns a ring of one random key that dies with the process:
// pseudonyms of two runs cannot be joined. It is for development and tests
// only; Ephemeral reports it so that a trail can refuse it elsewhere.
func EphemeralKeys() Keys {
	secret := make([]byte, minKeyBytes)
	_, _ = rand.Read(secret) // never fails, crypto/rand documents
	k := Key{id: "ephemeral", secret: func() []byte { return secret }}
	return Keys{ring: []*deriver{newDeriver(k)}, ephemeral: true}
}

// IsZero reports whether there is no key.
func (k Keys) IsZero() bool { return len(k.ring) == 0 }

// Ephemeral reports whether the ring came from EphemeralKeys.
func (k Keys) Ephemeral() bool { return k.ephemeral }

// ID returns the id of the current key, "" for the zero Keys.
func (k Keys) ID() string {
	if k.IsZero() {
		return ""
	}
	return k.ring[0].id
}

// IDs returns the ids of all keys, the current one first.
func (k Keys) IDs() []string {
	ids := make([]string, len(k.ring))
	for i, d := range k.ring {
		ids[i] = d.id
	}
	return ids
}

// WithLegacy returns the ring in legacy mode: pseudonyms are
// HMAC-SHA256(key, subject) without a derivation per tenant, as the system
// before this one computed them, for joins with its history.
func (k Keys) WithLegacy() Keys {
	k.legacy = true
	return k
}

// Pseudonym returns the name of subject within tenant under the current key:
// the first 16 bytes, in lower-case hexadecimal, of
//
//	HMAC-SHA256(HKDF-SHA256(key, no salt, "arco-audit/pseudonym/v1/" + tenant, 32), subject)
//
// It is safe for concurrent use. The zero Keys gives "".
func (k Keys) Pseudonym(tenant, subject string) string {
	if k.IsZero() {
		return ""
	}
	return k.ring[0].pseudonym(tenant, subject, k.legacy)
}

// Candidates returns the names of subject under every key, the current one
// first: after a rotation, a lookup asks for all of them.
func (k Keys) Candidates(tenant, subject string) []Pseudonym {
	out := make([]Pseudonym, len(k.ring))
	for i, d := range k.ring {
		out[i] = Pseudonym{KeyID: d.id, Value: d.pseudonym(tenant, subject, k.legacy)}
	}
	return out
}

// Format writes the ids of the ring for every verb.
func (k Keys) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, k.String()) }

// String returns the ids of the ring.
func (k Keys) String() string { return "redact.Keys(" + strings.Join(k.IDs(), ",") + ")" }

// MarshalText encodes like String.
func (k Keys) MarshalText() ([]byte, error) { return []byte(k.String()), nil }
