package main

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	mathrand "math/rand/v2"
)

// source draws what a day is made of, the same from the same seed. Each purpose has one of its own, so that another draw
// for one changes nothing of another.
type source struct {
	chacha *mathrand.ChaCha8
	*mathrand.Rand
}

func newSource(seed uint64, purpose string) *source {
	c := mathrand.NewChaCha8(sha256.Sum256(fmt.Appendf(nil, "%d %s", seed, purpose)))
	return &source{c, mathrand.New(c)}
}

func (s *source) bytes(n int) []byte {
	b := make([]byte, n)
	_, _ = s.chacha.Read(b) // never fails
	return b
}

func (s *source) text(n int) string { return base64.RawURLEncoding.EncodeToString(s.bytes(n)) }

// random is what protects the run itself: another in every run, whatever the seed.
func random(n int) []byte {
	b := make([]byte, n)
	rand.Read(b) // never fails: crypto/rand ends the process instead
	return b
}
