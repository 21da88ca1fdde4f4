package main

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
)

// window is the length of the shortest piece of a secret that counts as a leak.
const window = 16

// leaks looks for planted secrets in bytes that a sink wrote: every 16-byte piece of every form a secret
// may arrive in.
type leaks struct {
	pieces map[string]string // piece -> kind and form
}

func newLeaks(plants []plant) *leaks {
	l := &leaks{pieces: map[string]string{}}
	for _, p := range plants {
		for _, secret := range p.secrets {
			for form, text := range forms(secret) {
				for i := 0; i+window <= len(text); i++ {
					l.pieces[text[i:i+window]] = p.kind + ", " + form
				}
			}
		}
	}
	return l
}

// forms are the encodings in which a secret is looked for. base64 of a text inside a longer one has three
// alignments; the edges, which depend on the neighbours, are left out.
func forms(secret string) map[string]string {
	once := url.QueryEscape(secret)
	quoted, err := json.Marshal(secret)
	if err != nil {
		quoted = nil // never: a string always encodes
	}
	out := map[string]string{
		"plain":                 secret,
		"percent-encoded":       once,
		"percent-encoded twice": url.QueryEscape(once),
		"json":                  strings.Trim(string(quoted), `"`),
		"hex":                   hex.EncodeToString([]byte(secret)),
		"hex, upper case":       strings.ToUpper(hex.EncodeToString([]byte(secret))),
	}
	for shift := range 3 {
		whole := []byte(secret)[shift:]
		whole = whole[:len(whole)/3*3]
		out[fmt.Sprintf("base64+%d", shift)] = base64.StdEncoding.EncodeToString(whole)
		out[fmt.Sprintf("base64url+%d", shift)] = base64.URLEncoding.EncodeToString(whole)
	}
	return out
}

// find names the first leak in text, never the leaked bytes.
func (l *leaks) find(text string) (what string, found bool) {
	for i := 0; i+window <= len(text); i++ {
		if what, found = l.pieces[text[i:i+window]]; found {
			return fmt.Sprintf("%s, at byte %d", what, i), true
		}
	}
	return "", false
}
