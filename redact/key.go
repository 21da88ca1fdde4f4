package redact

import (
	"bytes"
	"errors"
	"fmt"
	"io"
)

// minKeyBytes is the least length of a pseudonym key.
const minKeyBytes = 32

// Key is one pseudonym key with its id. The bytes live in a closure; a Key
// prints as its id.
type Key struct {
	_  [0]func()
	id string
	// secret hands out the key's own bytes; callers in this package only read.
	secret func() []byte
}

// NewKey returns a key. id matches [a-z0-9-]{1,32} and is written beside each
// pseudonym; secret has at least 32 bytes and is copied.
func NewKey(id string, secret []byte) (Key, error) {
	if !validKeyID(id) {
		return Key{}, errors.New("redact: key id must match [a-z0-9-]{1,32}; choose a short name such as k1")
	}
	if len(secret) < minKeyBytes {
		return Key{}, fmt.Errorf("redact: key %s: %d bytes are too few; use at least %d random bytes", id, len(secret), minKeyBytes)
	}
	own := bytes.Clone(secret)
	return Key{id: id, secret: func() []byte { return own }}, nil
}

// ID returns the key's id.
func (k Key) ID() string { return k.id }

// Format writes the key's id for every verb.
func (k Key) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, k.String()) }

// String returns the key's id in a form that is plainly not the key.
func (k Key) String() string { return "redact.Key(" + k.id + ")" }

// MarshalText encodes like String.
func (k Key) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

func validKeyID(id string) bool {
	if len(id) == 0 || len(id) > 32 {
		return false
	}
	for i := range len(id) {
		c := id[i]
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' {
			return false
		}
	}
	return true
}
